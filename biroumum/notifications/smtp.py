"""Django's SMTP backend, which keeps what the server last said about a mail it took."""

from __future__ import annotations

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend


class _Remembering:
    """For smtplib.SMTP, whose `sendmail` drops the words of an acceptance, and the queue's number in them."""

    last_reply = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, text = super().data(msg)  # type: ignore[misc]
        self.last_reply = f"{code} {text.decode(errors='replace')}"
        return code, text


class Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return type("SMTP", (_Remembering, super().connection_class), {})

    @property
    def last_reply(self) -> str:
        return getattr(self.connection, "last_reply", "")


def mail_connection() -> Any:
    """A connection to the mail server of the settings, not yet opened."""
    plain = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    return get_connection(f"{__name__}.Backend" if plain else None)
