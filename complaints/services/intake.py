"""Filing a complaint: number, first clock, log entry and mail in one transaction, once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from biroumum.accounts.actors import Actor
from biroumum.audit.receipts import Recorded
from biroumum.audit.services import record_promised
from biroumum.documents import drafts
from biroumum.documents.intake import Accepted
from biroumum.documents.models import Attachment
from biroumum.documents.services import next_number
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Reporter
from complaints.services import codes, deadlines
from complaints.services.evidence import keep_all, taken
from complaints.services.filed import SUBMITTED, facts
from complaints.services.telling import tell_reporter
from complaints.services.whistle import seal
from complaints.states import Source, State

SERIES, WHISTLE_SERIES = "ADU", "WBS"  # apart, or a gap in the one would tell of the other


@dataclass(frozen=True)
class Contact:
    """How to reach the reporter; all empty means there is none, and then nothing is stored."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True)
class Filed:
    complaint: Complaint
    code: str
    promised: deadlines.Promised
    entry: Recorded | None = None  # in the log, for the promise; None when it was filed before
    files: Sequence[Attachment] = ()  # those that waited under the draft
    again: bool = field(default=False)  # the same form was sent before; this is its case


def submit_complaint(
    *,
    actor: Actor,
    source: Source,
    content: Mapping[str, Any],
    contact: Contact | None = None,
    submit_token: uuid.UUID | None = None,
    external_ref: str | None = None,
    files: Sequence[File | Accepted] = (),
    waiting: str = "",
    along: Callable[[Complaint], object] | None = None,
    at: dt.datetime | None = None,
) -> Filed:
    """File one complaint and return it with its receipt code (shown once, stored hashed).

    `content` has the Complaint fields kind, title, description, category, and optionally visibility,
    occurred_on, region, place, letter_date, letter_ref, and entered_at when `at` is an earlier day of receipt.
    `files` are those a member of staff adds, as the scan of a letter; one that is refused refuses the filing.
    `waiting` is the key of a draft whose files become the case's.
    `along` is called last, in the same transaction. A second call with the same `submit_token` or `external_ref`
    changes nothing and returns the case of the first, also when both run at once.
    """
    token = submit_token or uuid.uuid4()
    known = {"submit_hash": codes.hash_token(token), "code_hash": codes.hash_code(codes.derive_code(token))}
    about = {"source": source, "external_ref": external_ref, "entered_by": actor.user}
    case = Complaint(state=State.RECEIVED, received_at=at or timezone.now(), **known, **about, **content)
    # A channel brings the same rows again and again; a form comes twice so seldom that the insert may find out.
    before = _filed_before(case) if external_ref is not None else None
    if before is None:
        try:
            entry, promised, moved = _file(case, contact or Contact(), actor, files, waiting, along)
            return Filed(case, codes.derive_code(token), promised, entry, moved)
        except IntegrityError:
            before = _filed_before(case)
            if before is None:
                raise
    return Filed(before, codes.derive_code(token), deadlines.promised(before), again=True)


def _filed_before(case: Complaint) -> Complaint | None:
    if case.external_ref is not None:
        return Complaint.objects.filter(external_ref=case.external_ref).first()
    return Complaint.objects.filter(submit_hash=case.submit_hash).first()


def _hashes(moved: Sequence[Attachment], added: Sequence[Accepted]) -> list[str]:
    return [file.sha256 for file in moved] + [sha256(file.content).hexdigest() for file in added]


@transaction.atomic
def _file(
    case: Complaint,
    contact: Contact,
    actor: Actor,
    files: Sequence[File | Accepted],
    waiting: str,
    along: Callable[[Complaint], object] | None,
) -> tuple[Recorded, deadlines.Promised, Sequence[Attachment]]:
    """All of one filing, or nothing: its entry of the log, what it was promised, and the files of its draft."""
    case.pk, added = Complaint.objects.next_id(), taken(files)
    moved = drafts.move(waiting, subject_key(case)) if waiting else []
    promised = _number(case)
    if contact:
        # The citizen's own choice; what an officer at the desk reads is not what they read.
        language = "id" if actor.user else (translation.get_language() or "id")[:2]
        Reporter.objects.create(complaint=case, language=language, **asdict(contact))
        tell_reporter(case, "received", at=case.written_at)
    data = facts(case, _hashes(moved, added))
    entry = record_promised(SUBMITTED, subject_key(case), actor=actor, data=data, at=case.written_at)
    if added:
        keep_all(case, added, actor=actor, at=case.written_at)
    if along:
        along(case)
    return entry, promised, moved


def _number(case: Complaint) -> deadlines.Promised:
    """Begin its clocks and give it its number."""
    if case.is_whistle:
        seal(case)
    promised = deadlines.start_first(case)
    series = WHISTLE_SERIES if case.is_whistle else SERIES
    # Last, because it locks the year's row of the series until commit.
    case.number = next_number(series, timezone.localtime(case.written_at).year)
    case.save(force_insert=True)
    return promised
