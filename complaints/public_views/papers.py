"""PDF for the citizen: the receipt, and the proof of a hand-over. Anyone can verify them by their code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from biroumum.accounts.actors import Actor
from biroumum.audit import keys, receipts
from biroumum.documents import pdf
from biroumum.documents.queries import attachments_of
from biroumum.documents.services import issue_pdf
from biroumum.regions.queries import full_name
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal, waktu
from complaints.forms.tracking import CodeForm
from complaints.models import Complaint
from complaints.public_views.access import as_citizen, holder, with_case
from complaints.public_views.evidence import evidence_of
from complaints.public_views.tracking import case_of
from complaints.services.closing import HANDOVER
from complaints.services.deadlines import promised
from complaints.services.filed import text_hash
from complaints.services.holding import RECEIPT
from complaints.services.words import received_words


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def receipt(request: HttpRequest) -> HttpResponse:
    """The receipt for whoever shows number and code; it carries the code: only its holder can fetch it."""
    if request.method != "POST":
        return redirect("pengaduan:track")
    form = CodeForm(request.POST)
    case = case_of(request, form) if form.is_valid() else None
    if case is None:
        return render(
            request, "complaints/public/track.html", {"form": form}, status=429 if form.limited else 422
        )
    return _receipt(case, request.POST["code"])


@require_POST
@with_case
def case_receipt(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    """The receipt again, from the tracking page: without the code, which nobody has but the citizen."""
    return _receipt(case, "")


@require_POST
@with_case
def handover(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    given = case.handovers.last()
    if given is None:
        raise Http404(case.number)
    data = {
        "facts": [
            [_("Nomor pengaduan"), case.number],
            [_("Diterima"), received_words(case)],
            [_("Dilimpahkan"), waktu(given.handed_at)],
            [_("Instansi tujuan"), given.agency],
        ],
        "reason": [_("Mengapa bukan wewenang kami"), given.reason],
        "follow_up": [_("Cara menanyakan kelanjutannya"), given.follow_up],
    }
    title = _("Bukti pelimpahan pengaduan %(number)s") % {"number": case.number}
    return pdf_response(
        case, HANDOVER, title, "complaints/handover.typ", data, holder(case), "bukti-pelimpahan"
    )


def _receipt(case: Complaint, code: str) -> HttpResponse:
    dates = promised(case)
    files = attachments_of(subject_key(case)).filter(from_holder=True, created_at__lte=case.received_at)
    place = ", ".join(
        part for part in (case.place, full_name(case.region_id) if case.region_id else "") if part
    )
    data: dict[str, Any] = {
        "facts": [
            [_("Nomor"), case.number],
            [_("Diterima"), received_words(case)],
            [_("Jenis"), case.get_kind_display()],
            [_("Diperiksa paling lambat"), tanggal(dates.verified)],
            [_("Dijawab paling lambat"), tanggal(dates.answered)],
            *([[_("Tempat"), place]] if place else []),
        ],
        "code": [
            _("Kode lacak"),
            code,
            _("Siapa pun yang memegang kode ini dapat bertindak atas pengaduan Anda."),
        ],
        "text": [_("Yang Anda sampaikan"), case.description],
        "hashes": [
            _("Sidik jari SHA-256"),
            [[_("Isi laporan (nomor, perihal, uraian)"), text_hash(case)]]
            + [[file.name, file.sha256] for file in files],
            _("Sidik jari membuktikan bahwa uraian dan berkas tidak berubah sejak diterima."),
        ],
        "log": proved(case),
    }
    title = _("Tanda terima pengaduan %(number)s") % {"number": case.number}
    kind = RECEIPT if code else f"{RECEIPT}.copy"
    return pdf_response(case, kind, title, "complaints/receipt.typ", data, holder(case), "tanda-terima")


def proved(case: Complaint) -> dict[str, Any]:
    """What the log gives, for print: of the promise its text, of the receipt its QR code, and how to check it.

    The receipt itself changes with each state of the log; its QR code never does, so the paper stays the same one.
    """
    evidence = evidence_of(case)
    if not (evidence.link or evidence.promise):
        return {}
    address = f"{settings.PUBLIC_URL}{reverse('receipt_check')}"
    return {
        "title": _("Bukti di log terbuka"),
        "said": _(
            "Tercatat di log terbuka. Pindai kode ini untuk memeriksanya; isinya tidak dikirim kepada kami."
        )
        if evidence.link
        else _(
            "Kami berjanji dengan tanda tangan: paling lambat pada waktu di bawah ini tercatat di log terbuka."
        ),
        "qr": pdf.qr(evidence.url, error="l") if evidence.link else "",
        "promise": evidence.promise,
        "address": address,
        "keys_title": _("Kunci log"),
        "keys": "\n".join(key.vkey for key in keys.log_verifiers()),
        "how_title": _("Memeriksa sendiri dengan openssl dan sha256sum"),
        "how": [
            _(
                "Unduh bukti (.tlog-proof) dari halaman lacak. Simpan kunci di atas dalam berkas bernama kunci."
            ),
            _(
                "Simpan baris di bawah ini sebagai periksa.sh, lalu jalankan: sh periksa.sh bukti.tlog-proof kunci"
            ),
            _(
                "Isi laporan: unduh dari halaman lacak; sha256sum isi.txt sama dengan text_sha256 yang tercetak."
            ),
            _("Perlu sh, GNU coreutils, dan OpenSSL 3."),
        ],
        "steps": receipts.STEPS,
    }


def pdf_response(
    case: Complaint, kind: str, title: str, template: str, data: dict[str, Any], actor: Actor, name: str
) -> HttpResponse:
    language = (translation.get_language() or "id")[:2]
    _document, content = issue_pdf(
        kind, subject_key(case), title, template, data, actor=actor, language=language
    )
    disposition = f'attachment; filename="{name}-{case.number}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
