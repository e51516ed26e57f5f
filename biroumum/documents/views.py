"""Taking a file away, and asking whether a document is real."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from biroumum.documents import store
from biroumum.documents.access import may_read
from biroumum.documents.codes import grouped, normal_code
from biroumum.documents.models import Attachment, IssuedDocument
from biroumum.web.ratelimit import allowed, client_address

LOOKUPS = 60  # an address in ten minutes


@require_safe
def download(request: HttpRequest, pk: str) -> HttpResponseBase:
    """The file to those its case lets read it; to all others it is not there."""
    file = get_object_or_404(Attachment, pk=pk)
    if not file.is_clean or not may_read(request, file):
        raise Http404
    response = FileResponse(
        store.open_content(file.sha256), as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Ask by code. A posted file is only hashed and compared, never kept."""
    if request.method == "POST":
        code = normal_code(request.POST.get("code", ""))
        file = request.FILES.get("file")
        if isinstance(file, UploadedFile):
            return _answer(request, code, _hash(file))
        return redirect("verification_of", code=code or "-")
    return render(request, "documents/verification.html")


@require_safe
def verification_of(request: HttpRequest, code: str) -> HttpResponse:
    return _answer(request, normal_code(code))


def _answer(request: HttpRequest, code: str, sha256: str = "") -> HttpResponse:
    if not allowed(f"verification:{client_address(request)}", LOOKUPS, 600):
        return render(request, "documents/verification.html", {"too_many": True}, status=429)
    document = IssuedDocument.objects.filter(code=code).first()
    context = {
        "document": document,
        "asked": True,
        "code": grouped(code),
        "sha256": sha256,
        "same": bool(document and sha256 == document.sha256),
    }
    return render(request, "documents/verification.html", context, status=200 if document else 404)


def _hash(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
