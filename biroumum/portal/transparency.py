"""What anyone may know of the log: how it stands, who watches it, and what went wrong with it."""

import json

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from biroumum.audit import keys, witnesses
from biroumum.audit.health import standing
from biroumum.audit.models import Entry
from biroumum.audit.notes import encode
from biroumum.notifications.log_alarm import standstills

SHOWN = 5  # checkpoints


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    now, origin, found = timezone.now(), keys.origin(), standing()
    late = found.late_since(now)
    context = {
        "standing": found,
        "stands": bool(found.trouble or late),
        "late": late,
        "origin": origin,
        "base": f"/transparansi/{origin.rpartition('/')[2]}",
        "checkpoints": [
            {"size": size, "at": at, "root": encode(root), "witnesses": names}
            for size, at, root, names in _rows("SELECT * FROM audit.checkpoints(%s, %s)", origin, SHOWN)
        ],
        "witnesses": witnesses.standing(),
        "wanted": witnesses.WANTED,
        "incidents": [
            {"first": first, "last": stop - 1, "count": stop - first, "why": why, "at": at}
            for first, stop, why, at in _rows("SELECT * FROM audit.recoveries()")
        ],
        "standstills": standstills(),
        "followed": [
            (at, json.loads(body))
            for at, body in Entry.objects.filter(
                subject=f"audit.log/{settings.AUDIT_LOG_NAME}", verb="log_followed"
            ).values_list("at", "body")
        ],
    }
    return render(request, "portal/transparency.html", context)


def _rows(sql: str, *values: str | int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
