"""How allauth behaves in this house."""

from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.links import set_password_path
from biroumum.accounts.models import User
from biroumum.web.ratelimit import client_address

FRESH_SECONDS = 300  # so long after a login nobody is asked to prove again who they are
MISMATCH = _("Surel, NIP atau kata sandi tidak cocok.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": MISMATCH,
        "username_password_mismatch": MISMATCH,
        "too_many_login_attempts": _("Terlalu banyak percobaan yang gagal. Coba lagi 15 menit lagi."),
        "rate_limited": _("Terlalu banyak percobaan yang gagal. Coba lagi 15 menit lagi."),
        "incorrect_password": _("Kata sandi tidak cocok."),
        "enter_current_password": _("Kata sandi sekarang tidak cocok."),
        "incorrect_code": _("Kode tidak cocok. Masukkan kode yang sedang tampil."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As our own proxies saw it; the column of the session list takes nothing but an address."""
        return client_address(request).replace("unknown", "::")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count per account; with the host in the key, another host name would start anew."""
        return str(credentials["email"]).lower()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On our own address, whatever host the request names."""
        uid, _dash, token = key.partition("-")
        return settings.PUBLIC_URL + set_password_path(uid, token)

    def set_password(self, user: User, password: str) -> None:  # type: ignore[override]
        """Whoever has just set a password by mail may use it at once."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def is_reauthentication_required(self, *, app: str = "", **kwargs: Any) -> bool:
        now = timezone.now().timestamp()
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(now - record["at"] < FRESH_SECONDS for record in records)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def build_totp_svg(self, url: str) -> str:
        """Inline, because our content policy lets no data: image in."""
        return segno.make(url, micro=False).svg_inline(scale=5)


class SsoAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Only people we know get in: by an address their organisation says it has verified."""
        if sociallogin.is_existing:
            return
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        user = User.objects.filter(email__in=verified).first()
        if user is not None:
            sociallogin.connect(request, user)
