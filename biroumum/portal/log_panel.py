"""The log on the dashboard of whoever looks after it: how much waits, and for how long."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from biroumum.audit.health import standing
from biroumum.reports.dashboard import Panel
from biroumum.reports.registry import Column, Params, Report

SEE = "audit.view_standing"


def _rows(params: Params) -> Iterator[dict[str, Any]]:
    found, now, page = standing(), timezone.now(), reverse("transparency")
    behind = int((now - min(found.oldest or now, found.seen_at)).total_seconds()) // 60
    late, entries = "bad" if found.late_since(now) else "", _("entri")
    yield _figure(_("Menunggu masuk log"), page, found.waiting, entries, late)
    yield _figure(_("Tertunda"), page, behind, _("menit"), late)
    yield _figure(_("Sudah masuk log"), page, found.signed or 0, entries)
    if found.trouble:
        yield _figure(_("Gangguan, lihat sebabnya"), reverse("readyz"), 1, "", "bad")


def _figure(label: str, url: str, value: int, unit: str, tone: str = "") -> dict[str, Any]:
    told = {"group": _("Saat ini"), "figure": (label, url), "value": value, "unit": unit}
    return told | {"note": "", "tone": tone}


PANEL = Panel(
    title=gettext_lazy("Log"),
    permission=SEE,
    scope=lambda user: "log",  # the same for everyone
    summary=Report(
        code="log-standing",
        title=gettext_lazy("Log"),
        columns=(
            Column("group", gettext_lazy("Masa")),
            Column("figure", gettext_lazy("Angka"), "link"),
            Column("value", gettext_lazy("Nilai"), "number"),
            Column("unit", gettext_lazy("Satuan")),
            Column("note", gettext_lazy("Keterangan")),
        ),
        rows=_rows,
        permission=SEE,
        figures=True,
    ),
    blocks=(),
)
