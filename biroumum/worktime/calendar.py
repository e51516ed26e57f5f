"""Arithmetic of working days. Pure: holidays and zone are passed in, nothing is read.

Monday to Friday without holidays and collective leave are working days. Day 1 is the first working day after
the start; a limit in days ends at 23:59:59 of its last day in the province's zone.
"""

import datetime as dt
from collections.abc import Container, Iterable

END_OF_DAY = dt.time(23, 59, 59)
ONE_DAY = dt.timedelta(days=1)


def is_working_day(day: dt.date, holidays: Container[dt.date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def add_working_days(day: dt.date, count: int, holidays: Container[dt.date]) -> dt.date:
    """The `count`-th working day after `day`; `day` itself for 0."""
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(day, holidays)
    return day


def working_days_between(start: dt.date, end: dt.date, holidays: Iterable[dt.date]) -> int:
    """How many working days there are after `start` up to and with `end`; undoes `add_working_days`."""
    off = sum(start < day <= end and day.weekday() < 5 for day in holidays)
    return max(0, _weekdays(end) - _weekdays(start) - off)


def _weekdays(day: dt.date) -> int:
    """How many there were from the first day of the calendar, a Monday, to this one."""
    weeks, rest = divmod(day.toordinal() - 1, 7)
    return 5 * weeks + min(rest + 1, 5)


def due_at(
    start: dt.datetime, days: int, unit: str, holidays: Container[dt.date], zone: dt.tzinfo
) -> dt.datetime:
    """When a limit that starts at `start` ends; `days` counts hours when the unit is "hour"."""
    if unit == "hour":
        return start + dt.timedelta(hours=days)
    day = start.astimezone(zone).date()
    last = add_working_days(day, days, holidays) if unit == "working_day" else day + ONE_DAY * days
    return dt.datetime.combine(last, END_OF_DAY, zone)
