"""How content reporters were with the answers, by office: of the cases that ended in the days of the report.

A rating is 1 to 5; content is who gave 4 or 5. For everyone an office with one or two ratings is not named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, gettext_lazy as _

from biroumum.reports.registry import Column, Params, Report
from complaints.models import Complaint
from complaints.queries import UNIT_REPORTS
from complaints.reports.figures import ended_in

Row = dict[str, Any]
CONTENT = 4  # ours, as the next: no rule says from which rating on a reporter is content
FEW = 3  # less is not said of a name
SUMS = ("rated", "stars", "content")
COLUMNS = (
    Column("name", _("Unit")),
    Column("rated", _("Dinilai"), "number"),
    Column("mean", _("Nilai rata-rata (1–5)"), "number"),
    Column("content_share", _("Puas, nilai 4 atau 5 (%)"), "number"),
)
DESCRIPTION = _("Nilai dari pelapor yang pengaduannya berakhir dalam masa ini.")


def sums(params: Params) -> dict[str, Aggregate | Coalesce]:
    """How many were rated, with how much in all, and how many reporters were content."""
    rated = ended_in(params) & Q(rating__isnull=False)
    return {
        "rated": Count("pk", filter=rated),
        "stars": Coalesce(Sum("rating", filter=rated), 0),
        "content": Count("pk", filter=rated & Q(rating__gte=CONTENT)),
    }


def by_office(params: Params) -> Iterator[Row]:
    cases = Complaint.objects.counted_for(params.user).order_by().values("unit__name")
    rows = cases.annotate(**sums(params)).filter(rated__gt=0).order_by("unit__name")
    return (told(row, row["unit__name"] or gettext("Belum diteruskan")) for row in rows)


def for_everyone(found: Mapping[str, Any]) -> Iterator[Row]:
    """All, then offices with enough ratings, and the others together. Months kept long ago have no ratings.

    Others who are few by themselves take the smallest office in, or all less those named would tell of them.
    """
    yield _protected(told(found["whole"], gettext("Semua unit")))
    others: Counter[str] = Counter()
    named = []
    for row in found["offices"]:
        few = row["hidden"] or row.get("rated", 0) < FEW
        others.update({name: row.get(name, 0) for name in SUMS if few})
        named += [] if few else [row]
    if named and 0 < others["rated"] < FEW:
        smallest = min(named, key=lambda row: row["rated"])
        named.remove(smallest)
        others.update({name: smallest[name] for name in SUMS})
    yield from (told(row, row["name"] or gettext("Belum diteruskan")) for row in named)
    if others["rated"]:
        yield _protected(told(others, gettext("Unit lain bersama-sama")))


def told(row: Mapping[str, Any], name: str) -> Row:
    rated, stars, content = (row.get(each, 0) for each in SUMS)
    return {
        "name": name,
        "hidden": False,
        "rated": rated,
        "mean": round(Decimal(stars) / rated, 1) if rated else None,
        "content_share": 100 * content // rated if rated else None,
    }


def _protected(row: Row) -> Row:
    if 0 < row["rated"] < FEW:
        return row | {"rated": f"< {FEW}", "mean": None, "content_share": None}
    return row


RATINGS = Report(
    code="complaints-ratings",
    title=_("Kepuasan pelapor per unit"),
    description=DESCRIPTION,
    columns=COLUMNS,
    rows=by_office,
    permission=UNIT_REPORTS,
    period="month",
)
