"""The Open311 GeoReport v2 interface. Reading needs no key and shows published cases alone; filing needs one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import SuspiciousOperation
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from complaints.exchange import filing, georeport
from complaints.exchange.filing import TOKENS, given
from complaints.exchange.georeport import Fault
from complaints.models import Category, Complaint, Publication, Question
from complaints.services.words import public_steps

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-24T00:00:00Z"  # when this interface last changed
SPAN = dt.timedelta(days=90)
MOST, PAGE_SIZE = 1000, 50
View = Callable[..., HttpResponse]


def speaks(view: View) -> View:
    """Faults in the format that was asked for; a jurisdiction that is not ours is not here."""

    @wraps(view)
    def inner(request: HttpRequest, *, form: str, **kwargs: Any) -> HttpResponse:
        try:
            theirs = given(request.GET) | _posted(request)
            if theirs.get("jurisdiction_id", jurisdiction()) != jurisdiction():
                raise Fault(404, "jurisdiction_id was not found")
            response = view(request, form=form, asked=theirs, **kwargs)
            if response.status_code == 405:
                raise Fault(405, f"use {response['Allow']}", headers={"Allow": response["Allow"]})
            return response
        except Fault as fault:
            response = georeport.answer("errors", fault.rows, form, fault.status)
            for name, text in fault.headers.items():
                response[name] = text
            return response

    return csrf_exempt(inner)


def _posted(request: HttpRequest) -> dict[str, str]:
    try:
        return given(request.POST)
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Fault(400, "the body could not be read, or is too large") from error


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
        return filing.file(request, form)
    start, size = window(asked)
    rows = wanted(asked).order_by("-complaint__received_at", "-id")[start : start + size]
    return georeport.answer("service_requests", told(list(rows), asked), form)


@speaks
@require_safe
def request_of(request: HttpRequest, *, form: str, asked: dict[str, str], number: str) -> HttpResponse:
    row = published().filter(complaint__number=number).first()
    if row is None:
        raise Fault(404, "service_request_id was not found")
    return georeport.answer("service_requests", told([row], asked), form)


@speaks
@require_safe
def updates(request: HttpRequest, *, form: str, asked: dict[str, str]) -> HttpResponse:
    """An extension that other cities have too: the steps the public was told in a span of time, the oldest first."""
    since, until = span(asked)
    rows = published().filter(told_at__gte=since).order_by("told_at")
    if numbers := asked.get("service_request_id"):
        rows = rows.filter(complaint__number__in=numbers.split(",")[:MOST])
    changed = list(rows[: MOST + 1])
    if len(changed) > MOST:
        raise Fault(400, f"more than {MOST} requests changed since start_date; ask from a later one")
    steps = public_steps(*(row.complaint for row in changed))
    found = [each for row in changed for each in georeport.updates(row, steps[row.complaint.pk])]
    found = sorted((each for each in found if since <= each[0] <= until), key=lambda each: each[0])
    return georeport.answer("service_requests_updates", [row for _at, row in found], form)


@speaks
def unknown(request: HttpRequest, *, form: str, asked: dict[str, str], path: str) -> HttpResponse:
    raise Fault(404, "this address was not found")


def told(rows: list[Any], asked: dict[str, str]) -> list[georeport.Row]:
    """With `extensions` the notes too; without, no foreign tags: a strict client may stumble over them."""
    found = [georeport.request_row(row) for row in rows]
    if asked.get("extensions") == "true":
        steps = public_steps(*(row.complaint for row in rows))
        for row, tags in zip(rows, found, strict=True):
            tags["notes"] = georeport.notes(steps[row.complaint.pk])
    return found


@speaks
@require_safe
def token_of(request: HttpRequest, *, form: str, asked: dict[str, str], token: str) -> HttpResponse:
    """The number behind the token that filing gave; it proves itself, so nothing is stored of it."""
    try:
        pk = signing.Signer(salt=TOKENS).unsign(token)
    except signing.BadSignature as error:
        raise Fault(404, "token was not found") from error
    number = Complaint.objects.values_list("number", flat=True).get(pk=pk)  # a case is never deleted
    return georeport.answer("service_requests", [{"service_request_id": number, "token": token}], form)


def published() -> Any:
    return Publication.objects.live().told_to_systems()


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
    found = georeport.moment_of(asked[name])
    if found is None:
        raise Fault(400, f"{name} must be a time as 2026-11-24T00:00:00Z")
    return found


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
