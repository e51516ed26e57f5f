"""Another class than was thought: the clock of the answer is timed anew and keeps its old due date and the reason."""

import datetime as dt
from typing import Any

from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.web.subjects import subject_key
from biroumum.worktime import services as worktime
from biroumum.worktime.queries import limit_for, running
from complaints.models import Complaint
from complaints.services import deadlines
from complaints.services.telling import tell_reporter

Logged = dict[str, Any]


def reclassify(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    kind: str,
    reason: str,
    oversight: bool = False,
    documents: bool = False,
) -> Logged:
    """A question that asks for documents has ten working days instead of five (UU 14/2008 article 22), and so on."""
    case.kind, case.oversight, case.documents = kind, oversight, documents
    before = _retime(case, at=at, reason=reason)
    deadlines.point_at_deadline(case)
    tell_reporter(case, "retimed", at=at)
    told = {"kind": kind, "oversight": oversight, "documents": documents, "reason": reason}
    return told | {"due_before": before.isoformat()}


def _retime(case: Complaint, *, at: dt.datetime, reason: str) -> dt.datetime:
    """Each running answer clock goes under a limit of the new class, counted from its own start with its pauses; a
    limit for which there is no clock starts beside it, with the same start and pauses.

    Returns the due date that held before.
    """
    clocks = [clock for clock in running(subject_key(case)) if clock.code.startswith(deadlines.ANSWER)]
    wanted = deadlines.answer_limits(case)
    missing = [code for code in wanted if code not in [clock.code for clock in clocks]]
    spare = [clock for clock in clocks if clock.code not in wanted]
    before = min((clock.due_at for clock in clocks), default=at)
    for code in missing:
        if spare:
            clock = spare.pop()
            limit = limit_for(code, timezone.localdate(clock.started_at))
            worktime.retime(clock, at=at, reason=reason, limit=limit)
        elif clocks:
            worktime.start_beside(clocks[0], code, at=at, reason=reason)
        else:
            worktime.start_clock(subject_key(case), code, at=at)
    for clock in spare:
        worktime.stop(clock, at=at, outcome="reclassified")
    return before


def extend(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """Seven working days more for documents, once, with a written reason that the citizen reads."""
    clock = deadlines.running_clock(case, deadlines.DOCUMENTS)
    if clock is None:
        raise RuntimeError("the guard lets none pass without this clock")
    worktime.extend(clock, at=at, reason=reason)
    deadlines.point_at_deadline(case)
    tell_reporter(case, "retimed", at=at)
    return {"reason": reason, "due_before": clock.due_at.isoformat()}
