"""What a visitor reads when something is wrong: what happened, what to do, and what they had typed."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from biroumum.web.forms import plain_text

NEVER_KEPT = ("password", "csrfmiddleware")
NEVER_SHOWN = ("code", "secret", "token")  # sent again, but not for onlookers
RETRY_AFTER = "15"  # seconds
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 with the way back to the form, for whoever sent more than we read."""
    if isinstance(exception, TOO_MUCH):
        return render(request, "errors/413.html", {"address": request.get_full_path()}, status=413)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def gone(request: HttpRequest, said: str, way: str, label: str) -> HttpResponse:
    """410 for a link of ours that was used up or is too old: a sentence, and the page (`way`, an URL name) to go on."""
    return render(request, "errors/410.html", {"said": said, "way": way, "label": label}, status=410)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or, when the database is away, 503 with the typed form kept for another try."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(_bare(request), "errors/500.html", status=500)
    context = _typed(request) | {"address": request.get_full_path()}
    response = render(_bare(request), "errors/503.html", context, status=503)
    response["Retry-After"] = RETRY_AFTER
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Shows what was typed for copying only: a ready form here would give a stranger's site its missing token."""
    response = render(request, "errors/csrf.html", _typed(request), status=403)
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: HttpRequest) -> dict[str, list[Any]]:
    """`kept`: pairs to send again, the submit token among them; `shown`: what a person may read of them;
    `files`: fields with the names of the files chosen there, which only the visitor's own device can give again.
    """
    if request.method != "POST":
        return {"kept": [], "shown": [], "files": []}
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(part in name.lower() for part in NEVER_KEPT)
    ]
    shown = [v for name, v in kept if v.strip() and not any(part in name.lower() for part in NEVER_SHOWN)]
    files = [
        (field, [plain_text(file.name or "") for file in chosen]) for field, chosen in request.FILES.lists()
    ]
    return {"kept": kept, "shown": shown, "files": files}


def _bare(request: HttpRequest) -> HttpRequest:
    """A request whose rendering asks nothing of the database."""
    bare = HttpRequest()
    bare.path, bare.META = request.path, request.META
    return bare
