"""Where someone sets a password; reset mail, administrators and `create_admin` hand out the same."""

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from biroumum.accounts.models import User


def set_password_path(uid: str, token: str) -> str:
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def set_password_url(user: User) -> str:
    """A full address that works once, for PASSWORD_RESET_TIMEOUT seconds."""
    path = set_password_path(user_pk_to_url_str(user), default_token_generator.make_token(user))
    return f"{settings.PUBLIC_URL}{path}"
