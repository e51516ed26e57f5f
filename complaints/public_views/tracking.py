"""Tracking with number and code: the case as its holder sees it, messages, and leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from biroumum.audit.queries import public_history
from biroumum.documents.intake import FileRefused
from biroumum.documents.queries import attachments_of
from biroumum.documents.services import attach_all
from biroumum.regions.queries import full_name
from biroumum.web.ratelimit import allowed, client_address
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from biroumum.worktime.queries import clocks_of
from complaints import services
from complaints.forms.holding import RateForm
from complaints.forms.tracking import CodeForm, MessageForm
from complaints.models import Complaint, Reporter
from complaints.public_views import words
from complaints.public_views.access import as_citizen, forget, holder, prove, with_case
from complaints.public_views.case_files import WELCOME, take_files
from complaints.public_views.evidence import shown
from complaints.public_views.offers import offers
from complaints.services.details import answered
from complaints.states import ASKED

OPENED = [f"complaints.complaint.{act}_identity" for act in ("ask", "grant", "refuse", "open")]
REPLACED = "complaints.complaint.replace_code"
TRIES, TRIES_OF_ONE, SECONDS = 60, 10, 600


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and code. Which of the two was wrong is not said, nor told by the time it takes."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    case = case_of(request, form) if form.is_valid() else None
    if case is not None:
        return redirect("pengaduan:case", prove(request, case))
    status = 200 if not form.is_bound else 429 if form.limited else 422
    return render(request, "complaints/public/track.html", {"form": form}, status=status)


def case_of(request: HttpRequest, form: CodeForm) -> Complaint | None:
    """The case of a valid form's number and code; else the form says so.

    Tries are counted by address, and by address and number: a stranger can not lock the citizen out.
    """
    address, number = client_address(request), form.cleaned_data["number"]
    form.limited = not (
        allowed(f"complaint-track/{address}", TRIES, SECONDS)
        and allowed(f"complaint-track/{address}/{number}", TRIES_OF_ONE, SECONDS)
    )
    if form.limited:
        form.add_error(
            None, ValidationError(_("Terlalu banyak percobaan. Tunggu sepuluh menit, lalu coba lagi."))
        )
        return None
    case = services.tracked_complaint(number, form.cleaned_data["code"])
    if case is None:
        form.add_error(
            None, ValidationError(_("Nomor dan kode ini tidak cocok. Periksa keduanya, lalu coba lagi."))
        )
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def case(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    """The case; a POST sends a message."""
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        send_message(request, case, form.cleaned_data["text"])
        return redirect("pengaduan:case", handle)
    status = 422 if form.is_bound else 200
    return render(request, "complaints/public/case.html", case_page(handle, case, form), status=status)


def send_message(request: HttpRequest, case: Complaint, text: str) -> None:
    taken, refused = take_files(request, case, welcome=case.state in WELCOME)
    with transaction.atomic():
        services.send_message(case, actor=holder(case), text=text)
        attach_all(subject_key(case), taken, actor=holder(case))
    tell_refused(request, refused)
    messages.success(request, _("Pesan Anda terkirim."))


def case_page(handle: str, case: Complaint, form: MessageForm) -> dict[str, Any]:
    now, key = timezone.now(), subject_key(case)
    deadlines = words.running_deadlines(case, clocks_of(key), now)
    offered, files = offers(case, holder(case), now), list(attachments_of(key))
    return {
        "handle": handle,
        "case": case,
        "meaning": words.meaning_of(case),
        "details": answered(case.category, case.details),
        "region": full_name(case.region_id) if case.region_id else "",
        "deadlines": deadlines,
        "overdue": any(deadline.late for deadline in deadlines),
        "holding": words.holding(case),
        "original": words.original_of(case),
        "without_reply": words.without_reply(case),
        "reporter": Reporter.objects.filter(complaint=case).first(),
        "may_rate": services.may_rate(case),
        "offers": [offer for offer in offered if not offer.refusal],
        "refused_offers": [offer for offer in offered if offer.refusal],
        "answers": case.answers.select_related("unit"),
        "handovers": case.handovers.all(),
        "own_files": [file for file in files if file.from_holder],
        "office_files": [file for file in files if not file.from_holder],
        "message_form": form,
        "files_welcome": case.state in WELCOME,
        **shown(case, reverse("pengaduan:case_evidence", args=[handle])),
        **_happened(key),
        **_said(case),
    }


def _happened(key: str) -> dict[str, Any]:
    steps = public_history(key)
    return {
        "history": [(step, words.told(step)) for step in steps if step.verb not in OPENED],
        "openings": [step for step in steps if step.verb in OPENED],
        "replacements": [step for step in steps if step.verb == REPLACED],
        "proven": any(step.proven for step in steps),
    }


def _said(case: Complaint) -> dict[str, Any]:
    said = list(case.messages.all())
    asked = [message for message in said if not message.from_holder]
    return {"correspondence": said, "question": asked[-1] if asked and case.state in ASKED else None}


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def rate(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    """The rating of an answer, for whoever gave none when the case closed."""
    form = RateForm(request.POST if request.method == "POST" else None)
    if not services.may_rate(case):
        return redirect("pengaduan:case", handle)
    if form.is_valid():
        try:
            services.rate(case, actor=holder(case), **form.cleaned_data)
            messages.success(request, _("Terima kasih atas penilaian Anda."))
        except Refused as refused:  # rated in another tab meanwhile
            messages.warning(request, str(refused.message))
        return redirect("pengaduan:case", handle)
    context = {"handle": handle, "case": case, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "complaints/public/rate.html", context, status=status)


def tell_refused(request: HttpRequest, refused: list[FileRefused]) -> None:
    for file in refused:
        messages.warning(request, _("Tidak ikut terkirim: %(file)s") % {"file": file})


@require_POST
@as_citizen
def leave(request: HttpRequest, handle: str) -> HttpResponse:
    forget(request, handle)
    messages.success(request, _("Anda sudah keluar. Halaman pengaduan itu tertutup di komputer ini."))
    return redirect("pengaduan:track")
