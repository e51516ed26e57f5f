"""The page of files. They wait under the draft; one that is refused is named, the others stay."""

import uuid
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from biroumum.accounts.actors import Actor
from biroumum.documents import drafts
from biroumum.documents.intake import MAX_FILES, SENTENCES, FileRefused
from biroumum.documents.names import shown_name
from biroumum.documents.queries import attachments_of
from biroumum.documents.services import attach_all
from biroumum.web.ratelimit import allowed, client_address
from complaints.public_views.access import as_citizen
from complaints.public_views.draft import Draft
from complaints.public_views.filing import open_draft
from complaints.public_views.pages import FILES, next_url, page_context

SENDS, SECONDS = 200, 600  # an address: many people stand behind one


@require_http_methods(["GET", "HEAD", "POST"])
@as_citizen
def files(request: HttpRequest) -> HttpResponse:
    draft = open_draft(request)
    if url := next_url(draft, before=FILES):
        return redirect(url)
    sent = request.FILES.getlist("files")
    refused = take(request, draft, sent) if sent else []
    if request.method == "POST" and not refused and "upload" not in request.POST:
        draft.passed(FILES)
        return redirect(next_url(draft))
    context = page_context(draft, FILES, _("Ada foto atau dokumen?")) | {
        "waiting": attachments_of(draft.files_subject),
        "refused": refused,
        "most": MAX_FILES,
    }
    return render(request, "complaints/public/files.html", context, status=422 if refused else 200)


def take(request: HttpRequest, draft: Draft, sent: Sequence[UploadedFile]) -> list[FileRefused]:
    """Attach what came to the draft, at most five in all; returns what was not taken."""
    if not allowed(f"complaint-files/{client_address(request)}", SENDS, SECONDS):
        return [FileRefused(shown_name(sent[0].name or ""), too_many())]
    room = MAX_FILES - attachments_of(draft.files_subject).count()
    _kept, refused = attach_all(draft.files_subject, sent[:room], actor=Actor.holder())
    refused += [FileRefused(shown_name(file.name or ""), SENTENCES["many"]) for file in sent[room:]]
    draft.refuse([str(file) for file in refused])
    return refused


def too_many() -> str:
    return _("Terlalu banyak kiriman dari jaringan Anda. Tunggu sepuluh menit, lalu kirim lagi.")


@require_POST
@as_citizen
def remove_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    draft = open_draft(request)
    if draft.token:
        drafts.discard(draft.files_subject, pk=pk)
    return redirect("pengaduan:files")
