"""What a visitor reads when something is wrong: what happened, what to do, and what they had typed."""

import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise

from biroumum.web.forms import plain_text

AGAIN = "typed-again"
NEVER_KEPT = ("password", "csrfmiddleware", AGAIN)
NEVER_SHOWN = ("code", "secret", "token")  # sent again, but not for onlookers
RETRY_AFTER = "15"  # seconds
KEPT_FOR = 8 * 3600  # seconds: a day at the desk
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


def gone(request: HttpRequest, said: str, way: str, label: str | Promise) -> HttpResponse:
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


def signed_out(request: HttpRequest) -> HttpResponse | None:
    """What was typed into a page of staff by who is signed out by now, to send again; None when it was nothing.

    The login changes the token that forms carry. A key of ours, in the form and in a cookie, tells it afterwards that
    the form came from here.
    """
    typed = _typed(request)
    if not typed["shown"]:
        return None
    key = secrets.token_urlsafe()
    context = typed | {"address": request.get_full_path(), "form_key": key}
    response = render(request, "errors/signed_out.html", context, status=403)
    response["Cache-Control"] = "no-store"
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(AGAIN, key, max_age=KEPT_FOR, secure=secure, httponly=True, samesite="Strict")
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Shows what was typed for copying only: a ready form here would give a stranger's site its missing token.

    Not so where the form is the one that `signed_out` gave to this browser.
    """
    key = request.COOKIES.get(AGAIN, "")
    if key and constant_time_compare(key, request.POST.get(AGAIN, "")) and (page := signed_out(request)):
        return page
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
