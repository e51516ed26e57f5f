"""For the holder of a case's code: a new code for one that was lost, and the rating of an answer."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.documents.services import revoke_all
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, Reporter
from complaints.services import codes
from complaints.services.telling import tell_reporter
from complaints.states import State

RECEIPT = "complaints.receipt"  # the paper that carries the code


@transaction.atomic
def replace_code(
    case: Complaint,
    *,
    actor: Actor,
    reason: str,
    submit_token: uuid.UUID | None = None,
    at: dt.datetime | None = None,
) -> str:
    """Give a reporter whose identity was compared a new receipt code, and return it; it is stored hashed.

    The old code, whoever came in with it, the links they asked for and the receipts that carry it are void from now
    on. The reporter hears of it by mail and on the case's page. A form sent twice, known by its `submit_token`, is
    one new code.
    Raises Forbidden, and Refused for a case without a name to compare, or whose identity the Inspektorat has sealed.
    """
    if not actor.has_perm("complaints.view_sealed_complaint"):
        raise Forbidden(_("Anda tidak berwenang mengganti kode."))
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.sealed:
        raise Refused(_("Identitas pelapor disegel Inspektorat, jadi tidak dapat dicocokkan."))
    if not _is_named(case):
        raise Refused(_("Pelapor tidak menyebut nama, jadi tidak ada yang dapat dicocokkan dengan KTP."))
    code = codes.derive_code(submit_token or uuid.uuid4())
    if not codes.same_code(code, bytes(case.code_hash)):
        _replace(case, code, actor=actor, reason=reason, at=at)
    return code


def _replace(case: Complaint, code: str, *, actor: Actor, reason: str, at: dt.datetime | None) -> None:
    case.code_hash = codes.hash_code(code)
    case.save(update_fields={"code_hash"})
    # Links that whoever held the old code has asked for.
    Reporter.objects.filter(complaint=case).update(new_email="", change_word="", entry_word="")
    voided = gettext_noop("Kode lacak di dalamnya sudah diganti.")
    revoke_all(RECEIPT, subject_key(case), reason=voided, actor=actor, at=at)
    record(
        "complaints.complaint.replace_code", subject_key(case), actor=actor, data={"reason": reason}, at=at
    )
    tell_reporter(case, "code_replaced", at=at or timezone.now())


def _is_named(case: Complaint) -> bool:
    return Reporter.objects.filter(complaint=case).exclude(name="").exists()


@transaction.atomic
def rate(case: Complaint, *, actor: Actor, rating: int, comment: str = "") -> Complaint:
    """The holder's rating, 1 to 5, of the answer of a closed case; once. Raises Forbidden or Refused."""
    if actor.kind != "holder" or actor.subject != subject_key(case):
        raise Forbidden(_("Kode ini bukan kode pengaduan tersebut."))
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not may_rate(case):
        raise Refused(_("Jawaban ini sudah dinilai, atau pengaduan belum selesai."))
    case.rating, case.rating_comment = rating, comment
    case.save(update_fields={"rating", "rating_comment"})
    record("complaints.complaint.rate", subject_key(case), actor=actor, data={"rating": rating})
    return case


def may_rate(case: Complaint) -> bool:
    return case.state == State.CLOSED and case.rating is None
