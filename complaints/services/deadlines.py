"""Which clocks run on a complaint. Limits are dated rows (worktime.TimeLimit) with their legal basis."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from biroumum.web.subjects import subject_key
from biroumum.worktime import services as worktime
from biroumum.worktime.calendar import due_at, working_days_between
from biroumum.worktime.models import Clock, TimeLimit
from biroumum.worktime.queries import Terms, holidays_since, limit_for, moment, running, terms_on
from complaints.models import Complaint
from complaints.queries import ANSWER
from complaints.states import Kind, State

FILING = "complaint.filing"  # only warns: no clock runs before the complaint
VERIFICATION = "complaint.verification"
INSPECTION = "complaint.verification.whistle"  # the Inspektorat's first look
COMPLETENESS = "complaint.completeness"
FIRST_FOLLOW_UP = "complaint.first_follow_up"
OVERSIGHT = "complaint.answer.oversight"
OVERSIGHT_STATUTE = "complaint.answer.oversight_statute"
WHISTLE_DAYS = "complaint.answer.whistle_days"
DOCUMENTS = "complaint.answer.documents"  # the part of the information law, with one extension
COMPLETION = "complaint.completion"
REPLY = (
    "complaint.reply"  # days after an officer's question until the reminder; no clock, for ours stands still
)
OBJECTION = "complaint.objection"
REOPENING = "complaint.reopening"
DOCUMENTS_OBJECTION = "complaint.objection.documents"
DOCUMENTS_REOPENING = "complaint.reopening.documents"
DISPUTE = "complaint.dispute.documents"  # from a refused objection to the Komisi Informasi
NOTICE = dt.timedelta(days=7)  # between the reminder and the end of the reporter's time, at least
OBJECTIONS, REOPENINGS = (OBJECTION, DOCUMENTS_OBJECTION), (REOPENING, DOCUMENTS_REOPENING)
WINDOWS = (*OBJECTIONS, DISPUTE)  # they end by themselves, and then the case is at rest
CITIZENS = (COMPLETION, *WINDOWS)  # the citizen's own time; never the office's deadline


def answer_limits(case: Complaint) -> tuple[str, ...]:
    """The limits of an answer. Oversight cases have two, in working days (SP4N) and in days (Perpres 76/2013):
    both run, and the earlier is the deadline. So have wrongs of officials, for want of a limit of their own."""
    if case.is_whistle:
        return (f"{ANSWER}.{case.kind}", WHISTLE_DAYS)
    if case.documents:
        return (DOCUMENTS,)
    return (OVERSIGHT, OVERSIGHT_STATUTE) if case.oversight else (f"{ANSWER}.{case.kind}",)


def first_limits(case: Complaint) -> tuple[str, ...]:
    """From the filing: look at it, and say whether it is complete."""
    return (INSPECTION,) if case.is_whistle else (VERIFICATION, COMPLETENESS)


def objection_limit(case: Complaint) -> str:
    """An answer about documents may be objected to for as long as the information law gives."""
    return DOCUMENTS_OBJECTION if case.documents else OBJECTION


def start(case: Complaint, *codes: str, at: dt.datetime) -> None:
    worktime.start_clocks(subject_key(case), codes, at=at)
    point_at_deadline(case)


def turn(
    case: Complaint, ended: Sequence[str], begun: Sequence[str], *, at: dt.datetime, outcome: str
) -> None:
    """These limits end, or every running one when none is named, and those begin."""
    clocks = worktime.turn(subject_key(case), ended, begun, at=at, outcome=outcome)
    point_at_deadline(case, clocks)


class Promised(NamedTuple):
    verified: dt.datetime
    answered: dt.datetime  # when verification takes all its time


def promised(case: Complaint) -> Promised:
    """The dates as promised at filing; a receipt fetched later says the same, whatever happened since."""
    return _promised(case, terms_on(_filed_on(case), (first_limits(case)[0], *_promised_limits(case))))


def start_first(case: Complaint) -> Promised:
    """The clocks of a complaint just filed, and what the citizen is told of them."""
    limits = first_limits(case)
    terms = terms_on(_filed_on(case), (*limits, *_promised_limits(case)))
    clocks = worktime.start_clocks(subject_key(case), limits, at=case.received_at, terms=terms)
    case.clock = min(clocks, key=lambda clock: clock.due_at)
    return _promised(case, terms)


def _filed_on(case: Complaint) -> dt.date:
    return timezone.localdate(case.received_at, timezone.get_default_timezone())


def _promised(case: Complaint, terms: Terms) -> Promised:
    verified = terms.due(first_limits(case)[0], case.received_at)
    return Promised(verified, min(terms.due(code, verified) for code in _promised_limits(case)))


def _promised_limits(case: Complaint) -> tuple[str, ...]:
    """Of an answer, as things stand at filing: whether it needs oversight or documents is not known yet."""
    code = f"{ANSWER}.{case.kind}"
    return (code, WHISTLE_DAYS) if case.is_whistle else (code,)


def filed_late(kind: str, occurred_on: dt.date | None, at: dt.datetime) -> TimeLimit | None:
    """The limit from service to complaint (Perpres 76/2013) if it has passed at that moment, else None."""
    if kind != Kind.COMPLAINT or occurred_on is None:
        return None
    limit, zone = limit_for(FILING, timezone.localdate(at)), timezone.get_default_timezone()
    until = due_at(moment(occurred_on), limit.days, limit.unit, holidays_since(occurred_on), zone)
    return limit if until < at else None


def entered_late(case: Complaint) -> int:
    """Working days from the receipt of a letter or call to its entry, which the clocks have lost by then."""
    if case.entered_at is None:
        return 0
    received, entered = timezone.localdate(case.received_at), timezone.localdate(case.entered_at)
    return working_days_between(received, entered, holidays_since(received))


def running_clock(case: Complaint, code: str) -> Clock | None:
    return next((clock for clock in running(subject_key(case)) if clock.limit.code == code), None)


def answer_clock(case: Complaint) -> Clock | None:
    """The limit of an answer that runs, the earlier of two; None before verification and once it is answered."""
    clocks = [clock for clock in running(subject_key(case)) if clock.code.startswith(ANSWER)]
    return min(clocks, key=lambda clock: clock.due_at, default=None)


def answer_due_before(case: Complaint, day: dt.date) -> dt.date | None:
    """The last day of the answer's limit, if it is over by that day."""
    clock = answer_clock(case)
    due = timezone.localdate(clock.due_at) if clock else day
    return due if due < day else None


