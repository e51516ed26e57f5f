"""What everyone may read: published complaints and their pictures."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from biroumum.documents import store
from biroumum.web.paging import count_of, keyset
from complaints.filters import PublicationFilter
from complaints.forms.tracking import FollowForm
from complaints.models import Publication, PublishedFile
from complaints.public_views import words
from complaints.services import deadlines
from complaints.services.words import PUBLIC_MEANINGS, public_steps
from complaints.states import State

COUNT_CAP = 1_000  # beyond it the list says "1.000+"


def live() -> Any:
    return Publication.objects.live().with_list_parts().with_followers()


@require_safe
def published_list(request: HttpRequest) -> HttpResponse:
    chosen = PublicationFilter(request.GET, queryset=Publication.objects.live(), request=request)
    page = keyset(chosen.qs.told_rows().with_followers(), request, order=("-id",), size=20)
    count = count_of(page, chosen.qs, COUNT_CAP)
    context = {"filter": chosen, "page": page, "count": count, "more": count == COUNT_CAP}
    return render(request, "complaints/public/published_list.html", context)


@require_safe
def published(request: HttpRequest, number: str) -> HttpResponse:
    """One published case; one that is not, or no longer, is not there."""
    return page(request, get_object_or_404(live(), complaint__number=number), FollowForm())


def page(request: HttpRequest, publication: Publication, form: FollowForm, status: int = 200) -> HttpResponse:
    case = publication.complaint
    context = {
        "form": form,
        "publication": publication,
        "case": case,
        "meaning": PUBLIC_MEANINGS[State(case.state)],
        "history": [(step, words.told(step, to_public=True)) for step in public_steps(case)[case.pk]],
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
