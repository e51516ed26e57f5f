"""Which entries of the log tell personal data of a case, so that their payloads go with it.

A payload goes whole or not at all: its hash stands in the log. Steps keep their name, time, person and office.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from biroumum.audit.models import Entry
from biroumum.audit.registry import captured
from biroumum.documents.models import Attachment
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import ClockEvent
from complaints.models import Complaint, Publication, Reporter, Subtask
from complaints.services import personal, redaction
from complaints.services.personal import CONTACT, WORDS, rows_of
from complaints.states import Retained

FILE = Attachment._meta.label_lower
EVENT = ClockEvent._meta.label_lower
PRIVATE = {model._meta.label_lower: columns for model, columns in WORDS.items()} | {
    Complaint._meta.label_lower: (*WORDS[Complaint], "latitude", "longitude"),
    EVENT: ("reason",),
    FILE: ("name",),
}
# What a step may say that is no free text. A step that says anything else loses its payload. The fingerprints of a
# filing stay: whoever lacks the text or the file learns nothing, and whoever has it can still prove it.
HARMLESS = frozenset(
    "active actor at basis category checked document documents due_before entered file files files_sha256 from "
    "inactive kind level limit number original oversight position rating reason_code received result returns "
    "rule scheduled_for size source subtask suggested text_sha256 title to unit visibility what".split()
)
FINGERPRINT = re.compile("[0-9a-f]{64}")
Told = dict[str, Any]


def entries_of(case: Complaint, whats: Collection[Retained], known: list[str]) -> dict[str, list[int]]:
    """Subject: keys of its entries to erase; `known`: words of the reporter, looked for in all that is told of the case.

    The case itself always stands there.
    """
    own = personal.pattern_of(known)
    finders: list[Callable[[str], Any]] = [
        own.search,
        *(redaction.find for what in whats if what != Retained.CONTACT),
    ]

    def is_told(entry: Entry) -> bool:
        body = json.loads(entry.body)
        told = any(_tells(entry, body, what) for what in whats)
        return told or any(telling(text) for text in _texts(body) for telling in finders)

    return _by_subject(case, filter(is_told, _entries(case)))


def all_entries_of(case: Complaint) -> dict[str, list[int]]:
    """The same of every entry with more than codes, numbers and dates: a word of a step, a private column of a row."""
    private = {table.label: table.private for table in captured()}

    def says(entry: Entry) -> bool:
        body = json.loads(entry.body)
        if "data" in body:
            return any(_tells(entry, body, what) for what in Retained)
        return _has(body, (*private.get(entry.ent, ()), *PRIVATE.get(entry.ent, ())))

    return _by_subject(case, filter(says, _entries(case)))


def _by_subject(case: Complaint, entries: Iterable[Entry]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {subject_key(case): []}
    for entry in entries:
        found.setdefault(entry.subject or f"{entry.ent}/{entry.pk_text}", []).append(entry.pk)
    return found


def _entries(case: Complaint) -> Iterator[Entry]:
    """Of the case, its parts, the ledger of its clocks, and its files since they came with a form not yet sent."""
    keys = [subject_key(row) for model in (Complaint, Subtask, Publication) for row in rows_of(model, case)]
    events = ClockEvent.objects.filter(clock__subject=subject_key(case)).values_list("pk", flat=True)
    files = Attachment.objects.filter(subject=subject_key(case)).values_list("pk", flat=True)
    loose = list(_left(ent=FILE, pk_text__in=[str(pk) for pk in files], subject=None))
    drafts = {
        old
        for entry in loose
        for old, _new in [json.loads(entry.body).get("changed", {}).get("subject", ("", ""))]
    }
    ledger = _left(ent=EVENT, pk_text__in=[str(pk) for pk in events], subject=None)
    return chain(_left(subject__in=keys), ledger, loose, _left(subject__in=drafts - {""}))


def _texts(told: Any) -> Iterator[str]:
    """Every text in what an entry tells; digits in a fingerprint are nobody's number."""
    if isinstance(told, str):
        if not FINGERPRINT.fullmatch(told):
            yield told
    elif isinstance(told, Mapping | list):
        for part in told.values() if isinstance(told, Mapping) else told:
            yield from _texts(part)


def _left(**where: Any) -> Iterator[Entry]:
    return Entry.objects.filter(**where, body__isnull=False).exclude(op="erase").order_by("pk").iterator()


def _tells(entry: Entry, body: Told, what: Retained) -> bool:
    data = body.get("data")
    if what == Retained.FILES:
        return entry.ent == FILE if data is None else (entry.verb or "").startswith("documents.attachment.")
    if what == Retained.WORDS and data is not None:
        return not data.keys() <= HARMLESS
    columns = PRIVATE.get(entry.ent, ()) if what == Retained.WORDS else ()
    if what == Retained.CONTACT and entry.ent == Reporter._meta.label_lower:
        columns = CONTACT
    return _has(body, columns)


def _has(body: Told, columns: Iterable[str]) -> bool:
    row = body.get("new") or body.get("old") or body.get("changed") or {}
    return any(row.get(name) not in (None, "", {}) for name in columns)
