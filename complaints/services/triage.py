"""Effects of the verifier's steps. Each runs inside the engine's transaction, on a locked row, and returns what the
log entry says besides the change of state; texts of citizens stay in their own rows."""

import datetime as dt
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit, User
from biroumum.audit.services import record
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints.models import Category, Complaint, Handover, Message
from complaints.services import deadlines, keeping
from complaints.services.following import move_followers
from complaints.services.publication import withdraw_publication
from complaints.services.suggesting import suggestions
from complaints.services.telling import tell_reporter
from complaints.states import ASKED, Reason, State, Visibility

Logged = dict[str, Any]


def verify(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    title: str,
    kind: str,
    oversight: bool,
    category: Category,
    visibility: str,
    visibility_reason: str = "",
    accused_unit: Unit | None = None,
    accused_officer: User | None = None,
    documents: bool = False,
) -> Logged:
    """Class, sector and visibility are decided here, and the clock of the answer starts."""
    suggested = [each.code for each in suggestions(case)]  # noted beside the choice, to see how good they are
    case.title, case.kind, case.oversight, case.documents = title, kind, oversight, documents
    before, case.category, case.visibility = case.visibility, category, visibility
    lowered = Visibility(visibility).is_lower_than(before)
    case.accused_unit, case.accused_officer = accused_unit, accused_officer
    if visibility == Visibility.CONFIDENTIAL:
        secret = gettext_noop("Pengaduan ini dinyatakan rahasia.")
        withdraw_publication(case, actor=actor, reason=secret, at=at)
    deadlines.turn(case, [deadlines.COMPLETENESS], deadlines.answer_limits(case), at=at, outcome="complete")
    tell_reporter(case, "verified", at=at, lowered=lowered)
    noted = {"category": category.code, "suggested": suggested} if suggested else {}
    if lowered:
        noted |= {"visibility_before": before, "reason": visibility_reason}
    return {"kind": kind, "oversight": oversight, "visibility": visibility, **noted}


def ask_completion(case: Complaint, *, actor: Actor, at: dt.datetime, text: str, reason_code: str) -> Logged:
    """Ask the reporter for what is missing; our clock stops, theirs (30 days, UU 25/2009) starts."""
    case.reason_code, case.reminded_at = reason_code, None
    Message.objects.create(complaint=case, from_holder=False, author=actor.user, text=text, created_at=at)
    deadlines.stop(case, deadlines.COMPLETENESS, at=at, outcome="incomplete")
    deadlines.pause(case, at=at, reason=gettext_noop("Menunggu kelengkapan dari pelapor"))
    deadlines.start(case, deadlines.COMPLETION, at=at)
    tell_reporter(case, "question", at=at)
    return {"reason_code": reason_code}


def complete(case: Complaint, *, actor: Actor, at: dt.datetime, text: str) -> Logged:
    Message.objects.create(complaint=case, from_holder=True, text=text, created_at=at)
    case.reason_code = ""
    deadlines.stop(case, deadlines.COMPLETION, at=at, outcome="done")
    deadlines.resume(case, at=at, reason=gettext_noop("Pelapor melengkapi"))
    return {}


@transaction.atomic
def remind_reporter(case: Complaint, *, actor: Actor, at: dt.datetime) -> bool:
    """Remind the reporter, once per question; `lapse` and `deadlines.unanswered` ask how long ago."""
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.state not in ASKED or case.reminded_at is not None:
        return False
    case.reminded_at = at
    case.save(update_fields={"reminded_at"})
    record("complaints.complaint.remind", subject_key(case), actor=actor, at=at)
    if case.state == State.INCOMPLETE:
        tell_reporter(case, "reminder", at=at)
    else:
        tell_reporter(case, "reply_reminder", at=at)
    return True


def lapse(case: Complaint, *, actor: Actor, at: dt.datetime) -> Logged:
    """The reporter stayed silent past the limit: the case counts as withdrawn (UU 25/2009)."""
    return _end(case, Reason.NO_REPLY, at=at, outcome="lapsed", objection=False)


def withdraw(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str, reason_code: str) -> Logged:
    return _end(case, reason_code, at=at, outcome="withdrawn", objection=False)


def take_back(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str = "") -> Logged:
    """The holder of the code withdraws, with or without saying why."""
    if reason:
        Message.objects.create(complaint=case, from_holder=True, text=reason, created_at=at)
    return _end(case, Reason.AT_REQUEST, at=at, outcome="withdrawn", objection=False)


def archive(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str, reason_code: str) -> Logged:
    """End a case that cannot be followed up, with a reason code and a sentence the citizen can read.

    What a court looks into keeps its data until somebody says that the court is done.
    """
    Message.objects.create(complaint=case, from_holder=False, author=actor.user, text=reason, created_at=at)
    if reason_code == Reason.IN_COURT and not keeping.held(case):
        keeping.place(case, actor=actor, reason=keeping.IN_COURT, at=at)
    return _end(case, reason_code, at=at, outcome="archived")


def hand_over(
    case: Complaint,
    *,
    actor: Actor,
    at: dt.datetime,
    agency: str,
    reason: str,
    follow_up: str,
    reason_code: str,
) -> Logged:
    Handover.objects.create(
        complaint=case,
        agency=agency,
        reason=reason,
        follow_up=follow_up,
        handed_by=actor.person,
        handed_at=at,
    )
    return _end(case, reason_code, at=at, outcome="handed_over") | {"agency": agency}


def mark_duplicate(
    case: Complaint, *, actor: Actor, at: dt.datetime, original: Complaint, reason: str, reason_code: str
) -> Logged:
    """Join the case to another, or to the original of that one; what had joined this one goes along.

    So there are no chains, and what leads back to the case itself is refused. The reporter reads the reason.
    """
    if original.pk == case.pk:
        raise Refused(_("Pengaduan tidak dapat digabung dengan dirinya sendiri."), field="original")
    locked = _lock_original(original)
    if locked.duplicate_of_id == case.pk:
        raise Refused(
            _("%(number)s sudah digabung ke pengaduan ini.") % {"number": locked.number}, field="original"
        )
    if locked.duplicate_of is not None:
        locked = _lock_original(locked.duplicate_of)
    led = list(case.duplicates.order_by("pk"))
    case.duplicates.update(duplicate_of=locked)
    for other in led:
        data = {"original": locked.number}
        record("complaints.complaint.rejoin", subject_key(other), actor=actor, data=data, at=at)
    case.duplicate_of = locked
    Message.objects.create(complaint=case, from_holder=False, author=actor.user, text=reason, created_at=at)
    move_followers(case, locked)
    joined = gettext_noop("Pengaduan ini digabung dengan pengaduan yang sama.")
    withdraw_publication(case, actor=actor, reason=joined, at=at)
    return _end(case, reason_code, at=at, outcome="duplicate") | {"original": locked.number}


def _lock_original(original: Complaint) -> Complaint:
    """The engine holds the case already; waiting for the other could be waiting for one who waits for us."""
    try:
        with transaction.atomic():
            return Complaint.objects.select_for_update(nowait=True).get(pk=original.pk)
    except OperationalError as error:
        raise Refused(
            _("%(number)s sedang diubah petugas lain. Coba lagi.") % {"number": original.number}
        ) from error


def _end(case: Complaint, code: str, *, at: dt.datetime, outcome: str, objection: bool = True) -> Logged:
    case.ended_at, case.objected, case.reason_code = at, False, code
    begun = [deadlines.objection_limit(case)] if objection else []
    deadlines.turn(case, [], begun, at=at, outcome=outcome)
    tell_reporter(case, outcome, at=at)
    return {"reason_code": code}
