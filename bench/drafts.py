"""Citizens on the last page of the form, and what became of them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from django.core.signing import TimestampSigner
from django.utils import timezone

from bench.data import session
from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from biroumum.web.subjects import subject_key
from complaints.models import Category, Complaint
from complaints.public_views.draft import KEY
from complaints.services import work
from complaints.services.codes import hash_token


class Draft(NamedTuple):
    session: str  # its key
    token: uuid.UUID
    form: dict[str, str]  # what a browser with JavaScript sends from the last page


def drafted() -> Draft:
    """A visitor who has answered every page and stands on the last one, the test done.

    Its number is chosen here instead of sought; the server checks it all the same.
    """
    token = uuid.uuid4()
    answers = {
        "jenis": {"kind": "complaint"},
        "kejadian": {
            "title": "Lampu lorong mati",
            "description": "Lampu lorong gedung B mati sejak Senin, sudah dilaporkan ke satpam.",
            "occurred_on": str(dt.date.today()),
        },
        "bidang": {"category": str(Category.objects.values_list("pk", flat=True)[0])},
        "tempat": {"regency": "", "place": "Gedung B"},
        "kerahasiaan": {"visibility": "open"},
        "kontak": {"name": "Bu Contoh", "email": "warga@contoh.example", "phone": ""},
        "lampiran": {},
    }
    draft = {
        "token": str(token),
        "files": uuid.uuid4().hex,
        "began": timezone.now().isoformat(),
        "answers": answers,
    }
    tested = {
        "challenge": TimestampSigner(salt=work.SALT).sign(work.hash_of(token, 500)),
        "solution": "500",
        "website": "",
    }
    return Draft(session({KEY: draft}), token, {"token": str(token)} | tested)


def cases_of(drafts: list[Draft]) -> list[Complaint]:
    hashes = [hash_token(draft.token) for draft in drafts]
    return list(Complaint.objects.filter(submit_hash__in=hashes, untested=False).order_by("number"))


def kept(drafts: list[Draft]) -> int:
    """How many of these sendings are a case with entry and mail; none when their numbers have a gap or a double."""
    cases = cases_of(drafts)
    subjects = [subject_key(case) for case in cases]
    entries = Entry.objects.filter(verb="complaints.complaint.submit", subject__in=subjects)
    logged = set(entries.values_list("subject", flat=True))
    mailed = set(Message.objects.filter(subject_key__in=subjects).values_list("subject_key", flat=True))
    numbers = [int(case.number.rpartition("-")[2]) for case in cases]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return 0
    return len(logged & mailed)


def verification(draft: Draft) -> tuple[str, dict[str, str]]:
    """Address and answers of the verifier's form for the case this draft became."""
    (case,) = cases_of([draft])
    answers = {
        "title": case.title,
        "kind": case.kind,
        "category": str(case.category_id),
        "visibility": case.visibility,
    }
    return f"/kerja/pengaduan/{case.pk}/verify/", answers | {"expected_state": case.state}
