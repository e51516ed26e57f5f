"""Wrongs done by officials: the whole case is for the Inspektorat alone, from the filing or from a verifier's hand-in."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.accounts.queries import holders
from biroumum.audit.queries import events_of
from biroumum.documents.services import revoke_all
from biroumum.notifications.services import forget_mails
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints.models import Complaint, Message
from complaints.queries import INSPECT
from complaints.services import deadlines
from complaints.services.publication import withdraw_publication
from complaints.states import Kind, State, Visibility

Logged = dict[str, Any]
HANDED_IN, *BEGUN = (f"complaints.complaint.{step}" for step in ("hand_in", "inspect", "dismiss"))


def inspectorate() -> Unit:
    """The office that reads them. Raises Refused while nobody there has the right: it would wait unread."""
    unit = Unit.objects.filter(code=settings.PROVINCE["inspectorate"], is_active=True).first()
    if unit is None or not holders(INSPECT).exists():
        raise Refused(
            _("Laporan pelanggaran belum dapat diterima di sini: di Inspektorat belum ada yang membacanya.")
        )
    return unit


def seal(case: Complaint) -> None:
    """Put the case into the class; the database keeps it secret from then on."""
    inspectorate()
    case.kind, case.visibility, case.sealed = Kind.WHISTLE, Visibility.CONFIDENTIAL, True
    case.oversight = case.documents = False


def hand_in(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """A complaint that turns out to be one. What ran for it ends, and the portal forgets to whom its mails went."""
    seal(case)  # first: from here on its reporter gets no mail
    withdrawn = gettext_noop("Pengaduan ini diserahkan ke Inspektorat.")
    withdraw_publication(case, actor=actor, reason=withdrawn, at=at)
    # Whoever has a paper's code reads this reason, so it tells nothing of where the case is.
    void = gettext_noop("Isi dokumen ini tidak berlaku lagi.")
    revoke_all(None, subject_key(case), reason=void, actor=actor, at=at)
    case.breached = case.breached or case.is_late(at)
    case.scheduled_for = case.unit = case.position = None
    case.reason_code = ""
    deadlines.turn(case, [], [deadlines.INSPECTION], at=at, outcome="handed_in")
    forget_mails(subject_key(case))
    return {}


def inspect(case: Complaint, *, actor: Actor, at: dt.datetime, text: str = "") -> Logged:
    """The Inspektorat takes it up; of a reopened one the clocks of the answer run already."""
    if text:
        Message.objects.create(
            complaint=case, from_holder=False, author=actor.person, text=text, created_at=at
        )
    if case.state == State.RECEIVED:
        case.unit = inspectorate()
        deadlines.turn(case, [], deadlines.answer_limits(case), at=at, outcome="done")
    return {}


def taken_up(case: Complaint) -> bool:
    """Whether the Inspektorat began on it, ended it or wrote to its reporter since it came there.

    What the reporter alone wrote since does not count: before filing they read that it may be passed on, and a line of
    theirs must not keep an ordinary complaint from the office. The step says that their messages go along.
    """
    subject = subject_key(case)
    steps = events_of([subject], [HANDED_IN, *BEGUN])[subject]
    if steps and steps[-1].verb != HANDED_IN:
        return True
    written = case.messages.filter(from_holder=False)
    return (written.filter(created_at__gt=steps[-1].at) if steps else written).exists()


def hand_back(case: Complaint, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """No wrong of an official: an ordinary complaint, still secret and sealed. Its reporter reads why."""
    Message.objects.create(complaint=case, from_holder=False, author=actor.person, text=reason, created_at=at)
    case.kind = Kind.COMPLAINT
    deadlines.turn(case, [], [deadlines.VERIFICATION, deadlines.COMPLETENESS], at=at, outcome="handed_back")
    return {}
