"""Mail of the accounts leaves as all mail does: written to the outbox with the change, sent by the worker."""

import uuid
from typing import Any

from biroumum.accounts.adapter import AccountAdapter
from biroumum.notifications.services import send_mail


class OutboxAdapter(AccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The one mail allauth still sends: where to set a new password."""
        user = context["user"]
        words = {"name": user.name, "url": context["password_reset_url"]}
        name = template_prefix.removeprefix("account/email/")
        send_mail(email, name, words, key=f"account/{uuid.uuid4()}", language=user.language)
