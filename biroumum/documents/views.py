"""Taking a file away, and asking whether a document is real."""

import uuid

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.audit.services import record
from biroumum.documents import store
from biroumum.documents.access import may_read
from biroumum.documents.codes import grouped, normal_code
from biroumum.documents.models import Attachment, IssuedDocument
from biroumum.web.ratelimit import allowed, client_address

LOOKUPS, WINDOW = 60, 600  # an address may ask this often in so many seconds: a desk may, a guesser may not


@require_safe
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file to those its case lets read it; to all others it is not there. Staff leave a trace."""
    file = get_object_or_404(Attachment, pk=pk)
    if not file.is_clean or not may_read(request, file):
        raise Http404
    content = store.open_content(file.sha256)
    if isinstance(request.user, User):
        with transaction.atomic():
            data = {"file": str(file.pk), "name": file.name}
            actor = Actor.staff(request.user)
            record("documents.attachment.open", file.subject, actor=actor, data=data, op="access")
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; it goes on to the page of that code."""
    typed = request.GET.get("kode")
    if typed is None:
        return render(request, "documents/verification.html")
    return redirect("verification_of", code=normal_code(typed) or "tidak-dikenal")


@never_cache
@require_safe
def verification_of(request: HttpRequest, code: str) -> HttpResponse:
    """What the office says of a code. The work is the same for known and unknown ones: one read by the code."""
    if not allowed(f"verification:{client_address(request)}", LOOKUPS, WINDOW):
        return render(request, "documents/verification.html", {"too_many": True}, status=429)
    code = normal_code(code)
    document = IssuedDocument.objects.filter(code=code).first()
    context = {"document": document, "asked": True, "code": grouped(code)}
    return render(request, "documents/verification.html", context, status=200 if document else 404)
