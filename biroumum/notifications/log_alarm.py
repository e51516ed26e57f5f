"""Whoever looks after the portal hears by mail when the log stands still, and once more when it goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from biroumum.accounts.queries import holders
from biroumum.audit.health import standing
from biroumum.notifications.models import Message
from biroumum.notifications.services import send_mail

ABOUT = "audit.tree/1"
STANDS, GOES_ON = "log_stands", "log_goes_on"


@transaction.atomic
def watch_log() -> None:
    """A mail for a trouble and one for its end, however often this runs. What was sent last says which is next."""
    found = standing()
    last = (
        Message.objects.filter(subject_key=ABOUT).order_by("-pk").values_list("key", flat=True).first() or ""
    )
    alarmed, _slash, rest = last.partition("/")
    since = found.late_since(timezone.now())
    if since and alarmed != STANDS:
        words = {"since": timezone.localtime(since), "waiting": found.waiting, "trouble": found.trouble}
        _tell(STANDS, f"{since.astimezone(dt.UTC):%Y%m%dT%H%M%S}", words)
    elif not since and alarmed == STANDS:
        _tell(GOES_ON, rest.partition("/")[0], {})


def standstills() -> list[tuple[dt.datetime, dt.datetime | None]]:
    """Since when and until when the log stood still for over five minutes, as far as somebody was told; 1 statement."""
    found: dict[str, tuple[dt.datetime, dt.datetime | None]] = {}
    for key, at in Message.objects.filter(subject_key=ABOUT).order_by("pk").values_list("key", "created_at"):
        alarm, since, _who = key.split("/")
        if alarm == STANDS:
            began = dt.datetime.strptime(since, "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
            found.setdefault(since, (began, None))
        elif since in found:
            found[since] = (found[since][0], at)
    return list(found.values())


def sample() -> dict[str, Any]:
    at = dt.datetime(2026, 3, 9, 8, 5, tzinfo=timezone.get_current_timezone())
    return {
        "since": at,
        "waiting": 147,
        "trouble": "/data/transparansi cannot be written: No space left on device.",
    }


def _tell(template: str, trouble: str, words: Mapping[str, Any]) -> None:
    for user in holders("notifications.view_outbox"):
        key = f"{template}/{trouble}/{user.pk}"
        send_mail(user.email, template, words, key=key, subject_key=ABOUT, language=user.language)
