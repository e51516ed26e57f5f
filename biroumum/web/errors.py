"""What a visitor reads when something is wrong: what happened, what to do, and what they had typed."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SECRET_FIELDS = ("password", "csrf", "code", "secret", "token")
RETRY_AFTER = "15"  # seconds


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or, when the database is away, 503 with the typed form kept for another try."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return render(_bare(request), "errors/500.html", status=500)
    kept = _typed(request)
    response = render(
        _bare(request), "errors/503.html", {"kept": kept, "address": request.get_full_path()}, status=503
    )
    response["Retry-After"] = RETRY_AFTER
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", {"kept": _typed(request)}, status=403)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(part in name.lower() for part in SECRET_FIELDS)
    ]


def _bare(request: HttpRequest) -> HttpRequest:
    """A request whose rendering asks nothing of the database."""
    bare = HttpRequest()
    bare.path, bare.META = request.path, request.META
    return bare
