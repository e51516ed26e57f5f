"""Numbers of the home page; the portal is the one place that knows all services."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from biroumum.audit.models import Entry
from biroumum.web.kept import kept
from biroumum.web.paging import count_capped
from complaints.reports import public
from complaints.reports.figures import share

CAP = 1_000_000


@dataclass(frozen=True)
class Figure:
    value: int | str
    label: str | Promise


def public_figures() -> list[Figure]:
    """How the portal works, for anyone; a number that nothing stands behind yet is left out."""
    counts = kept("portal.figures", _counted)
    shown = [
        Figure(counts["received"], _("pengaduan diterima, 12 bulan")),
        Figure(counts["on_time"], _("selesai tepat waktu, 12 bulan")),
        Figure(counts["days"], _("hari kerja sampai jawaban pertama, median")),
        Figure(counts["steps"], _("langkah tercatat, tidak dapat diubah")),
    ]
    return [figure for figure in shown if figure.value]


def _counted() -> dict[str, int | str]:
    """The first row of the public statistics, and the length of the log."""
    whole = public.whole(public.year(timezone.localdate()), timezone.now())
    on_time = share(whole["on_time"], whole["ended"], whole["late"])
    return {
        "received": whole["received"],
        "on_time": "" if on_time is None else f"{on_time} %",
        "days": "" if whole["median"] is None else str(whole["median"]),
        "steps": count_capped(Entry.objects.all(), CAP),
    }
