"""Timed tasks: an app says what runs and how often; the database says whether and when, and is edited there.

Each `register` becomes a row of django-celery-beat after `migrate`. An administrator's later change of its
times or its switch stays; only the task's name follows the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise


@dataclass(frozen=True)
class Timed:
    label: str | Promise
    task: str
    every: int | None  # seconds
    crontab: str | None  # five fields in cron's order, in the province's zone


CRONTAB = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")  # cron's order
TIMED: dict[str, Timed] = {}


def register(
    name: str, label: str | Promise, *, task: str, every: int | None = None, crontab: str | None = None
) -> None:
    """label: what it does, for the administrator; task: dotted name of a Celery task without arguments.

    Give `every` (seconds) or `crontab`.
    """
    if (every is None) == (crontab is None):
        raise ValueError(f"{name}: say either every or crontab")
    TIMED[name] = Timed(label, task, every, crontab)


def label_of(name: str) -> str:
    """What the timer of this name does; the name itself for one no code knows any more."""
    return str(TIMED[name].label) if name in TIMED else name


@transaction.atomic
def sync(**kwargs: Any) -> None:
    """Make the rows that are missing; called after `migrate`."""
    from django_celery_beat.models import PeriodicTask

    for name, timed in TIMED.items():
        row = PeriodicTask.objects.filter(name=name).first()
        if row is None:
            PeriodicTask.objects.create(name=name, task=timed.task, **_times(timed))
        elif row.task != timed.task:
            row.task = timed.task
            row.save()


def crontab_row(line: str) -> Any:
    """The CrontabSchedule of five fields in cron's order; one row serves all who run at the same times."""
    from django_celery_beat.models import CrontabSchedule

    times = dict(zip(CRONTAB, line.split(), strict=True)) | {"timezone": settings.TIME_ZONE}
    return CrontabSchedule.objects.filter(**times).first() or CrontabSchedule.objects.create(**times)


def _times(timed: Timed) -> dict[str, Any]:
    from django_celery_beat.models import IntervalSchedule

    if timed.crontab:
        return {"crontab": crontab_row(timed.crontab)}
    # A beat that was away does not make up for missed turns, and a queue that was away keeps none of them.
    times = {"every": timed.every, "period": IntervalSchedule.SECONDS}
    row = IntervalSchedule.objects.filter(**times).first() or IntervalSchedule.objects.create(**times)
    return {"interval": row, "expire_seconds": timed.every}
