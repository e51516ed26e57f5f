"""Opening the identity of a whistle-blower: one examiner asks, another agrees, and who asked looks once.

The lock of the case keeps what two do at once apart. Each act is an entry that the reporter reads: who by position,
when and why.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.accounts.queries import holders, live_assignments, positions_for
from biroumum.audit.services import record
from biroumum.notifications.services import notify
from biroumum.web.addresses import address
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, Reporter, Unsealing
from complaints.queries import INSPECT
from complaints.services.sealed import opened

ACTS = ("ask", "withdraw", "grant", "refuse", "open")
IDENTITY = tuple(f"complaints.complaint.{act}_identity" for act in ACTS)


@transaction.atomic
def ask_unsealing(case: Complaint, *, actor: Actor, reason: str, at: dt.datetime | None = None) -> Unsealing:
    """Raises Forbidden and Refused: also while another waits, with nothing to open, and with nobody to decide."""
    case, at = _locked(case, actor), at or timezone.now()
    if not Reporter.objects.filter(complaint=case).exists():
        raise Refused(_("Pelapor tidak memberi nama atau kontak, jadi tidak ada yang dapat dibuka."))
    if waiting(case) is not None:
        raise Refused(_("Masih ada permintaan yang belum diputus."))
    others = [user for user in holders(INSPECT).exclude(pk=actor.person.pk) if not case.bars(user)]
    if not others:
        raise Refused(_("Di Inspektorat tidak ada pemeriksa lain yang dapat memutusnya."))
    asked = Unsealing.objects.create(complaint=case, reason=reason, asked_by=actor.person, asked_at=at)
    _note(case, "ask_identity", actor, reason, at)
    _tell(case, others, gettext_noop("Persetujuan Anda diminta untuk membuka identitas: %(number)s"))
    return asked


@transaction.atomic
def withdraw_unsealing(
    case: Complaint, *, asked: int | None, actor: Actor, reason: str, at: dt.datetime | None = None
) -> Unsealing:
    """By who asked, while nobody decided; so another may ask. Raises Forbidden and Refused."""
    case, at = _locked(case, actor), at or timezone.now()
    request = _waits(case, asked)
    if request.asked_by_id != actor.person.pk:
        raise Refused(_("Hanya yang meminta dapat menarik permintaannya."))
    _settle(request, None, False, reason, at)
    _note(case, "withdraw_identity", actor, reason, at)
    return request


@transaction.atomic
def decide_unsealing(
    case: Complaint,
    *,
    asked: int | None,
    actor: Actor,
    granted: bool,
    reason: str,
    at: dt.datetime | None = None,
) -> Unsealing:
    """By another than who asked, on the request they read (the key `asked`). Raises Forbidden and Refused."""
    case, at = _locked(case, actor), at or timezone.now()
    request = _waits(case, asked)
    if request.asked_by_id == actor.person.pk:
        raise Refused(_("Anda yang meminta, jadi pemeriksa lain yang memutus."))
    _settle(request, actor.person, granted, reason, at)
    _note(case, "grant_identity" if granted else "refuse_identity", actor, reason, at)
    text = gettext_noop("Permintaan Anda membuka identitas diputus: %(number)s")
    _tell(case, [request.asked_by], text)
    return request


@transaction.atomic
def open_sealed(case: Complaint, *, actor: Actor, at: dt.datetime | None = None) -> Reporter:
    """The look itself, by who asked and was granted it, once. Raises Forbidden and Refused."""
    case, at = _locked(case, actor), at or timezone.now()
    granted = granted_to(case, actor)
    if granted is None:
        raise Refused(_("Identitas ini terbuka hanya sesudah pemeriksa lain menyetujui, untuk satu kali."))
    reporter = Reporter.objects.filter(complaint=case).first()
    if reporter is None:
        raise Refused(_("Identitas pelapor sudah dihapus, karena masa simpannya berakhir."))
    granted.opened_at = at
    granted.save(update_fields=["opened_at"])
    _note(case, "open_identity", actor, granted.reason, at)
    return opened(reporter)


def waiting(case: Complaint) -> Unsealing | None:
    return Unsealing.objects.filter(complaint=case, decided_at=None).first()


def granted_to(case: Complaint, actor: Actor) -> Unsealing | None:
    """What this person may open now."""
    granted = Unsealing.objects.filter(complaint=case, granted=True, opened_at=None)
    return granted.filter(asked_by=actor.person).last()


def _waits(case: Complaint, asked: int | None) -> Unsealing:
    request = waiting(case)
    if request is None or request.pk != asked:
        raise Refused(_("Permintaan ini sudah diputus atau ditarik."))
    return request


def _settle(request: Unsealing, by: User | None, granted: bool, reason: str, at: dt.datetime) -> None:
    request.decided_by, request.decided_at, request.granted, request.decision = by, at, granted, reason
    request.save(update_fields=["decided_by", "decided_at", "granted", "decision"])


def _locked(case: Complaint, actor: Actor) -> Complaint:
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not actor.has_perm(INSPECT) or case.bars(actor.person):
        raise Forbidden(f"a sealed identity needs {INSPECT}")
    if not case.sealed:
        raise Refused(_("Identitas ini tidak disegel Inspektorat."))
    return case


def _note(case: Complaint, act: str, actor: Actor, reason: str, at: dt.datetime) -> None:
    own = [each.position_id for each in live_assignments(actor.person)]
    chair = positions_for(INSPECT).filter(pk__in=own).first()
    data = {"reason": reason, "position": chair.title if chair else ""}
    record(f"complaints.complaint.{act}", subject_key(case), actor=actor, data=data, at=at, op="access")


def _tell(case: Complaint, people: Sequence[User], text: str) -> None:
    words, page = {"number": case.number}, address("complaints:unseal", case.pk)
    notify(people, text, page, words=words, subject_key=subject_key(case))
