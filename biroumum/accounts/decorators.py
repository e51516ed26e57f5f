"""Doors of staff pages: strangers go to the login, the wrong role gets 403."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from biroumum.accounts.models import User
from biroumum.accounts.queries import live_assignments

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """What a view behind these doors is given."""

    user: User


def staff_required(view: View) -> View:
    """Signed in and on a position today."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not live_assignments(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)


def permission_required(permission: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate
