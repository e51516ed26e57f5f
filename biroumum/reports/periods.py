"""When a timer was last due, in which period that lies, and which days the report then is about."""

from __future__ import annotations

import datetime as dt

from celery.schedules import crontab

from biroumum.reports.registry import Period, Report

DAY = dt.timedelta(days=1)


def last_due(timer: crontab, now: dt.datetime) -> dt.datetime | None:
    """The latest moment at or before `now` that the crontab names, in its zone; None if none in a year."""
    local = now.astimezone(timer.tz)
    for back in range(366):
        day = local.date() - back * DAY
        if not _names(timer, day):
            continue
        times = (dt.time(hour, minute) for hour in timer.hour for minute in timer.minute)
        latest = max((time for time in times if back or time <= local.time()), default=None)
        if latest is not None:
            return dt.datetime.combine(day, latest, timer.tz)
    return None


def _names(timer: crontab, day: dt.date) -> bool:
    return (
        day.month in timer.month_of_year
        and day.day in timer.day_of_month
        and day.isoweekday() % 7 in timer.day_of_week  # Celery's Sunday is 0
    )


def period_key(period: Period, day: dt.date) -> str:
    """The name of the period a day lies in: "2026-11-24", "2026-W48" or "2026-11"."""
    match period:
        case "day":
            return day.isoformat()
        case "week":
            return day.strftime("%G-W%V")
        case "month":
            return day.strftime("%Y-%m")


def first_day(period: Period, day: dt.date) -> dt.date:
    """The first day of the period a day lies in; weeks begin on Monday."""
    match period:
        case "day":
            return day
        case "week":
            return day - day.weekday() * DAY
        case "month":
            return day.replace(day=1)


def days_of(report: Report, day: dt.date) -> tuple[dt.date, dt.date]:
    """The days that a mail due on this day is about, half-open."""
    return (day, day + DAY) if report.snapshot else days_before(report.period, day)


def days_before(period: Period, day: dt.date) -> tuple[dt.date, dt.date]:
    """The whole period before the one a day lies in, half-open: [since, until)."""
    until = first_day(period, day)
    return first_day(period, until - DAY), until
