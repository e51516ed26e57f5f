"""The Open311 GeoReport v2 interface. Reading needs no key and shows published cases alone; filing needs one."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from biroumum.accounts.actors import Actor
from biroumum.web.forms import plain_text
from biroumum.web.ratelimit import allowed, client_address, seconds_left
from complaints import services
from complaints.exchange import georeport
from complaints.exchange.georeport import Fault
from complaints.exchange.georeport_form import RequestForm
from complaints.models import ApiKey, Category, Complaint, Publication, Question
from complaints.services import Filed
from complaints.services.codes import hash_token, same_code
from complaints.states import Source, Visibility

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-24T00:00:00Z"  # when this interface last changed
SPAN = dt.timedelta(days=90)
YEARS = range(1970, 9000)  # a span beside them still is a time
MOST, PAGE_SIZE = 1000, 50
POSTS_OF_KEY, POSTS_OF_ADDRESS, HOUR = 2000, 200, 3600
TOKENS = "complaints.open311"
View = Callable[..., HttpResponse]


def speaks(view: View) -> View:
    """Faults in the format that was asked for; a jurisdiction that is not ours is not here."""

    @wraps(view)
    def inner(request: HttpRequest, *, form: str, **kwargs: Any) -> HttpResponse:
        try:
            theirs = given(request.GET) | given(request.POST)
            if theirs.get("jurisdiction_id", jurisdiction()) != jurisdiction():
                raise Fault(404, "jurisdiction_id was not found")
            return view(request, form=form, asked=theirs, **kwargs)
        except Fault as fault:
            response = georeport.answer("errors", fault.rows, form, fault.status)
            if fault.retry_after is not None:
                response["Retry-After"] = str(fault.retry_after)
            return response

    return csrf_exempt(inner)


def given(query: QueryDict) -> dict[str, str]:
    """The arguments, made inert; an empty one counts as absent."""
    return {name: text for name, value in query.items() if (text := plain_text(str(value)).strip())}


def jurisdiction() -> str:
    return str(settings.PUBLIC_URL.partition("://")[2].partition("/")[0])


@speaks
@require_safe
def discovery(request: HttpRequest, *, form: str, asked: dict[str, str]) -> HttpResponse:
    province = settings.PROVINCE
    content = {
        "changeset": CHANGESET,
        "contact": f"{province['office']}, {province['phone']}, {province['email']}",
        "key_service": f"Minta kunci melalui {province['email']}",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": request.build_absolute_uri("/open311/v2"),
                "changeset": CHANGESET,
                "type": "test" if settings.DEMO else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return georeport.answer("discovery", content, form)


@speaks
@require_safe
def service_list(request: HttpRequest, *, form: str, asked: dict[str, str]) -> HttpResponse:
    asks = Exists(Question.objects.filter(category=OuterRef("pk"), is_active=True))
    rows = Category.objects.filter(is_active=True).annotate(asks=asks)
    return georeport.answer("services", [georeport.service(row, asks=row.asks) for row in rows], form)


@speaks
@require_safe
def service_definition(request: HttpRequest, *, form: str, asked: dict[str, str], code: str) -> HttpResponse:
    category = Category.objects.filter(code=code, is_active=True).first()
    if category is None:
        raise Fault(404, "service_code was not found")
    questions = list(category.questions.filter(is_active=True))
    return georeport.answer("service_definition", georeport.definition(category, questions), form)


@speaks
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest, *, form: str, asked: dict[str, str]) -> HttpResponse:
    if request.method == "POST":
        return file(request, form)
    rows = wanted(asked).order_by("-complaint__received_at", "-id")
    start, size = window(asked)
    found = [georeport.request_row(row) for row in rows[start : start + size]]
    return georeport.answer("service_requests", found, form)


@speaks
@require_safe
def request_of(request: HttpRequest, *, form: str, asked: dict[str, str], number: str) -> HttpResponse:
    row = published().filter(complaint__number=number).first()
    if row is None:
        raise Fault(404, "service_request_id was not found")
    found = georeport.request_row(row)
    if asked.get("extensions") == "true":  # without it no foreign tags: a strict client may stumble over them
        found["notes"] = georeport.notes(row.complaint)
    return georeport.answer("service_requests", [found], form)


@speaks
@require_safe
def token_of(request: HttpRequest, *, form: str, asked: dict[str, str], token: str) -> HttpResponse:
    """The number behind the token that filing gave; it proves itself, so nothing is stored of it."""
    try:
        pk = signing.Signer(salt=TOKENS).unsign(token)
    except signing.BadSignature as error:
        raise Fault(404, "token was not found") from error
    number = Complaint.objects.filter(pk=pk).values_list("number", flat=True).first()
    row = {"service_request_id": number or "", "token": token}
    return georeport.answer("service_requests", [row], form)


def published() -> Any:
    return Publication.objects.live().told_rows().with_answer_due()


def wanted(asked: dict[str, str]) -> Any:
    """Published cases that fit; numbers override every other filter."""
    if numbers := asked.get("service_request_id"):
        return published().filter(complaint__number__in=numbers.split(",")[:MOST])
    rows = published()
    if codes := asked.get("service_code"):
        rows = rows.filter(complaint__category__code__in=codes.split(","))
    if states := asked.get("status"):
        rows = rows.filter(complaint__in=in_status({state.strip().lower() for state in states.split(",")}))
    since, until = span(asked)
    return rows.filter(complaint__received_at__gte=since, complaint__received_at__lte=until)


def in_status(states: set[str]) -> Any:
    if not states <= {"open", "closed"}:
        raise Fault(400, "status must be open or closed")
    if len(states) == 2:
        return Complaint.objects.all()
    return Complaint.objects.open() if states == {"open"} else Complaint.objects.ended()


def span(asked: dict[str, str]) -> tuple[dt.datetime, dt.datetime]:
    """From and until; at most 90 days apart, the last 90 without any."""
    since, until = moment(asked, "start_date"), moment(asked, "end_date")
    if until is None:
        until = min(since + SPAN, timezone.now()) if since else timezone.now()
    since = since or until - SPAN
    if until - since > SPAN:
        raise Fault(400, "start_date and end_date may be at most 90 days apart")
    return since, until


def moment(asked: dict[str, str], name: str) -> dt.datetime | None:
    if name not in asked:
        return None
    try:
        found = parse_datetime(asked[name].replace(" ", "+"))  # a + that was not escaped arrives as a blank
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Fault(400, f"{name} must be a time as 2026-11-24T00:00:00Z")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def window(asked: dict[str, str]) -> tuple[int, int]:
    """First row and number of rows; without paging at most 1,000, as the specification says."""
    if "page" not in asked and "page_size" not in asked:
        return 0, MOST
    try:
        page, size = int(asked.get("page", 1)), int(asked.get("page_size", PAGE_SIZE))
    except ValueError as error:
        raise Fault(400, "page and page_size must be numbers") from error
    if not (1 <= page <= 10_000 and 1 <= size <= MOST):
        raise Fault(400, f"page_size must be from 1 to {MOST}")
    return (page - 1) * size, size


def file(request: HttpRequest, form: str) -> HttpResponse:
    """File a complaint for whoever uses the other system; it starts confidential, as every complaint.

    The key counts in the body alone: an address ends up in the logs of every server on the way.
    """
    key = key_of(given(request.POST))
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
    return georeport.answer("service_requests", [receipt(filed, lookup)], form, 201)


def check_rate(key: ApiKey, address: str) -> None:
    if not (
        allowed(f"open311/{key.pk}", POSTS_OF_KEY, HOUR)
        and allowed(f"open311/{key.pk}/{address}", POSTS_OF_ADDRESS, HOUR)
    ):
        raise Fault(429, "too many requests; wait until the hour is over", retry_after=seconds_left(HOUR))


def receipt(filed: Filed, lookup: str) -> georeport.Row:
    """Without the code when it was replaced at the desk meanwhile: that of the first filing is no longer good."""
    good = same_code(filed.code, bytes(filed.complaint.code_hash))
    code = f" dan kode {filed.code}" if good else ""
    return {
        "token": signing.Signer(salt=TOKENS).sign(str(filed.complaint.pk)),
        "service_notice": f"Lacak di {lookup} dengan nomor {filed.complaint.number}{code}.",
        "account_id": "",
    }


def key_of(asked: dict[str, str]) -> ApiKey:
    typed = asked.get("api_key", "")
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
