"""What to read of mail and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery

from biroumum.notifications.models import Delivery, Message, Notification

if TYPE_CHECKING:
    from biroumum.accounts.models import User


def unread_count(user: User) -> int:
    """How many lines in the inbox are unread, counted no further than 100."""
    return Notification.objects.filter(user=user, read_at=None)[:100].count()


def inbox(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user)


def outbox(state: str = "") -> QuerySet[Message]:
    """Mails of a state with the server's last words; without one: those given up or tried in vain so far."""
    last = Delivery.objects.filter(message=OuterRef("pk"), outcome__in=("refused", "unreachable", "unknown"))
    trouble = Q(state=Message.State.FAILED) | Q(state=Message.State.PENDING, attempts__gt=0)
    chosen = Q(state=state) if state in Message.State.values else trouble
    return (
        Message.objects.filter(chosen)
        .defer("text", "html")
        .annotate(last_reply=Subquery(last.order_by("-pk").values("reply")[:1]))
    )
