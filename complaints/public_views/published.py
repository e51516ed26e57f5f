"""What everyone may read: published complaints, their pictures, and the feed of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from biroumum.audit.queries import public_history
from biroumum.documents import store
from biroumum.web.forms import plain_text
from biroumum.web.paging import count_of, keyset
from biroumum.web.subjects import subject_key
from complaints.filters import PublicationFilter
from complaints.forms.public import FollowForm
from complaints.models import Publication, PublishedFile
from complaints.public_views import words
from complaints.services import deadlines
from complaints.services.words import PUBLIC_MEANINGS, PUBLIC_STEPS
from complaints.states import State

ENTRIES = 30
COUNT_CAP = 1_000  # beyond it the list says "1.000+"


def live() -> Any:
    return Publication.objects.live().with_list_parts()


@require_safe
def published_list(request: HttpRequest) -> HttpResponse:
    chosen = PublicationFilter(request.GET, queryset=Publication.objects.live(), request=request)
    page = keyset(chosen.qs.told_rows(), request, order=("-id",), size=20)
    count = count_of(page, chosen.qs, COUNT_CAP)
    context = {"filter": chosen, "page": page, "count": count, "more": count == COUNT_CAP}
    return render(request, "complaints/public/published_list.html", context)


@require_safe
def published(request: HttpRequest, number: str) -> HttpResponse:
    """One published case; one that is not, or no longer, is not there."""
    return page(request, get_object_or_404(live(), complaint__number=number), FollowForm())


def page(request: HttpRequest, publication: Publication, form: FollowForm, status: int = 200) -> HttpResponse:
    case = publication.complaint
    history = [
        (step, words.told(step, to_public=True))
        for step in public_history(subject_key(case))
        if step.verb.rpartition(".")[2] in PUBLIC_STEPS
    ]
    context = {
        "form": form,
        "publication": publication,
        "case": case,
        "meaning": PUBLIC_MEANINGS[State(case.state)],
        "history": history,
        "holding": words.holding(case),
        "answer_clock": deadlines.answer_clock(case),
        "files": publication.files.select_related("attachment"),
    }
    return render(request, "complaints/public/published.html", context, status=status)


@require_safe
def picture(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A published file under a neutral name; the citizen's own file name stays with the office."""
    file = get_object_or_404(
        PublishedFile.objects.select_related("attachment"),
        pk=pk,
        publication__in=Publication.objects.live().filter(complaint__number=number),
    )
    extension = file.attachment.media_type.rpartition("/")[2]
    response = FileResponse(
        store.open_content(file.attachment.sha256),
        content_type=file.attachment.media_type,
        filename=f"{number}-{pk}.{extension}",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"  # taken down is taken down
    return response


class PublishedFeed(Feed):
    """The latest published complaints for feed readers; `?bidang=<kode>` keeps to one sector."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return plain_text(request.GET.get("bidang", ""))

    def title(self, sector: str) -> str:
        return _("Pengaduan yang diterbitkan – Biro Umum %(name)s") % {"name": settings.PROVINCE["name"]}

    def description(self, sector: str) -> str:
        return _("Pengaduan warga dan jawaban kantor, tanpa data pribadi.")

    subtitle = description

    def link(self, sector: str) -> str:
        return reverse("pengaduan:published_list")

    def items(self, sector: str) -> Any:
        rows = live().filter(complaint__category__code=sector) if sector else live()
        return rows.order_by("-told_at")[:ENTRIES]

    def item_title(self, item: Publication) -> str:
        return f"{item.title} – {item.complaint.state_label}"

    def item_description(self, item: Publication) -> str:
        return item.answer or item.description

    def item_pubdate(self, item: Publication) -> Any:
        return item.published_at

    def item_updateddate(self, item: Publication) -> Any:
        return item.told_at

    def item_categories(self, item: Publication) -> list[str]:
        return [str(item.complaint.category)]


class PublishedAtom(PublishedFeed):
    feed_type = Atom1Feed