def objection_open(case: Complaint, at: dt.datetime) -> bool:
    return any(clock.code in OBJECTIONS and clock.due_at >= at for clock in running(subject_key(case)))


def windows_over(case: Complaint, at: dt.datetime) -> list[str]:
    return [clock.code for clock in running(subject_key(case)) if clock.code in WINDOWS and clock.due_at < at]


def completion_ends(case: Complaint, clock: Clock) -> dt.datetime:
    """When an unanswered question ends the case: a late reminder gives its notice all the same."""
    return max(clock.due_at, case.reminded_at + NOTICE) if case.reminded_at else clock.due_at


def to_remind(at: dt.datetime) -> Q:
    """An officer asked, and the reporter has not answered for so long; our clock stands still since the question."""
    asked = at - dt.timedelta(days=limit_for(REPLY, timezone.localdate(at)).days)
    return Q(state=State.AWAITING_REPORTER, reminded_at=None, clock__paused_at__lt=asked)


def unanswered(now: dt.datetime) -> Q:
    """The reporter was reminded and stayed silent: it is the officer's turn again."""
    return Q(state=State.AWAITING_REPORTER, reminded_at__lt=now - NOTICE)


def reply_ends(case: Complaint) -> dt.datetime | None:
    """How long the office waits for the reply to its question; None while nobody was reminded."""
    return case.reminded_at + NOTICE if case.reminded_at else None


def followed_up(case: Complaint, *, at: dt.datetime) -> None:
    """The citizen has heard from the office that holds the case."""
    stop(case, FIRST_FOLLOW_UP, at=at, outcome="done")


def stop(case: Complaint, *codes: str, at: dt.datetime, outcome: str) -> None:
    """Stop the named clocks, or every running one when none is named."""
    turn(case, codes, (), at=at, outcome=outcome)


def pause(case: Complaint, *, at: dt.datetime, reason: str) -> None:
    for clock in running(subject_key(case)):
        if clock.paused_at is None and clock.limit.code not in CITIZENS:
            worktime.pause(clock, at=at, reason=reason)
    point_at_deadline(case)


def resume(case: Complaint, *, at: dt.datetime, reason: str) -> None:
    for clock in running(subject_key(case)):
        if clock.paused_at is not None:
            worktime.resume(clock, at=at, reason=reason)
    point_at_deadline(case)


def missed(clocks: Iterable[Clock], now: dt.datetime) -> Clock | None:
    """The last deadline of the office that passed while its duty is still open; None when there is none."""
    late = [
        clock
        for clock in clocks
        if clock.stopped_at is None and clock.code not in CITIZENS and clock.is_late(now)
    ]
    return max(late, key=lambda clock: clock.due_at, default=None)


def point_at_deadline(case: Complaint, clocks: Iterable[Clock] | None = None) -> None:
    """`case.clock` is the office's earliest running deadline; when none runs it stays on the last one.

    The running clocks are read if not given.
    """
    clocks = running(subject_key(case)) if clocks is None else clocks
    clocks = [clock for clock in clocks if clock.code not in CITIZENS]
    if clocks:
        case.clock = min(clocks, key=lambda clock: (clock.paused_at is not None, clock.due_at))
