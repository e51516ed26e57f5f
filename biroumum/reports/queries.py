"""What a reader may want to know of a report's mails."""

from __future__ import annotations

from dataclasses import dataclass

from biroumum.accounts.models import User
from biroumum.reports.models import Schedule
from biroumum.reports.registry import Report


@dataclass(frozen=True)
class Mailing:
    """When the mails of a report leave, and whether this reader gets them."""

    hour: str  # "07.30"; empty where the crontab names several
    period: str
    named: bool  # by the report itself, for the office they hold
    subscribed: bool


def mailing_of(report: Report, user: User) -> Mailing | None:
    """None when the report goes out to nobody: it has no timer, or an administrator has switched it off."""
    schedule = Schedule.objects.select_related("timer__crontab").filter(code=report.code).first()
    if schedule is None or not schedule.timer.enabled or schedule.timer.crontab is None:
        return None
    hour, minute = schedule.timer.crontab.hour, schedule.timer.crontab.minute
    named = report.recipients is not None and user.pk in {person.pk for person in report.recipients()}
    return Mailing(
        hour=f"{int(hour):02}.{int(minute):02}" if hour.isdigit() and minute.isdigit() else "",
        period=report.period,
        named=named,
        subscribed=schedule.subscribers.filter(user=user).exists(),
    )
