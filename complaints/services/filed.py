"""What the log says of a filing, so that the citizen can prove it: the receipt holds this and nothing else of the case.

No name, no contact, no word of the text: fingerprints, which say nothing to whoever does not have the text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from complaints.models import Complaint

SUBMITTED = "complaints.complaint.submit"
TEXT = "text_sha256"


def filed_text(case: Complaint) -> str:
    """The text as it was filed, in the form its fingerprint is taken of; docs/transparansi.md tells it to the public.

    Number, title, story, an empty line between them, a line feed at the end; UTF-8, lines end in one line feed.
    """
    return f"{case.number}\n\n{case.title}\n\n{case.description}\n"


def text_hash(case: Complaint) -> str:
    """As `sha256sum` prints it. No step changes the text; taking out personal data does."""
    return hashlib.sha256(filed_text(case).encode()).hexdigest()


def facts(case: Complaint, files: Sequence[str]) -> dict[str, Any]:
    """What the entry of the filing holds. `files`: the fingerprints of those that came with it.

    A whistle-blower's names neither number nor kind: who finds the file learns of no case. The number stands in the
    text, so its holder still proves it.
    """
    told: dict[str, Any] = {"to": case.state, "source": case.source}
    if not case.is_whistle:
        told["number"] = case.number
    told["received"] = _moment(case.received_at)
    if case.entered_at is not None:
        told["entered"] = _moment(case.entered_at)
    return told | {TEXT: text_hash(case), "files_sha256": list(files)}


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
