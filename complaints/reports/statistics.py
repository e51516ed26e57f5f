"""The numbers for everyone as tables: for the public page, its files and the monthly mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy as _

from biroumum.reports.registry import Column, Params, Report
from biroumum.worktime.models import TimeLimit
from complaints.queries import UNIT_REPORTS
from complaints.reports import ratings
from complaints.reports.figures import share
from complaints.reports.measured import MEASURED
from complaints.reports.public import COUNTS, FEW, Figures, Row, figures_of

OF_MONTHS = tuple(column for column in MEASURED if column.key != "open")


def whole(found: Figures) -> Iterator[Row]:
    yield _shown(found["whole"], gettext("Semua pengaduan"))


def offices(found: Figures) -> Iterator[Row]:
    for row in found["offices"]:
        hidden = gettext("Unit tidak disebut")
        yield _shown(row, hidden if row["hidden"] else row["name"] or gettext("Belum diteruskan"))


def categories(found: Figures) -> Iterator[Row]:
    for row in found["categories"]:
        hidden = gettext("Bidang tidak disebut")
        name = row["name"]
        yield _shown(row, hidden if row["hidden"] else gettext(name))


def months(found: Figures) -> Iterator[Row]:
    for row in found["months"]:
        hidden = gettext("Bulan tidak disebut")
        month = "" if row["hidden"] else date_format(dt.date.fromisoformat(row["name"]), "M Y")
        yield _shown(row, month or hidden)


def late(found: Figures) -> Iterator[Row]:
    """The cases that run late, without a word that tells which they are. Kept months of long ago have none."""
    for row in found.get("late", ()):
        limit = TimeLimit(name=row["limit_name"], days=row["limit_days"], unit=row["limit_unit"])
        office, sector = row["office"] or gettext("Belum diteruskan"), row["sector"]
        told = {
            "office": office,
            "sector": gettext(sector) if sector else "",
            "limit": f"{limit}, {limit.length}",
        }
        if row["secret"]:
            told |= dict.fromkeys(("office", "sector"), gettext("Tidak disebut"))
        yield {**told, "days": row["late"], "hidden": row["secret"]}


def _shown(row: Row, name: str) -> Row:
    """The row with its share; small numbers of the hidden one are not said, nor what follows from them."""
    counted = row["ended"] + row["late"]
    row = {
        key: value for key, value in row.items() if key not in ratings.SUMS
    }  # those have a table of their own
    shown = {**row, "name": name, "share": share(row["on_time"], row["ended"], row["late"])}
    if row["hidden"]:
        shown |= {key: f"< {FEW}" for key in COUNTS if 0 < row[key] < FEW}
        shown |= {"share": None} if counted < FEW else {}
        shown |= {"median": None, "p90": None} if row["answered"] < FEW else {}
    return shown


TABLES: dict[str, Callable[[Figures], Iterator[Row]]] = {
    "whole": whole,
    "offices": offices,
    "months": months,
    "categories": categories,
    "ratings": ratings.for_everyone,
    "late": late,
}


def _report(part: str, title: Any, columns: tuple[Column, ...], **more: Any) -> Report:
    return Report(
        code=f"complaints-public-{part}",
        title=title,
        columns=columns,
        rows=lambda params: TABLES[part](figures_of(params)),
        permission=UNIT_REPORTS,
        **more,
    )


WHOLE = _report("whole", _("Seluruhnya"), (Column("name", _("Kelompok")), *MEASURED))
OFFICES = _report("offices", _("Per unit"), (Column("name", _("Unit")), *MEASURED))
CATEGORIES = _report("categories", _("Per bidang"), (Column("name", _("Bidang")), *MEASURED))
MONTHS = _report(
    "months",
    _("Per bulan"),
    (Column("name", _("Bulan")), *OF_MONTHS),
    description=_(
        "Paling banyak dua belas bulan terakhir. Yang masih lewat waktu dihitung pada bulan batasnya."
    ),
)
RATINGS = _report("ratings", ratings.RATINGS.title, ratings.COLUMNS, description=ratings.DESCRIPTION)
LATE = _report(
    "late",
    _("Paling lama lewat waktu sekarang"),
    (
        Column("office", _("Unit")),
        Column("sector", _("Bidang")),
        Column("limit", _("Batas")),
        Column("days", _("Lewat (hari kerja)"), "number"),
    ),
    description=_(
        "Tanpa nomor dan isi. Pengaduan rahasia tanpa unit dan bidang, dan tidak bila hanya satu atau dua."
    ),
)
PARTS = {"whole": WHOLE, "months": MONTHS, "offices": OFFICES, "categories": CATEGORIES, "ratings": RATINGS}


def everything(params: Params) -> Iterator[Row]:
    """All tables in one, for programs."""
    found = figures_of(params)
    for part, report in PARTS.items():
        yield from ({"group": str(report.title), **row} for row in TABLES[part](found))


MONTHLY = Report(
    code="complaints-public-monthly",
    title=_("Statistik bulanan pengaduan, untuk umum"),
    description=_("Angka yang juga dapat diunduh siapa pun. Bulan yang sudah lewat tidak berubah lagi."),
    columns=OFFICES.columns,
    rows=OFFICES.rows,
    permission=UNIT_REPORTS,
    period="month",
    crontab="0 7 1 * *",
    empty_mail=True,
    heading=OFFICES.title,
    before=(WHOLE,),
    after=(CATEGORIES, MONTHS, RATINGS),
)
ALL = Report(
    code="complaints-public",
    title=_("Statistik pengaduan"),
    columns=(Column("group", _("Tabel")), Column("name", _("Kelompok")), *MEASURED, *ratings.COLUMNS[1:]),
    rows=everything,
    permission=UNIT_REPORTS,
)
