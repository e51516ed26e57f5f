"""Clocks that start, pause, resume, stop and are timed anew.

Each step locks the clock and adds a line to its ledger. Call it in the transaction of what it is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from biroumum.worktime.calendar import due_at, working_days_between
from biroumum.worktime.models import Clock, ClockEvent, TimeLimit
from biroumum.worktime.queries import Terms, holidays_since, limits_for, open_clocks, running, terms_on

Kind = ClockEvent.Kind
HIDDEN = "[alasan disembunyikan]"  # the only words the ledger's guard lets take the place of a reason


class ClockError(Exception):
    """A step that does not fit the clock: a pause of a paused one, a resume of a running one."""


def start_clock(subject: str, code: str, *, at: dt.datetime) -> Clock:
    """Start the limit of this code on a subject; raises IntegrityError if it is running there already."""
    return start_clocks(subject, [code], at=at)[0]


@transaction.atomic(savepoint=False)
def start_clocks(
    subject: str, codes: Sequence[str], *, at: dt.datetime, terms: Terms | None = None
) -> list[Clock]:
    """Start several limits in one statement; `terms` of that day are read if not given."""
    return _turn(subject, (), codes, at, terms=terms)


# A limit that ends and begins anew in one turn is stopped first: two of one code never run on a subject.
_TURN = """
WITH stopped AS (
    UPDATE worktime_clock SET stopped_at = %(at)s, outcome = %(outcome)s WHERE id = ANY(%(over)s)
    RETURNING id, due_at
), begun AS (
    INSERT INTO worktime_clock (subject, limit_id, code, started_at, due_at, outcome)
    SELECT %(subject)s, b.limit_id, b.code, %(at)s, b.due_at, ''
    FROM (SELECT count(*) FROM stopped) AS done,
        unnest(%(limits)s::bigint[], %(codes)s::text[], %(due)s::timestamptz[])
        WITH ORDINALITY AS b (limit_id, code, due_at, place)
    ORDER BY b.place
    RETURNING id, due_at
)
INSERT INTO worktime_clockevent (clock_id, kind, at, due_before, due_after, reason)
SELECT id, 'stop', %(at)s::timestamptz, due_at, due_at, '' FROM stopped
UNION ALL SELECT id, 'start', %(at)s, NULL, due_at, '' FROM begun
RETURNING clock_id, kind
"""


def _turn(
    subject: str,
    over: Sequence[Clock],
    codes: Sequence[str],
    at: dt.datetime,
    outcome: str = "",
    terms: Terms | None = None,
) -> list[Clock]:
    """Stop some clocks that are not paused and start others, ledger included, in one statement; returns the new ones."""
    terms = terms or (terms_on(_day(at), codes) if codes else Terms({}, frozenset()))
    new = [
        Clock(subject=subject, limit=terms.limits[code], code=code, started_at=at, due_at=terms.due(code, at))
        for code in codes
    ]
    given: dict[str, Any] = {
        "subject": subject,
        "at": at,
        "outcome": outcome,
        "over": [clock.pk for clock in over],
        "limits": [clock.limit_id for clock in new],
        "codes": list(codes),
        "due": [clock.due_at for clock in new],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TURN, given)
        keys = sorted(key for key, kind in cursor.fetchall() if kind == Kind.START)
    for clock, key in zip(new, keys, strict=True):
        clock.pk = key
        clock._state.adding, clock._state.db = False, connection.alias
    return new


@transaction.atomic
def pause(clock: Clock, *, at: dt.datetime, reason: str) -> Clock:
    """Hold the clock; the office does not owe anything until `resume`."""
    clock = _lock(clock, paused=False)
    clock.paused_at = at
    return _write(clock, Kind.PAUSE, at, clock.due_at, reason)


@transaction.atomic
def resume(clock: Clock, *, at: dt.datetime, reason: str) -> Clock:
    """Go on; the due date moves by the working days of the pause, or by its time for days and hours."""
    clock = _lock(clock, paused=True)
    return _resume(clock, at, reason)


@transaction.atomic
def stop(clock: Clock, *, at: dt.datetime, outcome: str) -> Clock:
    """End the clock for good. A paused one resumes first: lateness is judged on the moved due date."""
    return _stop(_lock(clock), at, outcome)


@transaction.atomic(savepoint=False)
def turn(
    subject: str, ended: Sequence[str], begun: Sequence[str], *, at: dt.datetime, outcome: str
) -> list[Clock]:
    """Stop the running clocks of the codes `ended` on a subject, or all when none is named, and start `begun`.

    Returns those that run then. However many turn, it is one statement to read and one to turn them; a paused one
    resumes first, as in `stop`.
    """
    clocks = list(running(subject).select_for_update(of=("self",)))
    over = [clock for clock in clocks if not ended or clock.code in ended]
    left = [clock for clock in clocks if clock not in over]
    over = [clock if clock.paused_at is None else _resume(clock, at, outcome) for clock in over]
    return left + _turn(subject, over, begun, at, outcome)


@transaction.atomic
def retime(clock: Clock, *, at: dt.datetime, reason: str, limit: TimeLimit | None = None) -> Clock:
    """Compute the due date anew from the start, under another limit if one is given; past pauses count."""
    clock = _lock(clock)
    if limit is not None:
        clock.limit, clock.code = limit, limit.code
    due = _due_anew(clock, holidays_since(_day(clock.started_at)))
    return _write(clock, Kind.RETIME, at, due, reason)


@transaction.atomic
def start_beside(clock: Clock, code: str, *, at: dt.datetime, reason: str) -> Clock:
    """Another limit on the same subject, as if it had run beside this clock from its start, through all its pauses.

    Its ledger has these pauses under their own times, and then why it was started.
    """
    clock = _lock(clock)
    twin = start_clock(clock.subject, code, at=clock.started_at)
    for event in clock.events.filter(kind__in=(Kind.PAUSE, Kind.RESUME)):
        step = pause if event.kind == Kind.PAUSE else resume
        twin = step(twin, at=event.at, reason=event.reason)
    return retime(twin, at=at, reason=reason)


@transaction.atomic
def extend(clock: Clock, *, at: dt.datetime, reason: str) -> Clock:
    """Once, by the limit whose code is the clock's with ".extension"; raises ClockError the second time."""
    clock = _lock(clock)
    if clock.extension is not None:
        raise ClockError(f"{clock}: extended before")
    (clock.extension,) = limits_for([f"{clock.code}.extension"], _day(at))
    due = _due_anew(clock, holidays_since(_day(clock.started_at)))
    return _write(clock, Kind.RETIME, at, due, reason)


