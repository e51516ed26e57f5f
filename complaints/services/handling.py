"""Effects of the steps between the office and the citizen: disposition, work, question, answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit
from biroumum.notifications.services import notify
from biroumum.web.subjects import subject_key
from complaints.models import Answer, Complaint, Disposition, Message
from complaints.services import deadlines
from complaints.services.evidence import keep_all
from complaints.services.publication import public_copy
from complaints.services.telling import heads_from, tell_publishers, tell_reporter

Logged = dict[str, Any]
RETURNS_BEFORE_ESCALATION = 3  # no limit of law: how SP4N offices work (field notes 2.1)


def assign(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    unit: Unit,
    position: Position | None = None,
    instruction: str = "",
) -> Logged:
    """Send the case to an office, and to a position in it if one is named; the first follow-up is due."""
    Disposition.objects.create(
        complaint=case,
        unit=unit,
        position=position,
        instruction=instruction,
        assigned_by=actor.person,
        assigned_at=at,
    )
    case.unit, case.position = unit, position
    deadlines.turn(case, [deadlines.VERIFICATION], [deadlines.FIRST_FOLLOW_UP], at=at, outcome="done")
    tell_reporter(case, "assigned", at=at)
    return {"unit": unit.name, "position": position.title if position else ""}


def delegate(
    case: Complaint, *, actor: Actor, at: dt.datetime, position: Position, instruction: str = ""
) -> Logged:
    """The head names who in the office does it; the clocks run on."""
    Disposition.objects.create(  # type: ignore[misc]  # an assigned case has an office
        complaint=case,
        unit=case.unit,
        position=position,
        instruction=instruction,
        assigned_by=actor.person,
        assigned_at=at,
    )
    case.position = position
    return {"position": position.title}


def return_assignment(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """Wrong office: back to the verifier. From the third return on, the heads above the office hear of it."""
    returning = case.unit
    case.returns += 1
    case.unit = case.position = None
    deadlines.turn(case, [deadlines.FIRST_FOLLOW_UP], [deadlines.VERIFICATION], at=at, outcome="returned")
    if case.returns >= RETURNS_BEFORE_ESCALATION and returning is not None:
        _notify_heads(case, returning)
    return {"reason": reason, "unit": returning.name if returning else "", "returns": case.returns}


def start_work(case: Complaint, *, actor: Actor, at: dt.datetime, text: str = "") -> Logged:
    """The office takes the case up; only words to the citizen are the first public follow-up."""
    if text:
        Message.objects.create(
            complaint=case, from_holder=False, author=actor.person, text=text, created_at=at
        )
        deadlines.followed_up(case, at=at)
    tell_reporter(case, "started", at=at)
    return {}


def ask_reporter(case: Complaint, *, actor: Actor, at: dt.datetime, text: str) -> Logged:
    case.reminded_at = None
    Message.objects.create(complaint=case, from_holder=False, author=actor.person, text=text, created_at=at)
    deadlines.followed_up(case, at=at)
    deadlines.pause(case, at=at, reason=gettext_noop("Menunggu jawaban pelapor"))
    tell_reporter(case, "question", at=at)
    return {}


def receive_reply(case: Complaint, *, actor: Actor, at: dt.datetime, text: str) -> Logged:
    Message.objects.create(complaint=case, from_holder=True, text=text, created_at=at)
    deadlines.resume(case, at=at, reason=gettext_noop("Pelapor menjawab"))
    return {}


def continue_work(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """Go on without the reply, or before the scheduled day."""
    case.scheduled_for = None
    deadlines.resume(case, at=at, reason=reason)
    return {"reason": reason}


def schedule(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    scheduled_for: dt.date,
    text: str,
    beyond: bool = False,
) -> Logged:
    """Work has its day; the clock runs on, for a date is not an answer. A day `beyond` the deadline is told with it."""
    case.scheduled_for, case.reminded_at = scheduled_for, None
    Message.objects.create(complaint=case, from_holder=False, author=actor.person, text=text, created_at=at)
    deadlines.followed_up(case, at=at)
    tell_reporter(case, "scheduled", at=at)
    due = deadlines.answer_due_before(case, scheduled_for) if beyond else None
    return {"scheduled_for": scheduled_for.isoformat()} | ({"due": due.isoformat()} if due else {})


def answer(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    text: str,
    result: str,
    inspection_ref: str = "",
    files: Sequence[UploadedFile] = (),
    subtasks_reason: str = "",
) -> Logged:
    """Answer the citizen. The first answer's time is frozen; ten working days to object begin.

    One file refused refuses the step: evidence is whole or the officer knows.
    """
    keep_all(case, files, actor=actor, at=at)
    words = {"text": text, "result": result, "inspection_ref": inspection_ref}
    Answer.objects.create(complaint=case, author=actor.person, unit=case.unit, created_at=at, **words)  # type: ignore[misc]  # a case being answered has an office
    case.first_answered_at = case.first_answered_at or at
    case.objected = False
    case.rating, case.rating_comment = None, ""  # a rating is of the answer that stands
    deadlines.resume(case, at=at, reason=gettext_noop("Jawaban diberikan"))
    deadlines.turn(case, [], [deadlines.objection_limit(case)], at=at, outcome="done")
    tell_reporter(case, "answered", at=at)
    if public_copy(case):
        tell_publishers(case, gettext_noop("Dijawab, dan umum belum membaca jawabannya: %(number)s"))
    return {"result": result} | ({"subtasks_reason": subtasks_reason} if subtasks_reason else {})


def _notify_heads(case: Complaint, unit: Unit) -> None:
    """The nearest office above that has someone to decide."""
    people = [head for head in heads_from(unit.parent or unit) if not case.bars(head)]
    text = gettext_noop("%(number)s sudah %(count)s kali dikembalikan. Mohon tentukan unit yang menangani.")
    words = {"number": case.number, "count": case.returns}
    notify(people, text, case.get_absolute_url(), words=words, subject_key=subject_key(case))
