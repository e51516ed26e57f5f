"""When a step of a request may be taken. Raises Refused with a sentence for who tried."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.documents.models import Attachment
from biroumum.privacy.models import ErasureRequest
from biroumum.privacy.registry import app_of, locked
from biroumum.workflow.transition import Forbidden, Refused


def names_nobody(request: ErasureRequest, text: str) -> None:
    """What officers write stays when the data are gone, so it may not repeat them."""
    said = app_of(request.subject).personal(locked(request.subject), text, request.sought)
    if said:
        raise Refused(_("Tulis tanpa data pribadi: %(text)s.") % {"text": said}, field="reason")


def may_decide(request: ErasureRequest, *, actor: Actor, at: dt.datetime, reason: str, **data: Any) -> None:
    """Another than who recorded it, whom the case is open to."""
    if request.recorded_by_id == actor.person.pk:
        raise Refused(_("Anda yang mencatat permohonan ini, jadi petugas lain yang memutus."))
    _is_open_to(request, actor)
    names_nobody(request, reason)


def may_approve(request: ErasureRequest, *, actor: Actor, at: dt.datetime, reason: str, **data: Any) -> None:
    """And nothing keeps the data: asked with the case locked, so that a hold placed this moment counts."""
    may_decide(request, actor=actor, at=at, reason=reason)
    preview = app_of(request.subject).preview(locked(request.subject), request.whats, at, request.sought)
    if preview.against:
        raise Refused(" ".join(map(str, preview.against)))


def may_withdraw(request: ErasureRequest, *, actor: Actor, at: dt.datetime, reason: str, **data: Any) -> None:
    if request.recorded_by_id != actor.person.pk:
        raise Refused(_("Hanya yang mencatat permohonan ini dapat menariknya."))
    names_nobody(request, reason)


def files_are_gone(request: ErasureRequest, **data: Any) -> None:
    if files_left(request):
        raise Refused(_("Masih ada berkas yang belum musnah."))


def files_left(request: ErasureRequest) -> bool:
    """Bytes that are to go and are still there; what another case has too is not among them."""
    removed = Attachment.objects.filter(subject=request.subject, state=Attachment.State.REMOVED)
    others = Attachment.objects.filter(state__in=(Attachment.State.CLEAN, Attachment.State.QUARANTINED))
    return removed.exclude(sha256__in=others.values("sha256")).exists()


def _is_open_to(request: ErasureRequest, actor: Actor) -> None:
    if not app_of(request.subject).seen_by(actor.person).filter(pk=request.case_pk).exists():
        raise Forbidden(f"{request.number} is about a case this person has no part in")
