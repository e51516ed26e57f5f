"""Filing without an account: the start page, and one question a page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from biroumum.documents import drafts
from biroumum.web.forms import PageForm
from complaints.forms.place import PlaceForm
from complaints.public_views.access import as_citizen
from complaints.public_views.draft import Draft
from complaints.public_views.pages import PAGES, PLACE, Page, next_url, page_context
from complaints.public_views.promises import limits
from complaints.public_views.region_map import shown, tapped


@require_safe
@as_citizen
def start(request: HttpRequest) -> HttpResponse:
    context = {"limits": limits(timezone.localdate()), "begun": bool(Draft(request.session).answers)}
    return render(request, "complaints/public/start.html", context)


def open_draft(request: HttpRequest) -> Draft:
    """The draft of this browser; of one that lapsed the visitor is told."""
    draft = Draft(request.session)
    if draft.lapsed:
        messages.warning(request, _("Isian Anda sudah lebih dari dua jam, jadi kami hapus. Mulailah lagi."))
    return draft


@require_safe
@as_citizen
def begin(request: HttpRequest) -> HttpResponse:
    return redirect(next_url(open_draft(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """One question. Whoever comes too early is led to the first page still without an answer."""
    draft = open_draft(request)
    page = next((page for page in PAGES if page.slug == slug), None)
    if page is None:
        raise Http404(slug)
    if not page.asked(draft) or next_url(draft, before=page):
        return redirect(next_url(draft))
    tap = tapped(request.POST) if slug == PLACE else None
    if tap:
        form = page.form(initial=tap, answers=draft.answers)
        return _page(request, draft, page, form)
    form = page.form(
        request.POST if request.method == "POST" else None,
        initial=draft.answers.get(slug),
        answers=draft.answers,
    )
    if request.method == "POST" and form.is_valid():
        draft.keep(slug, form)
        return redirect(next_url(draft))
    return _page(request, draft, page, form, status=422 if request.method == "POST" else 200)


def _page(request: HttpRequest, draft: Draft, page: Page, form: PageForm, status: int = 200) -> HttpResponse:
    context = page_context(draft, page.slug, page.heading) | {"form": form}
    if isinstance(form, PlaceForm):
        context |= shown(form)
    return render(request, "complaints/public/ask.html", context, status=status)


@require_POST
@as_citizen
def discard(request: HttpRequest) -> HttpResponse:
    """Forget the draft and its files, as one must be able to on a shared computer."""
    draft = Draft(request.session)
    if draft.token:
        drafts.discard(draft.files_subject)
    draft.clear()
    messages.success(request, _("Isian Anda sudah dihapus."))
    return redirect("pengaduan:start")
