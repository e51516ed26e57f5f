"""The statement that nobody answered by the deadline, for a citizen who takes the matter further. Facts alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from biroumum.documents.queries import documents_of
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal, waktu
from biroumum.worktime.models import Clock
from biroumum.worktime.queries import clocks_of
from complaints.forms.tracking import MessageForm
from complaints.models import Complaint
from complaints.public_views import words
from complaints.public_views.access import holder, with_case
from complaints.public_views.papers import pdf_response
from complaints.public_views.tracking import case_page
from complaints.services.deadlines import missed
from complaints.services.words import received_words

KIND = "complaints.silence"


@require_POST
@with_case
def statement(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    """One for each deadline missed; asked for again it is the same. It is Indonesian, as the offices it goes to."""
    clock = missed(clocks_of(subject_key(case)), timezone.now())
    if clock is None:
        messages.warning(request, _("Surat ini hanya ada bila kantor lewat batas waktu dan belum menjawab."))
        page = case_page(handle, case, MessageForm())
        return render(request, "complaints/public/case.html", page, status=409)
    kind = f"{KIND}/{clock.pk}/{clock.due_at:%Y%m%d}"
    given = documents_of(subject_key(case)).filter(kind=kind, revoked_at=None).first()
    with translation.override("id"):
        title = _("Surat keterangan: pengaduan %(number)s belum ditanggapi sampai %(date)s") % {
            "number": case.number,
            "date": tanggal(clock.due_at),
        }
        data = facts(case, clock, given.issued_at if given else timezone.now())
        return pdf_response(case, kind, title, "plain.typ", data, holder(case), "surat-keterangan")


def facts(case: Complaint, clock: Clock, at: dt.datetime) -> dict[str, Any]:
    """What stood at that moment, so that the letter can be drawn again to the byte."""
    given = case.dispositions.filter(assigned_at__lte=at).select_related("unit").last()
    answers = case.answers.filter(created_at__lte=at)
    office = f"{given.unit.name}, {tanggal(given.assigned_at)}" if given else words.without_office(case)
    stood = list(words.pauses(event for event in clock.events.all() if event.at <= at))
    return {
        "facts": [
            [_("Nomor pengaduan"), case.number],
            [_("Diterima"), received_words(case)],
            [_("Yang belum dilakukan"), f"{clock.limit}, {clock.limit.length}"],
            [_("Waktu mulai dihitung"), waktu(clock.started_at)],
            [_("Batas waktu"), waktu(clock.due_at)],
            [_("Waktu berhenti"), "\n".join(stood) or _("Tidak pernah")],
            [_("Terakhir diteruskan ke"), office],
            [
                _("Jawaban sebelumnya"),
                ", ".join(tanggal(answer.created_at) for answer in answers) or _("Tidak ada"),
            ],
        ],
        "paragraphs": [
            _("Sampai batas waktu itu lewat dan surat ini diterbitkan, kantor belum melakukannya."),
            _(
                "Surat ini dibuat dari catatan portal atas permintaan pemegang kode lacak, "
                "antara lain untuk Ombudsman Republik Indonesia. Isi pengaduan tidak disebut."
            ),
        ],
    }
