"""Pages of the account beside allauth's own, and what wraps allauth's."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views import i18n

from biroumum.accounts.models import User

View = Callable[..., HttpResponseBase]
EVEN_SECONDS = 0.5  # far more than writing one mail to the outbox takes


def whole(view: View) -> View:
    """One transaction around a view of allauth; an answer it raises keeps what was counted, too."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            try:
                return view(request, *args, **kwargs)
            except ImmediateHttpResponse as answer:
                return answer.response

    return inside


def even(view: View) -> View:
    """Sending something takes the same time whether or not there is such a person."""

    @wraps(view)
    def timed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        end = time.monotonic() + EVEN_SECONDS
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(max(0, end - time.monotonic()))
        return response

    return timed


def set_language(request: HttpRequest) -> HttpResponse:
    """Of someone signed in, the choice also holds for mails, the inbox, and the next sign-in."""
    response = i18n.set_language(request)
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        with transaction.atomic():
            User.objects.filter(pk=request.user.pk).exclude(language=chosen).update(language=chosen)
    return response


@login_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html", {"assignments": request.user.live})  # type: ignore[union-attr]


def admin_login(request: HttpRequest) -> HttpResponse:
    """The reference tables have no login of their own, which would ask for no second factor."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next") or "/admin/")
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect("admin:index")