@transaction.atomic
def retime_open(*, reason: str, at: dt.datetime | None = None) -> int:
    """After an edit of holidays: time anew every open clock of working days; returns how many moved."""
    at = at or timezone.now()
    counting = open_clocks().filter(limit__unit=TimeLimit.Unit.WORKING_DAY)
    counting = counting.select_related("limit", "extension").prefetch_related("events")
    clocks = list(counting.select_for_update(of=("self",)).order_by("pk"))
    holidays = holidays_since(_day(min((clock.started_at for clock in clocks), default=at)))
    moved, events = [], []
    for clock in clocks:
        before, clock.due_at = clock.due_at, _due_anew(clock, holidays)
        if clock.due_at != before:
            moved.append(clock)
            line = {"kind": Kind.RETIME, "at": at, "due_before": before, "due_after": clock.due_at}
            events.append(ClockEvent(clock=clock, reason=reason, **line))
    Clock.objects.bulk_update(moved, ["due_at"], batch_size=1000)
    ClockEvent.objects.bulk_create(events, batch_size=1000)
    return len(moved)


@transaction.atomic
def hide_reasons(subject: str, telling: Callable[[str], bool]) -> int:
    """Take reasons out of a subject's ledger that are personal data; nothing else of it changes. Returns how many."""
    events = ClockEvent.objects.filter(clock__subject=subject).exclude(reason__in=("", HIDDEN))
    told = [event.pk for event in events if telling(event.reason)]
    return ClockEvent.objects.filter(pk__in=told).update(reason=HIDDEN)


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment, timezone.get_default_timezone())


def _due_at(start: dt.datetime, days: int, unit: str, holidays: Container[dt.date]) -> dt.datetime:
    return due_at(start, days, unit, holidays, timezone.get_default_timezone())


def _lock(clock: Clock, *, paused: bool | None = None) -> Clock:
    locked = (
        Clock.objects.select_related("limit", "extension").select_for_update(of=("self",)).get(pk=clock.pk)
    )
    if locked.stopped_at is not None or paused is (locked.paused_at is None):
        raise ClockError(f"{locked}: paused since {locked.paused_at}, stopped at {locked.stopped_at}")
    return locked


def _stop(clock: Clock, at: dt.datetime, outcome: str) -> Clock:
    if clock.paused_at is not None:
        clock = _resume(clock, at, outcome)
    clock.stopped_at, clock.outcome = at, outcome
    return _write(clock, Kind.STOP, at, clock.due_at, "")


def _resume(clock: Clock, at: dt.datetime, reason: str) -> Clock:
    since, clock.paused_at = clock.paused_at, None
    if since is None or at < since:
        raise ClockError(f"{clock}: paused since {since}, resumed at {at}")
    if clock.limit.unit == TimeLimit.Unit.WORKING_DAY:
        holidays = holidays_since(min(_day(since), _day(clock.due_at)))
        paused = working_days_between(_day(since), _day(at), holidays)
        due = _due_at(clock.due_at, paused, clock.limit.unit, holidays)
    else:
        due = clock.due_at + (at - since)
    return _write(clock, Kind.RESUME, at, due, reason)


def _due_anew(clock: Clock, holidays: frozenset[dt.date]) -> dt.datetime:
    pauses, limit, more = _pauses(clock), clock.limit, clock.extension
    days = limit.days
    if more is not None and more.code.startswith(
        f"{limit.code}."
    ):  # another limit has its own extension or none
        days += more.days
    if limit.unit == TimeLimit.Unit.WORKING_DAY:
        paused = sum(working_days_between(_day(start), _day(end), holidays) for start, end in pauses)
        return _due_at(clock.started_at, days + paused, limit.unit, holidays)
    due = _due_at(clock.started_at, days, limit.unit, holidays)
    return due + sum((end - start for start, end in pauses), dt.timedelta())


def _pauses(clock: Clock) -> list[tuple[dt.datetime, dt.datetime]]:
    """The pauses that are over, from the ledger."""
    events = list(clock.events.all())
    starts = [event.at for event in events if event.kind == Kind.PAUSE]
    return list(zip(starts, [event.at for event in events if event.kind == Kind.RESUME], strict=False))


def _write(clock: Clock, kind: ClockEvent.Kind, at: dt.datetime, due: dt.datetime, reason: str) -> Clock:
    before, clock.due_at = clock.due_at, due
    clock.save()
    clock.events.create(kind=kind, at=at, due_before=before, due_after=due, reason=reason)
    return clock
