"""A session ends when idle, and opens nothing where a second factor is due and was not given."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

ALWAYS = {"account_logout", "set_language"}
SET_UP = ALWAYS | {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
PROVE = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class StaffSessionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """An idle session ends; the page then answers as to a stranger, who comes back to it after login."""
        if request.user.is_authenticated and idle(request):
            with transaction.atomic():
                logout(request)
            sentence = _("Anda dikeluarkan karena %(minutes)s menit tanpa kegiatan. Silakan masuk lagi.")
            messages.info(request, sentence % {"minutes": settings.STAFF_IDLE_MINUTES})
            if request.headers.get("HX-Request"):
                return HttpResponseClientRefresh()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.needs_second_factor or factor_given(request):
            return None
        return lead_to_factor(request)


def idle(request: HttpRequest) -> bool:
    """Whether the session has been unused for too long; notes its use, at most once a minute."""
    now = int(time.time())
    seen = request.session.get("seen", 0) or now
    if now - seen > settings.STAFF_IDLE_MINUTES * 60:
        return True
    if now - seen >= 60 or "seen" not in request.session:
        request.session["seen"] = now
    return False


def factor_given(request: HttpRequest) -> bool:
    """Whether this very session has shown a second factor; that the account has one does not speak for it."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def lead_to_factor(request: HttpRequest) -> HttpResponse | None:
    """To proving the factor, to setting one up, or nowhere when that is where the request goes."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    if not is_mfa_enabled(request.user, FACTORS):
        return None if page in SET_UP else HttpResponseRedirect(reverse("mfa_index"))
    if page in PROVE:
        return None
    app = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    target = reverse("mfa_reauthenticate" if app else "mfa_reauthenticate_webauthn")
    return HttpResponseRedirect(f"{target}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
