"""Which entries of the log tell personal data of a case, so that their payloads go with it.

A payload goes whole or not at all: its hash stands in the log. Steps keep their name, time, person and office.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from biroumum.audit.models import Entry
from biroumum.documents.models import Attachment
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Publication, Reporter, Subtask
from complaints.services.personal import CONTACT, WORDS, rows_of
from complaints.states import Retained

FILE = Attachment._meta.label_lower
PRIVATE = {model._meta.label_lower: columns for model, columns in WORDS.items()}
# What a step may say that is no free text. A step that says anything else loses its payload.
HARMLESS = frozenset(
    "actor at category checked document documents due_before file files from kind level limit original oversight "
    "position rating reason_code result returns scheduled_for size source subtask suggested title to unit "
    "visibility what".split()
)
Told = dict[str, Any]


def entries_of(case: Complaint, what: Retained, known: list[str]) -> dict[str, list[int]]:
    """Subject: keys of its entries to erase; `known`: words of the reporter, looked for in all that is told of the case.

    The case itself always stands there.
    """
    spelt = [json.dumps(word, ensure_ascii=False)[1:-1].casefold() for word in known]
    found: dict[str, list[int]] = {subject_key(case): []}
    for entry in _entries(case):
        if _tells(entry, json.loads(entry.body), what) or any(
            word in entry.body.casefold() for word in spelt
        ):
            found.setdefault(entry.subject or f"{entry.ent}/{entry.pk_text}", []).append(entry.pk)
    return found


def _entries(case: Complaint) -> Iterator[Entry]:
    """Of the case, of what belongs to it, and of its files since they were uploaded to a form not yet sent."""
    keys = [subject_key(row) for model in (Complaint, Subtask, Publication) for row in rows_of(model, case)]
    files = Attachment.objects.filter(subject=subject_key(case)).values_list("pk", flat=True)
    loose = list(_left(ent=FILE, pk_text__in=[str(pk) for pk in files], subject=None))
    drafts = {
        old
        for entry in loose
        for old, _new in [json.loads(entry.body).get("changed", {}).get("subject", ("", ""))]
    }
    return chain(_left(subject__in=keys), loose, _left(subject__in=drafts - {""}))


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
    row = body.get("new") or body.get("old") or body.get("changed") or {}
    return any(row.get(name) not in (None, "", {}) for name in columns)
