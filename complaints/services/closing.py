"""Effects of the last steps: acceptance, silence, objection, reopening by another hand."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.documents.services import revoke_all
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Message
from complaints.services import deadlines
from complaints.services.following import move_followers_back
from complaints.services.telling import tell_reporter

Logged = dict[str, Any]
APPEAL = (  # goes into a message to the reporter, so it stays as it was written
    "Bila Anda tidak setuju, Anda dapat mengadu ke Ombudsman Republik Indonesia, "
    "atau ke Komisi Informasi untuk permintaan informasi."
)
HANDOVER = "complaints.handover"  # the paper that proves a hand-over, while it stands


def accept_answer(
    case: Complaint, *, actor: Actor, at: dt.datetime, rating: int | None = None, comment: str = ""
) -> Logged:
    """The citizen is content. The rating is asked once and may be left out."""
    case.rating, case.rating_comment = rating, comment
    return close(case, actor=actor, at=at) | ({"rating": rating} if rating else {})


def close(case: Complaint, *, actor: Actor, at: dt.datetime) -> Logged:
    case.ended_at = at
    end_window(case, at=at)
    tell_reporter(case, "closed", at=at)
    return {}


@transaction.atomic
def end_window(case: Complaint, *, at: dt.datetime) -> None:
    """Stop the citizen's clocks whose time is over; an acceptance leaves them open till then."""
    if over := deadlines.windows_over(case, at):
        deadlines.stop(case, *over, at=at, outcome="expired")


def object_to_answer(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """Once per answer, within the window; another officer than the one who answered will decide."""
    Message.objects.create(complaint=case, from_holder=True, text=reason, created_at=at)
    case.objected, case.ended_at = True, None
    case.breached = case.breached or case.is_late(at)
    decided = deadlines.DOCUMENTS_REOPENING if case.documents else deadlines.REOPENING
    deadlines.turn(case, deadlines.OBJECTIONS, [decided], at=at, outcome="objected")
    return {}


def grant_reopening(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """A new clock of the whole answer; what was late before stays counted on the old one."""
    Message.objects.create(complaint=case, from_holder=False, author=actor.user, text=reason, created_at=at)
    limits = deadlines.answer_limits(case)
    deadlines.turn(case, deadlines.REOPENINGS, limits, at=at, outcome="granted")
    tell_reporter(case, "reopened", at=at)
    return {}


def refuse_reopening(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """Refused with reasons, and with the way to Ombudsman and Komisi Informasi; about documents the time for the
    latter runs from here."""
    Message.objects.create(
        complaint=case, from_holder=False, author=actor.user, text=f"{reason}\n\n{APPEAL}", created_at=at
    )
    case.ended_at = at
    begun = [deadlines.DISPUTE] if case.documents else []
    deadlines.turn(case, deadlines.REOPENINGS, begun, at=at, outcome="refused")
    tell_reporter(case, "reopening_refused", at=at)
    return {}


def resume_reopened(case: Complaint, *, actor: Actor, at: dt.datetime) -> Logged:
    """Back to the office that held it."""
    return {"unit": case.unit.name if case.unit else ""}


def object_to_outcome(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """The citizen disagrees with a hand-over, an archiving or a joining: the verifier looks again."""
    Message.objects.create(complaint=case, from_holder=True, text=reason, created_at=at)
    case.objected = True
    return restore(case, actor=actor, at=at, reason="")


def restore(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """The verifier has it again, whoever held it before."""
    if case.duplicate_of_id is not None:
        move_followers_back(case)
    case.ended_at = case.duplicate_of = case.unit = case.position = None
    case.reason_code = ""
    case.breached = case.breached or case.is_late(at)
    annulled = gettext_noop("Pelimpahan ini tidak berlaku lagi: pengaduan diperiksa kembali.")
    revoke_all(HANDOVER, subject_key(case), reason=annulled, actor=actor, at=at)
    deadlines.turn(case, [], deadlines.first_limits(case)[:1], at=at, outcome="restored")
    return {"reason": reason} if reason else {}
