"""What workers and the timer do for mail."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.db import transaction
from django.utils import timezone

from biroumum.notifications import log_alarm
from biroumum.notifications.delivery import deliver_due
from biroumum.notifications.models import Heartbeat
from biroumum.notifications.services import forget_addresses, forget_words


@shared_task
def deliver() -> None:
    """Send what is due, every ten seconds. Any number of them may run at once."""
    deliver_due()


@shared_task
@transaction.atomic
def heartbeat() -> None:
    """Timer, broker and worker are alive, or this would not have run."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def forget() -> None:
    """Each night, in transactions of their own: texts and addresses of mails sent long ago."""
    while forget_words() or forget_addresses():
        pass


@shared_task
def watch_log() -> None:
    log_alarm.watch_log()


@worker_ready.connect
def first_sign(**kwargs: Any) -> None:
    """A worker that starts says so at once, instead of when the timer asks next."""
    heartbeat.delay()
