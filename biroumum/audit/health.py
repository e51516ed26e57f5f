"""How the log stands: for /readyz, the alarm, and the dashboard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from biroumum.audit import keys

LATE = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Standing:
    """The row of `audit.standing`.

    `waiting`: entries no checkpoint covers; `oldest`: since when the first of them waits, or the trouble lasts.
    """

    size: int
    signed: int | None
    signed_at: dt.datetime | None
    note: str | None
    waiting: int
    oldest: dt.datetime | None
    seen_at: dt.datetime
    trouble: str

    def late_since(self, now: dt.datetime) -> dt.datetime | None:
        """Since when entries wait, trouble lasts or the sequencer is unseen, if for over five minutes; else None."""
        since = min(self.oldest or now, self.seen_at)
        return since if now - since > LATE else None


def standing() -> Standing:
    """Raises KeyTrouble for a name of the log that is none. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit.standing(%s)", [keys.origin()])
        return Standing(*cursor.fetchone())


def log_trouble() -> str | None:
    """For /readyz, which everyone may read: the sequencer's own words name folders, so they stay in its log."""
    found = standing()
    if found.trouble:
        return "nothing new is signed: audit_sequencer says why in its own log"
    if since := found.late_since(timezone.now()):
        return f"nothing of what was written since {since:%Y-%m-%d %H:%M} UTC is signed: does audit_sequencer run?"
    return None
