"""Which limit holds on a day, which days are off, which clocks run, which are late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import Promise

from biroumum.web.statements import Rows
from biroumum.worktime.calendar import due_at
from biroumum.worktime.models import Clock, ClockEvent, Holiday, TimeLimit

SOON = 2  # working days


def limit_for(code: str, on: dt.date) -> TimeLimit:
    """The row valid on that day; raises TimeLimit.DoesNotExist: a duty without a row is a fault."""
    return limits_for([code], on)[0]


def limits_for(codes: Sequence[str], on: dt.date) -> list[TimeLimit]:
    """The row of each code in their order, in one statement; raises as `limit_for` does."""
    return list(terms_on(on, codes).limits.values())


def holidays_since(day: dt.date) -> frozenset[dt.date]:
    """Days off from that day on, in one statement."""
    return frozenset(Holiday.objects.filter(date__gte=day).values_list("date", flat=True))


@dataclass(frozen=True)
class Terms:
    """Limits by code, and the days off from a day on: all that a due date is counted from."""

    limits: Mapping[str, TimeLimit]
    holidays: frozenset[dt.date]

    def due(self, code: str, start: dt.datetime) -> dt.datetime:
        limit = self.limits[code]
        return due_at(start, limit.days, limit.unit, self.holidays, timezone.get_default_timezone())


def terms_on(day: dt.date, codes: Sequence[str]) -> Terms:
    """What is in force on that day, in one statement; raises as `limit_for` does."""
    rows = _in_force(day, list(codes))
    found = {row.code: TimeLimit.from_db("default", LIMIT, row[:-1]) for row in rows}
    if missing := [code for code in codes if code not in found]:
        raise TimeLimit.DoesNotExist(f"no limit {', '.join(missing)} on {day}")
    return Terms({code: found[code] for code in codes}, frozenset(rows[0].days_off))


LIMIT = [field.attname for field in TimeLimit._meta.concrete_fields]
CLOCK = [field.attname for field in Clock._meta.concrete_fields]


def _rows_in_force(day: dt.date, codes: str) -> QuerySet[Any, Any]:
    """PostgreSQL takes the codes as one value."""
    valid = Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day))
    days_off = ArraySubquery(Holiday.objects.filter(date__gte=day).values("date"))
    rows = TimeLimit.objects.extra(where=["code = ANY(%s)"], params=[codes]).filter(valid)
    return rows.annotate(days_off=days_off).values_list(*LIMIT, "days_off")


_in_force = Rows(_rows_in_force, dt.date.min, "codes")


def moment(day: dt.date) -> dt.datetime:
    """The first moment of a day in the province's zone."""
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


def horizon(now: dt.datetime, holidays: frozenset[dt.date] | None = None) -> dt.datetime:
    """The end of the second working day after now: what is due till then is due soon. Holidays are read if not given."""
    zone = timezone.get_default_timezone()
    days_off = holidays_since(now.astimezone(zone).date()) if holidays is None else holidays
    return due_at(now, SOON, TimeLimit.Unit.WORKING_DAY, days_off, zone)


def clocks_of(subject: str) -> QuerySet[Clock]:
    """Every clock of a subject, oldest first, with limit and ledger."""
    return _clocks_of(subject).prefetch_related("events")


class Line(NamedTuple):
    """One line of a ledger for people."""

    label: str | Promise
    at: dt.datetime
    reason: str
    due_before: dt.datetime | None
    due_after: dt.datetime


def clocks_told(subject: str, lines: int) -> list[Clock]:
    """The same with `told`: the newest lines of the ledger that give a reason, so many and one more if there are more."""
    clocks = []
    for row in _clock_rows(subject):
        clocks.append(Clock.from_db("default", CLOCK, row[: len(CLOCK)]))
        clocks[-1].limit = TimeLimit.from_db("default", LIMIT, row[len(CLOCK) :])
    told: defaultdict[int, list[Line]] = defaultdict(list)
    for row in _newest_lines(subject, lines + 1):
        label = ClockEvent.Kind(row.kind).label
        told[row.clock_id].append(Line(label, row.at, row.reason, row.due_before, row.due_after))
    for clock in clocks:
        clock.told = told[clock.pk]
    return clocks


def _lines(subject: str, count: int) -> QuerySet[Any, Any]:
    place = Window(RowNumber(), partition_by="clock", order_by="-id")
    given = ClockEvent.objects.filter(clock__subject=subject).exclude(reason="")
    newest = given.alias(place=place).filter(place__lte=count).order_by("-id")
    return newest.values_list("clock_id", "kind", "at", "reason", "due_before", "due_after")


_newest_lines = Rows(_lines, "a subject", -1)


def _with_limits(subject: str) -> QuerySet[Any, Any]:
    return _clocks_of(subject).values_list(*CLOCK, *(f"limit__{name}" for name in LIMIT))


_clock_rows = Rows(_with_limits, "a subject")


def _clocks_of(subject: str) -> QuerySet[Clock]:
    return Clock.objects.filter(subject=subject).select_related("limit").order_by("pk")


def open_clocks() -> QuerySet[Clock]:
    """Clocks that have not stopped, paused ones included."""
    return Clock.objects.filter(stopped_at=None).select_related("limit")


def running(subject: str) -> QuerySet[Clock]:
    return open_clocks().filter(subject=subject).order_by("pk")


def overdue(now: dt.datetime) -> QuerySet[Clock]:
    """Clocks past their due date; a paused one is never late."""
    return open_clocks().filter(paused_at=None, due_at__lt=now)


def due_subjects(code: str, before: dt.datetime) -> list[str]:
    """Subject keys on which this limit runs and ends before that moment, earliest first."""
    return list(overdue(before).filter(code=code).order_by("due_at").values_list("subject", flat=True))
