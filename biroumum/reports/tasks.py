"""What the timer asks of reports."""

import logging

from celery import shared_task
from django.utils import timezone

from biroumum.reports.models import Schedule
from biroumum.reports.services import run

logger = logging.getLogger(__name__)


@shared_task
def send(code: str) -> None:
    """The timer of one report is due; which period that is, and whether it was done, `run` finds out."""
    for schedule in Schedule.objects.filter(code=code):
        run(schedule.pk, now=timezone.now())


@shared_task
def catch_up() -> None:
    """Each ten minutes: whatever a stopped beat, a lost queue or a killed worker left undone."""
    for schedule in Schedule.objects.filter(timer__enabled=True):
        try:
            run(schedule.pk, now=timezone.now())
        except Exception:  # a mistake in one report must not keep the others back
            logger.exception("Report %s", schedule.code)
