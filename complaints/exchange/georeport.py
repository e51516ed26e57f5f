"""Open311 GeoReport v2 as data: what each answer holds, and how it is spelled in JSON and XML.

Source: wiki.open311.org/GeoReport_v2. Where its judges differ: identifiers are strings, truth values real in JSON,
times UTC without fractions, lists bare in JSON, and nothing is null.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from biroumum.audit.queries import Step
from biroumum.notifications.rendering import absolute
from complaints.models import Category, Publication, Question
from complaints.services.words import PUBLIC_MEANINGS
from complaints.states import ENDED, State

Row = dict[str, Any]
# What the members of a list are called in XML.
MEMBERS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "service_requests_updates": "request_update",
}
YEARS = range(1970, 9000)  # a span beside them still is a time
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


class Fault(Exception):
    """One or more errors of a request: 403 for the key, 404 for what is not there, 400 for all else.

    Beside the specification, which has nothing for them, 405 for a method that an address does not know, and 429 for
    too many (RFC 6585, 4); with the header that says which, or for how long to wait.
    """

    def __init__(self, status: int, *descriptions: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(*descriptions)
        self.status, self.headers = status, headers or {}

    @property
    def rows(self) -> list[Row]:
        return [{"code": self.status, "description": str(text)} for text in self.args]


def answer(root: str, content: Any, form: str, status: int = 200) -> HttpResponse:
    """`content` is a list of rows, or one object; `root` names it in XML."""
    text = json.dumps(content, ensure_ascii=False) if form == "json" else _xml(root, content)
    response = HttpResponse(text, content_type=TYPES[form], status=status)
    response["Access-Control-Allow-Origin"] = "*"  # open data; nothing here depends on who is signed in
    return response


def _xml(root: str, content: Any) -> bytes:
    element = _element(root, content)
    return ET.tostring(element, encoding="utf-8", xml_declaration=True)


def _element(name: str, value: Any) -> ET.Element:
    element = ET.Element(name)
    if isinstance(value, dict):
        element.extend(_element(key, part) for key, part in value.items())
    elif isinstance(value, list):
        element.extend(_element(MEMBERS[name], part) for part in value)
    elif isinstance(value, bool):
        element.text = str(value).lower()
    else:
        element.text = str(value)
    return element


def when(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def moment_of(text: str) -> dt.datetime | None:
    """A W3C date or time, in the province's zone if it names none; None for what is no time."""
    try:
        found = parse_datetime(text.replace(" ", "+"))  # a + that was not escaped arrives as a blank
    except ValueError:
        return None
    if found is None or found.year not in YEARS:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def service(category: Category, *, asks: bool) -> Row:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.hint or category.name,
        "metadata": asks,
        "type": "realtime",
        "keywords": category.name.lower(),
        "group": "Biro Umum",
    }


def definition(category: Category, questions: list[Question]) -> Row:
    return {"service_code": category.code, "attributes": [_attribute(question) for question in questions]}


def _attribute(question: Question) -> Row:
    return {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required,
        "datatype_description": question.hint,
        "order": question.order,
        "description": question.label,
        "values": [{"key": option, "name": option} for option in question.options],
    }


def request_row(publication: Publication) -> Row:
    """One published case, found by `told_to_systems`. The point is the office's: the citizen's own never leaves it."""
    case, province = publication.complaint, settings.PROVINCE
    return {
        "service_request_id": case.number,
        "status": "closed" if case.is_ended else "open",
        "status_notes": publication.answer or str(PUBLIC_MEANINGS[State(case.state)]),
        "service_name": case.category.name,
        "service_code": case.category.code,
        "description": f"{publication.title}\n{publication.description}",
        "agency_responsible": case.unit.name if case.unit else province["office"],
        "service_notice": "",
        "requested_datetime": when(case.received_at),
        "updated_datetime": when(changed_at(publication)),
        "expected_datetime": when(publication.answer_due),  # type: ignore[attr-defined]
        "address": publication.region.name if publication.region else province["address"],
        "address_id": "",
        "zipcode": "",
        "lat": province["latitude"],
        "long": province["longitude"],
        "media_url": _picture(publication),
    }


def _picture(publication: Publication) -> str:
    key = publication.picture  # type: ignore[attr-defined]
    if key is None:
        return ""
    return absolute(reverse("pengaduan:published_file", args=[publication.complaint.number, key]))


def notes(steps: Iterable[Step]) -> list[Row]:
    """An extension that other cities have too: what the public is told of the case's way, oldest first."""
    return [{"datetime": when(step.at), "summary": str(step.label)} for step in steps]


def updates(publication: Publication, steps: Iterable[Step]) -> Iterator[tuple[dt.datetime, Row]]:
    """The same as updates of their own, each with its time, in the form FixMyStreet and its kin read."""
    status = "open"
    for place, step in enumerate(steps, 1):
        if state := step.data.get("to"):
            status = "closed" if state in ENDED else "open"
        number = publication.complaint.number
        yield (
            step.at,
            {
                "update_id": f"{number}-{place}",
                "service_request_id": number,
                "status": status,
                "updated_datetime": when(step.at),
                "description": str(step.label),
                "media_url": "",
            },
        )


def changed_at(publication: Publication) -> dt.datetime:
    """When it ended; of an open case the last step that the public was told."""
    return publication.complaint.ended_at or publication.told_at
