"""Numbers of the home page; the portal is the one place that knows all services."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Aggregate, Count, DurationField, F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from biroumum.audit.models import Entry
from biroumum.web.paging import count_capped
from complaints.models import Complaint
from complaints.states import ENDED

SECONDS = 60  # a public number is no older
YEAR = dt.timedelta(days=365)
CAP = 1_000_000


@dataclass(frozen=True)
class Figure:
    value: int | str
    label: str | Promise


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def public_figures() -> list[Figure]:
    """How the portal works, for anyone; a number that nothing stands behind yet is left out."""
    counts = cache.get_or_set("portal.figures", _counted, SECONDS) or {}
    shown = [
        Figure(counts["received"], _("pengaduan diterima, 12 bulan")),
        Figure(counts["on_time"], _("selesai tepat waktu, 12 bulan")),
        Figure(counts["days"], _("hari sampai jawaban pertama, median")),
        Figure(counts["steps"], _("langkah tercatat, tidak dapat diubah")),
    ]
    return [figure for figure in shown if figure.value]


def _counted() -> dict[str, int | str]:
    """On time = ended on time ÷ (ended + running and late), as in the report per office; days are calendar days."""
    now = timezone.now()
    since = now - YEAR
    ended = Q(state__in=ENDED, ended_at__gte=since)
    found: dict[str, Any] = Complaint.objects.aggregate(
        received=Count("pk", filter=Q(received_at__gte=since)),
        ended=Count("pk", filter=ended),
        on_time=Count("pk", filter=ended & Q(clock__stopped_at__lte=F("clock__due_at"))),
        answer=Median(F("first_answered_at") - F("received_at"), filter=Q(first_answered_at__gte=since)),
    )
    counted = found["ended"] + Complaint.objects.overdue(now).count()
    return {
        "received": found["received"],
        "on_time": f"{100 * found['on_time'] // counted} %" if counted else "",
        "days": max(1, round(found["answer"] / dt.timedelta(days=1))) if found["answer"] is not None else "",
        "steps": count_capped(Entry.objects.all(), CAP),
    }
