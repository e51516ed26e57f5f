"""Holding a case: who has shown number and code may act on that case, in this browser, for half an hour."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from biroumum.accounts.actors import Actor
from biroumum.documents.models import Attachment
from biroumum.web import context
from biroumum.web.ratelimit import allowed
from biroumum.web.subjects import subject_key
from complaints.forms.tracking import CodeForm
from complaints.models import Complaint

KEY = "complaints_held"
POSTS, SECONDS = 100, 600  # of one case: files are decoded and papers drawn on the way
LIFETIME = dt.timedelta(minutes=30)  # since the last page that was asked for
View = Callable[..., HttpResponse]


def as_citizen(view: View) -> View:
    """A page of citizens: kept by no cache, and a member of staff who is signed in acts here as a citizen.

    Without this their user and address would stand in the log beside a complaint they file anonymously.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with context.fresh(view=context.get().view):
            return view(request, *args, **kwargs)

    return never_cache(inner)


def with_case(view: View) -> View:
    """A page of a held case: the view gets it as `case`. Without proof the code is asked for again."""

    @wraps(view)
    def inner(request: HttpRequest, handle: str, **kwargs: Any) -> HttpResponse:
        case = held_case(request, handle)
        if case is None:
            return not_now(request, "lapsed", 403)
        if request.method == "POST" and not allowed(f"complaint-held/{case.pk}", POSTS, SECONDS):
            return not_now(request, "limited", 429)
        return view(request, handle, case=case, **kwargs)

    return as_citizen(inner)


def not_now(request: HttpRequest, why: str, status: int) -> HttpResponse:
    """The proof is "lapsed", or there was too much at once ("limited"); what was typed is given back."""
    context = {"form": CodeForm(), why: True, "typed": typed(request)}
    return render(request, "complaints/public/track.html", context, status=status)


def typed(request: HttpRequest) -> list[str]:
    return [text for name in ("text", "reason", "comment") if (text := request.POST.get(name))]


def prove(request: HttpRequest, case: Complaint) -> str:
    """Remember that the code of this case was shown; returns the word its addresses carry, good only here."""
    held = _held(request)
    handle = next((handle for handle, proof in held.items() if proof[0] == case.pk), secrets.token_hex(6))
    _keep(request, held | {handle: [case.pk, _until(), _mark(case)]})
    return handle


def held_case(request: HttpRequest, handle: str) -> Complaint | None:
    """The case of this word if its proof still holds; each look makes it hold longer."""
    held = _held(request)
    if handle not in held:
        return None
    case = _proven(held[handle])
    if case is not None:
        _keep(request, held | {handle: [case.pk, _until(), _mark(case)]})
    return case


def _proven(proof: list[Any]) -> Complaint | None:
    """The case, unless its code was replaced since it was shown here."""
    case = Complaint.objects.with_list_parts().filter(pk=proof[0]).first()
    return case if case is not None and proof[2:] == [_mark(case)] else None


def _mark(case: Complaint) -> str:
    return hashlib.sha256(b"held\0" + bytes(case.code_hash)).hexdigest()[:16]


def holder(case: Complaint) -> Actor:
    return Actor.holder(subject_key(case))


def forget(request: HttpRequest, handle: str) -> None:
    _keep(request, {word: proof for word, proof in _held(request).items() if word != handle})


def holder_may_read(request: HttpRequest, attachment: Attachment) -> bool:
    """Whether this browser holds the case the file belongs to."""
    label = Complaint._meta.label_lower
    proofs = [proof for proof in _held(request).values() if attachment.subject == f"{label}/{proof[0]}"]
    return any(_proven(proof) is not None for proof in proofs)


def _held(request: HttpRequest) -> dict[str, list[Any]]:
    now = timezone.now().timestamp()
    return {handle: proof for handle, proof in request.session.get(KEY, {}).items() if proof[1] > now}


def _until() -> int:
    return int((timezone.now() + LIFETIME).timestamp())


def _keep(request: HttpRequest, held: dict[str, list[Any]]) -> None:
    request.session[KEY] = held
