"""What to read of mail and messages."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from biroumum.accounts.models import User
from biroumum.notifications.models import Delivery, Message, Notification
from biroumum.web.statements import Rows

Mails = QuerySet[Message]


def unread_count(user: User) -> int:
    """How many lines in the inbox are unread, counted no further than 100."""
    return len(_unread(user.pk))


def _rows_unread(user: int) -> QuerySet[Any, Any]:
    return Notification.objects.filter(user=user, read_at=None).values_list("pk")[:100]


_unread = Rows(_rows_unread, -1)


def inbox(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user)


def outbox(state: str = "") -> Mails:
    """Mails of a state with the server's last words; without one: those given up or tried in vain so far."""
    trouble = Q(state=Message.State.FAILED) | Q(state=Message.State.PENDING, attempts__gt=0)
    chosen = Q(state=state) if state in Message.State.values else trouble
    last = Delivery.objects.filter(message=OuterRef("pk")).order_by("-pk")
    return outbox_all().filter(chosen).annotate(last_reply=Subquery(last.values("reply")[:1]))


def outbox_all() -> Mails:
    """Without their texts, which are nobody's but the reader's."""
    return Message.objects.defer("text", "html")


def failed() -> Mails:
    return outbox_all().filter(state=Message.State.FAILED)
