"""Filing by Open311, for whoever uses another system: with a key, and never twice."""

from __future__ import annotations

import hashlib
import uuid

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.web.forms import plain_text
from biroumum.web.ratelimit import allowed, client_address, seconds_left
from complaints import services
from complaints.exchange import georeport
from complaints.exchange.georeport import Fault
from complaints.exchange.georeport_form import RequestForm
from complaints.models import ApiKey, Complaint
from complaints.services import Filed
from complaints.services.codes import hash_token, same_code
from complaints.states import Source, Visibility

POSTS_OF_KEY, POSTS_OF_ADDRESS, HOUR = 2000, 200, 3600
TOKENS = "complaints.open311"


def given(query: QueryDict) -> dict[str, str]:
    """The arguments, made inert; an empty one counts as absent."""
    return {name: text for name, value in query.items() if (text := plain_text(str(value)).strip())}


def file(request: HttpRequest, form: str) -> HttpResponse:
    """File a complaint for whoever uses the other system; it starts confidential, as every complaint.

    The key counts in the body alone: an address ends up in the logs of every server on the way.
    """
    theirs = given(request.POST)
    key = key_of(theirs.get("api_key", ""))
    check_rate(key, client_address(request))
    filled = RequestForm(request.POST)
    if not filled.is_valid():
        raise Fault(filled.status, *filled.faults())
    filed = services.submit_complaint(
        actor=Actor.holder(),
        source=Source.OPEN311,
        content=filled.content() | {"visibility": Visibility.CONFIDENTIAL},
        contact=filled.contact(),
        submit_token=once(key, request.POST),
    )
    lookup = request.build_absolute_uri(reverse("pengaduan:track"))
    return georeport.answer(
        "service_requests", [receipt(filed, lookup, picture="media_url" in theirs)], form, 201
    )


def check_rate(key: ApiKey, address: str) -> None:
    if not (
        allowed(f"open311/{key.pk}", POSTS_OF_KEY, HOUR)
        and allowed(f"open311/{key.pk}/{address}", POSTS_OF_ADDRESS, HOUR)
    ):
        wait = {"Retry-After": str(seconds_left(HOUR))}
        raise Fault(429, "too many requests; wait until the hour is over", headers=wait)


def receipt(filed: Filed, lookup: str, *, picture: bool) -> georeport.Row:
    """Without the code when it was replaced at the desk meanwhile: that of the first filing is no longer good.

    `picture`: a media_url came along. Nothing is fetched from an address that somebody else chose.
    """
    good = same_code(filed.code, bytes(filed.complaint.code_hash))
    code = f" dan kode {filed.code}" if good else ""
    not_taken = " Gambar di media_url tidak kami ambil; kirim berkasnya di halaman itu." if picture else ""
    return {
        "token": signing.Signer(salt=TOKENS).sign(str(filed.complaint.pk)),
        "service_notice": f"Lacak di {lookup} dengan nomor {filed.complaint.number}{code}.{not_taken}",
        "account_id": "",
    }


def key_of(typed: str) -> ApiKey:
    key = ApiKey.objects.filter(key_hash=services.hash_api_key(typed), is_active=True).first()
    if key is None:
        raise Fault(403, "api_key was not provided or is not valid")
    return key


def once(key: ApiKey, body: QueryDict) -> uuid.UUID:
    """The same words by the same system within an hour are one case: a client that heard no answer sends again."""
    earlier, now = _tokens(key, body)
    seen = Complaint.objects.filter(submit_hash=hash_token(earlier)).exists()
    return earlier if seen else now


def _tokens(key: ApiKey, body: QueryDict) -> list[uuid.UUID]:
    """Of the hour before and of this one."""
    said = sorted((name, tuple(body.getlist(name))) for name in body if name != "api_key")
    hour = int(timezone.now().timestamp()) // HOUR
    hashes = (hashlib.sha256(repr((key.pk, each, said)).encode()) for each in (hour - 1, hour))
    return [uuid.UUID(bytes=each.digest()[:16]) for each in hashes]
