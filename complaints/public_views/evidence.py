"""What the log gives the holder of a case: a promise at once, within a minute the receipt, and the text as filed."""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from biroumum.audit import receipts
from biroumum.audit.keys import KeyTrouble
from biroumum.audit.proofs import MERGE_WITHIN
from biroumum.audit.receipts import Recorded
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.public_views.access import with_case
from complaints.services.filed import SUBMITTED, TEXT, filed_text, text_hash

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evidence:
    """`promise` until the log holds the filing, `link` from then on; with neither, `erased` or the keys are away."""

    entry: Recorded | None
    promise: str = ""
    link: str = ""  # behind the # of the page that checks it

    @property
    def erased(self) -> bool:
        return self.entry is None

    @property
    def merged_by(self) -> dt.datetime | None:
        return self.entry.at + MERGE_WITHIN if self.entry and self.promise else None

    @property
    def broken(self) -> bool:
        """The time of the promise is over."""
        return self.merged_by is not None and self.merged_by < timezone.now()

    @property
    def url(self) -> str:
        """In full, for a QR code: nothing behind the # reaches a server."""
        return f"{settings.PUBLIC_URL}{reverse('receipt_check')}#{self.link}" if self.link else ""


def evidence_of(case: Complaint, entry: Recorded | None = None) -> Evidence:
    """`entry`: of the filing, where it was read before. At most two statements."""
    entry = entry or receipts.recorded(subject_key(case), SUBMITTED)
    if entry is None:
        return Evidence(None)
    try:
        if link := receipts.link(entry):
            return Evidence(entry, link=link)
        return Evidence(entry, promise=receipts.promise(entry))
    except KeyTrouble as trouble:
        log.error("no promise for who filed a complaint: %s", trouble)
        return Evidence(entry)


def shown(case: Complaint, url: str, *, token: str = "", entry: Recorded | None = None) -> dict[str, Any]:
    """For `_evidence.html`; `url` answers its forms, which carry the token if there is one."""
    return {"evidence": evidence_of(case, entry), "evidence_url": url, "evidence_token": token}


def answer(request: HttpRequest, case: Complaint) -> HttpResponse:
    """What a form of `_evidence.html` asks for: the receipt or until then the promise, the text, or the box anew."""
    what = request.POST.get("what")
    if what == "box":
        box = shown(case, request.path, token=request.POST.get("token", ""))
        return render(request, "complaints/public/_evidence.html", box)
    name = "laporan" if case.is_whistle else case.number  # a file's name tells no finder of a whistle-blower
    evidence = evidence_of(case)
    if evidence.entry is None:
        raise Http404
    if what == "text":
        return _text(case, evidence.entry, f"isi-{name}.txt")
    if proof := receipts.receipt(evidence.entry) if evidence.link else None:
        return _download(proof.text, f"bukti-{name}.tlog-proof")
    if not evidence.promise:
        raise Http404
    return _download(evidence.promise, f"janji-{name}.txt")


@require_POST
@with_case
def case_evidence(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    return answer(request, case)


def _text(case: Complaint, entry: Recorded, name: str) -> HttpResponse:
    """Only while its fingerprint is the one in the log: afterwards personal data was taken out of it."""
    if json.loads(entry.opening.payload)["data"].get(TEXT) != text_hash(case):
        raise Http404
    return _download(filed_text(case), name)


def _download(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode(), content_type="text/plain; charset=utf-8", headers=headers)
