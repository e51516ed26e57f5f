"""The check page, the sending, and the receipt. One draft makes one case, however often it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from biroumum.accounts.actors import Actor
from biroumum.documents.models import Attachment
from biroumum.documents.queries import attachments_of
from biroumum.regions.queries import full_name
from biroumum.web.errors import gone
from biroumum.web.ratelimit import allowed, client_address
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal
from complaints import services
from complaints.forms.public import SendForm
from complaints.models import Complaint
from complaints.public_views.access import as_citizen
from complaints.public_views.draft import LIFETIME, Draft
from complaints.public_views.evidence import answer, shown
from complaints.public_views.files import SECONDS, SENDS, too_many
from complaints.public_views.filing import open_draft
from complaints.public_views.pages import CHECK, PAGES, Filled, next_url, page_context
from complaints.public_views.region_map import point_text
from complaints.services import codes, deadlines, work
from complaints.services.deadlines import promised
from complaints.services.details import answered
from complaints.services.intake import Filed
from complaints.services.redaction import Finding, find_typed
from complaints.services.similar import similar_cases
from complaints.services.watching import watched_sender
from complaints.states import Source

UNTESTED = 30  # in the time of files.SECONDS, of an address: sendings without the test


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def check(request: HttpRequest) -> HttpResponse:
    """Show the answers, or send them.

    The answer to the sending is the receipt itself: the code is shown there and stored nowhere; a reload or a
    change of language shows it again.
    """
    form = SendForm(request.POST if request.method == "POST" else None)
    sent = form.is_valid()
    token = form.cleaned_data.get("token") if form.is_bound else None
    draft = open_draft(request)
    # Of the draft in hand the sending itself finds out whether it was sent before.
    if token and token != draft.token and (earlier := sent_with(token)):
        return receipt_again(request, earlier, token)
    if url := next_url(draft, before=CHECK):
        return redirect(url)
    status = 422 if form.is_bound else 200
    # A page of an earlier draft does not send this one: first see what would be sent.
    if sent and token == draft.token:
        lane, most = ("send", SENDS) if form.tested else ("untested", UNTESTED)
        if allowed(f"complaint-{lane}/{client_address(request)}", most, SECONDS):
            return send(request, draft, tested=form.tested)
        form.add_error(None, ValidationError(too_many()))
        status = 429
    return render(request, "complaints/public/check.html", summary(draft, form), status=status)


def summary(draft: Draft, form: SendForm) -> dict[str, Any]:
    filled = Filled(draft)
    return page_context(draft, CHECK, _("Periksa sebelum mengirim")) | {
        "form": form,
        "token": draft.token,
        "challenge": work.challenge(draft.token) if draft.token else "",
        "work": {"most": settings.WORK_NUMBERS, "iterations": work.ITERATIONS},
        "rows": rows(filled, attachments_of(draft.files_subject)),
        "late": deadlines.filed_late(filled.kind, filled.data["occurred_on"], timezone.now()),
        "none": _("Tidak diisi"),
        "refused": draft.refused,
        "similar": () if filled.is_whistle else similar_cases(filled.told()),
    }


class Row(NamedTuple):
    label: str
    answer: Any
    url: str  # where to change it
    found: Sequence[Finding] = ()  # personal data in it that need not stand there


def rows(filled: Filled, waiting: Iterable[Attachment]) -> list[Row]:
    page = {page.slug: page.url for page in PAGES}
    region, contact, data = filled.region, filled.contact(), filled.data
    place = [data["place"], full_name(region.pk) if region else "", point_text(data)]
    title, story, written = data["title"], data["description"], page["kejadian"]
    asked = answered(data["category"], filled.details)
    return [
        Row(_("Jenis"), filled.kind.label, page["jenis"]),
        Row(_("Perihal"), title, written, find_typed(title)),
        Row(_("Yang terjadi"), story, written, find_typed(story)),
        Row(_("Tanggal kejadian"), tanggal(data["occurred_on"]), written),
        Row(_("Bidang"), data["category"], page["bidang"]),
        *(Row(label, answer, page["rincian"]) for label, answer in asked),
        Row(_("Tempat"), ", ".join(filter(None, place)), page["tempat"]),
        Row(_("Kerahasiaan"), filled.visibility.label, page["kerahasiaan"]),
        Row(
            _("Kontak"), "\n".join(filter(None, (contact.name, contact.email, contact.phone))), page["kontak"]
        ),
        Row(_("Berkas"), "\n".join(file.name for file in waiting), reverse("pengaduan:files")),
    ]


def send(request: HttpRequest, draft: Draft, *, tested: bool) -> HttpResponse:
    """File the draft with its files; it is forgotten only once the case stands.

    One sent without the test, or by a watched sender, is taken as any other and looked at first by a verifier.
    """
    assert draft.token is not None  # noqa: S101 - a complete draft has one
    filled, refused = Filled(draft), draft.refused
    contact = filled.contact()
    # The list of watched senders is the administrator's: a whistle-blower is looked up in none.
    known = () if filled.is_whistle else (contact.email, contact.phone, client_address(request))
    watched = watched_sender(*known) if known else None

    def end_draft(case: Complaint) -> None:
        draft.clear()
        save_now(request.session)

    filed = services.submit_complaint(
        actor=Actor.holder(),
        source=Source.WEB,
        content=filled.content() | {"untested": not tested, "watched": watched},
        contact=contact,
        submit_token=draft.token,
        waiting=draft.files_subject,
        along=end_draft,
    )
    if filed.again:  # by a rival, whose files they are
        draft.clear()
    files = attachments_of(subject_key(filed.complaint)) if filed.again else filed.files
    return receipt(request, filed, files, refused)


def save_now(session: SessionBase) -> None:
    """In the transaction at hand, whose wait for the disk is enough for both; one that was ended stays ended."""
    row = session.create_model_instance(dict(session.items()))  # type: ignore[attr-defined]
    type(row).objects.filter(pk=row.pk).update(session_data=row.session_data, expire_date=row.expire_date)
    session.modified = False


def sent_with(token: uuid.UUID) -> Complaint | None:
    return Complaint.objects.filter(submit_hash=codes.hash_token(token)).first()


def receipt_again(request: HttpRequest, case: Complaint, token: uuid.UUID) -> HttpResponse:
    """The receipt of the case this token made, while its draft could live and its code is good: whoever finds the
    page later gets no code."""
    code = codes.derive_code(token)
    if not is_shown(case, code):
        said = _("Pengaduan dari halaman ini sudah terkirim. Kodenya hanya ditampilkan dua jam sesudah itu.")
        return gone(request, said, "pengaduan:track", _("Lacak dengan nomor dan kode"))
    filed = Filed(case, code, promised(case), again=True)
    return receipt(request, filed, attachments_of(subject_key(case)))


def is_shown(case: Complaint, code: str) -> bool:
    """Whether the page of the sending may still be there, and its code be good."""
    return case.received_at + LIFETIME >= timezone.now() and codes.same_code(code, bytes(case.code_hash))


@require_POST
@as_citizen
def evidence(request: HttpRequest) -> HttpResponse:
    """Promise, receipt or text for the page of the sending, which proves itself by the token of its form."""
    form = SendForm(request.POST)
    token = form.cleaned_data.get("token") if form.is_valid() else None
    case = sent_with(token) if token else None
    if token is None or case is None or not is_shown(case, codes.derive_code(token)):
        raise Http404
    if not allowed(f"complaint-evidence/{client_address(request)}", SENDS, SECONDS):
        return HttpResponse(too_many(), status=429, content_type="text/plain; charset=utf-8")
    return answer(request, case)


def receipt(
    request: HttpRequest, filed: Filed, files: Iterable[Attachment], refused: Sequence[str] = ()
) -> HttpResponse:
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
    case = filed.complaint
    context = {
        "case": case,
        "code": filed.code,
        "expected": filed.promised,
        "files": files,
        "refused": refused,
        # The switch of languages would leave this page, and with it the code: let it send the form again.
        "again": {"url": reverse("pengaduan:check"), "token": request.POST["token"]},
        **shown(case, reverse("pengaduan:evidence"), token=request.POST["token"], entry=filed.entry),
    }
    response = render(request, "complaints/public/done.html", context, status=201)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    return response
