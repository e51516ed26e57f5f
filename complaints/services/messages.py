"""What moves no state: messages, finding a case by its code, and looking at what is confidential or sealed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.audit.services import record
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, Message, Reporter
from complaints.services import deadlines
from complaints.services.codes import same_code
from complaints.services.sealed import opened
from complaints.services.telling import tell_office, tell_reporter
from complaints.states import Visibility

A_LOOK = dt.timedelta(minutes=15)  # ours: pages turned in so long are one look at the case


def tracked_complaint(number: str, code: str) -> Complaint | None:
    """The case if the code is its code; None, after the same work, for an unknown number or a wrong code."""
    case = Complaint.objects.with_list_parts().filter(number=number.strip().upper()).first()
    return case if same_code(code, case.code_hash if case else None) else None


@transaction.atomic
def send_message(case: Complaint, *, actor: Actor, text: str, at: dt.datetime | None = None) -> Message:
    """A message outside any step, by the holder of the code or the office; of an ended case only by the holder."""
    at = at or timezone.now()
    from_holder = actor.kind == "holder"
    if from_holder and actor.subject != subject_key(case):
        raise Forbidden(_("Kode ini bukan kode pengaduan tersebut."))
    case = Complaint.objects.select_for_update(of=("self",)).get(
        pk=case.pk
    )  # a step may move its deadline now
    if not from_holder and not actor.has_perm("complaints.handle_complaint"):
        raise Forbidden("message needs complaints.handle_complaint")
    if not from_holder and case.is_ended:
        raise Refused(_("Pengaduan ini sudah berakhir, jadi kantor tidak lagi mengirim pesan."))
    message = Message.objects.create(
        complaint=case, from_holder=from_holder, author=actor.user, text=text, created_at=at
    )
    record("complaints.complaint.message", subject_key(case), actor=actor.upon(case), at=at)
    if not from_holder:
        deadlines.followed_up(case, at=at)
        Complaint.objects.filter(pk=case.pk).update(clock=case.clock)
        tell_reporter(case, "message", at=at)
    else:
        tell_office(case, gettext_noop("Pesan baru dari pelapor: %(number)s"))
    return message


@transaction.atomic
def open_identity(case: Complaint, *, actor: Actor, reason: str) -> Reporter | None:
    """The reporter's contact, for a stated reason; the look is an entry that the reporter can see.

    Raises Forbidden, and Refused for what the Inspektorat has sealed, where it takes two, or what no key opens.
    """
    if not actor.has_perm("complaints.view_sealed_complaint"):
        raise Forbidden(_("Anda tidak berwenang membuka identitas pelapor."))
    if Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk).sealed:  # perhaps handed in just now
        raise Refused(_("Identitas ini disegel: hanya dua petugas Inspektorat bersama yang membukanya."))
    record(
        "complaints.complaint.open_identity",
        subject_key(case),
        actor=actor,
        data={"reason": reason},
        op="access",
    )
    reporter = Reporter.objects.filter(complaint=case).first()
    return opened(reporter) if reporter else None


def note_look(case: Complaint, *, actor: Actor) -> None:
    """Who opened a confidential case: an entry for each person and quarter of an hour; of other cases none."""
    if case.visibility != Visibility.CONFIDENTIAL:
        return
    verb, subject = "complaints.complaint.open", subject_key(case)
    since = timezone.now() - A_LOOK
    looks = Entry.objects.filter(subject=subject, verb=verb, user_id=actor.person.pk, at__gte=since)
    if not looks.exists():
        with transaction.atomic():
            record(verb, subject, actor=actor.upon(case), op="access")
