"""Doors of staff pages: strangers go to the login, the wrong role gets 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from biroumum.accounts.models import User
from biroumum.accounts.queries import live_assignments
from biroumum.web.errors import signed_out

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """What a view behind these doors is given."""

    user: User


def _signed_in(view: View) -> View:
    """To the login, and back to the page; what was typed before the session ended is shown, to be sent again."""
    inside: View = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        typed = None if request.user.is_authenticated else signed_out(request)
        return typed or inside(request, *args, **kwargs)

    return guarded


def staff_required(view: View) -> View:
    """Signed in and on a position today."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not live_assignments(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return _signed_in(guarded)


def permission_required(permission: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _signed_in(guarded)

    return decorate
