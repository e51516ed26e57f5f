"""What /readyz asks of mail and of the background."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min, Q
from django.utils import timezone

from biroumum.notifications.models import Heartbeat, Message

# A mail in its backoff is not late, one that is due and lies is.
LATE = dt.timedelta(minutes=10)
SILENT = dt.timedelta(minutes=3)


def outbox_age() -> str | None:
    now = timezone.now()
    waiting = Q(state=Message.State.PENDING) | Q(state=Message.State.SENDING, lease_until__lte=now)
    oldest = Message.objects.filter(waiting).aggregate(at=Min("next_attempt_at"))["at"]
    if oldest is None or now - oldest < LATE:
        return None
    return f"mail due since {oldest:%Y-%m-%d %H:%M} UTC has not left"


def worker_heartbeat() -> str | None:
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None:
        return "no worker has shown itself yet"
    return (
        None
        if timezone.now() - beat.at < SILENT
        else f"last sign of a worker at {beat.at:%Y-%m-%d %H:%M} UTC"
    )
