"""Mails of one's own case: none, another address, and the link by mail that opens the case in place of its code."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.web.errors import gone
from biroumum.web.ratelimit import allowed, client_address
from biroumum.web.subjects import subject_key
from complaints.forms.tracking import EntryForm, NewEmailForm
from complaints.models import Complaint, Reporter
from complaints.public_views.access import as_citizen, holder, prove, with_case
from complaints.services import contact

ASKS, SECONDS = 20, 600  # links of an address
CHANGES, DAY = 5, 86_400  # new addresses of a case, and of one mail address
TRACK = ("pengaduan:track", gettext_lazy("Lacak pengaduan"))
AGAIN = ("pengaduan:ask_entry", gettext_lazy("Minta tautan"))


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def mails(request: HttpRequest, handle: str, *, case: Complaint) -> HttpResponse:
    """Stop or resume them, or give another address."""
    reporter = get_object_or_404(Reporter.objects.select_related("complaint"), complaint=case)
    if case.sealed:
        raise Http404  # no mail goes out of it
    if "silent" in request.POST:
        contact.silence(reporter, actor=holder(case), silent=request.POST["silent"] == "1")
        messages.success(request, _("Kami simpan."))
        return redirect("pengaduan:case", handle)
    form = NewEmailForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        email = form.cleaned_data["email"]
        if allowed(f"new-email/{case.pk}", CHANGES, DAY) and allowed(
            f"new-email/{email.lower()}", CHANGES, DAY
        ):
            contact.ask_new_email(reporter, email, actor=holder(case))
            messages.success(request, _("Kami mengirim tautan ke alamat baru. Bukalah dalam satu hari."))
            return redirect("pengaduan:case", handle)
        form.add_error("email", _("Terlalu banyak permintaan. Coba lagi besok."))
        status = 429
    context = {"handle": handle, "case": case, "reporter": reporter, "form": form}
    return render(request, "complaints/public/mails.html", context, status=status)


@csrf_exempt  # a mail program posts too, and whoever has the link needs no other proof
@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """A link in a mail is opened by machines too, so this page and those below ask once more."""
    try:
        reporter = contact.reporter_to_stop(token)
    except signing.BadSignature as error:
        raise Http404 from error
    if reporter is None:
        return gone(request, _("Kontak pengaduan itu sudah dihapus, jadi tidak ada surel lagi."), *TRACK)
    if request.method == "POST":
        contact.silence(reporter, actor=Actor.holder(subject_key(reporter.complaint)))
        reporter.is_silent = True
    return render(request, "complaints/public/stop_mail.html", {"reporter": reporter})


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def change_email(request: HttpRequest, token: str) -> HttpResponse:
    try:
        reporter = contact.reporter_to_change(token)
        if request.method == "POST" and contact.change_email(token):
            messages.success(request, _("Alamat surel sudah diganti. Kabar berikutnya sampai di sini."))
            return redirect("pengaduan:track")
    except signing.BadSignature as error:
        raise Http404 from error
    if reporter is None or request.method == "POST":
        return gone(request, _("Tautan ini sudah dipakai atau lewat satu hari. Mintalah yang baru."), *TRACK)
    return render(request, "complaints/public/change_email.html", {"reporter": reporter})


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def ask_entry(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether number and address fit or not, and so is what is done for it."""
    form = EntryForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if allowed(f"complaint-entry/{client_address(request)}", ASKS, SECONDS):
            contact.ask_entry(form.cleaned_data["number"], form.cleaned_data["email"])
            messages.success(
                request, _("Bila nomor dan alamat itu cocok, kami mengirim tautan. Bukalah dalam 30 menit.")
            )
            return redirect("pengaduan:track")
        form.add_error(None, _("Terlalu banyak percobaan. Tunggu sepuluh menit, lalu coba lagi."))
        status = 429
    return render(request, "complaints/public/ask_entry.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def enter(request: HttpRequest, token: str) -> HttpResponse:
    try:
        reporter = contact.reporter_to_enter(token)
        if request.method == "POST" and (case := contact.enter(token)):
            return redirect("pengaduan:case", prove(request, case))
    except signing.BadSignature as error:
        raise Http404 from error
    if reporter is None or request.method == "POST":
        return gone(request, _("Tautan ini sudah dipakai atau lewat 30 menit. Mintalah yang baru."), *AGAIN)
    return render(request, "complaints/public/enter.html", {"reporter": reporter})
