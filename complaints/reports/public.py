"""Numbers for everyone: the office's own measures, and none that tells of one or two secret cases.

Secret are the confidential ones, and those that accuse someone: there are people in the office who must not know of
them. A row that would count one or two in any of its numbers counts none: they stand in a last row, which names no
office, sector or month. Whoever knows all other cases of an office learns nothing of these. Of whistle-blowing nothing
is counted at all.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import dropwhile
from typing import Any

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from biroumum.accounts.models import User
from biroumum.reports.registry import Params
from biroumum.web.kept import kept
from biroumum.worktime.calendar import working_days_between
from biroumum.worktime.queries import holidays_since
from complaints.models import Complaint, MonthlyFigures
from complaints.reports import ratings
from complaints.reports.figures import counts_of_months, last_months, measures, wait, within
from complaints.reports.ratings import FEW
from complaints.states import Visibility

Row = dict[str, Any]
Figures = dict[str, Any]
Key = tuple[bool, str | None]  # hidden, name
LISTED = 20  # of those that run late
COUNTS = ("received", "answered", "open", "late", "ended", "on_time")
SUMMED = (*COUNTS, *ratings.SUMS)
SECRET = Case(
    When(
        Q(visibility=Visibility.CONFIDENTIAL)
        | Q(accused_unit__isnull=False)
        | Q(accused_officer__isnull=False),
        then=True,
    ),
    default=False,
)
ANYONE = User()  # no account: it has no right at all


def days(since: dt.date, until: dt.date) -> Params:
    return Params(ANYONE, since, until)


def year(today: dt.date) -> Params:
    """The running month and the eleven before it."""
    until = today + dt.timedelta(days=1)
    return days(last_months(until)[0], until)


def figures_of(params: Params) -> Figures:
    """Of a month that is over those once kept; else at most a minute old."""
    if last_months(params.until)[-1] == params.since and params.until.day == 1:
        month = MonthlyFigures.objects.filter(month=params.since).first()
        if month is not None:
            return month.figures  # type: ignore[no-any-return]
    key = f"complaints.statistics:{params.since}:{params.until}"
    return kept(key, lambda: count(params, timezone.now()))


def whole(params: Params, now: dt.datetime) -> Row:
    """All cases as one row, secret ones included."""
    found = measures(params, now)
    counted = Complaint.objects.for_reports().aggregate(
        **{name: found[name] for name in (*COUNTS, "median", "p90")}, **ratings.sums(params)
    )
    return counted | {"name": None, "hidden": False}


def count(params: Params, now: dt.datetime) -> Figures:
    """JSON-able, in no language: the row `whole`, and rows with a name under `offices`, `categories` and `months`;
    under `late` a row for each of the cases that run late, the longest first.

    The name is None where no office has the case yet; of a month it is its first day. The last row may be `hidden`.
    """
    cells = _cells(Complaint.objects.for_reports(), params, now)
    waits = _waits(Complaint.objects.for_reports(), params)
    offices, categories = (_table(cells, waits, name) for name in ("office", "sector"))
    return {
        "at": now.isoformat(),
        "whole": whole(params, now),
        "offices": offices,
        "categories": sorted(categories, key=lambda row: (row["hidden"], -row["received"])),
        "months": _months(params, now),
        "late": _late(now),
    }


def _cells(cases: Any, params: Params, now: dt.datetime) -> list[Row]:
    """How many of what, by office, category and whether it is secret."""
    found = measures(params, now)
    groups = cases.order_by().values(secret=SECRET, office=F("unit__name"), sector=F("category__name"))
    return list(groups.annotate(**{name: found[name] for name in COUNTS}, **ratings.sums(params)))


def _waits(cases: Any, params: Params) -> list[Row]:
    """How many first answers came after how many working days, by the same and by month."""
    answered = cases.filter(within("first_answered_at", params)).order_by()
    groups = answered.values(secret=SECRET, wait=wait(), office=F("unit__name"), sector=F("category__name"))
    return list(groups.annotate(n=Count("pk")))


def _months(params: Params, now: dt.datetime) -> list[Row]:
    """The twelve months that end with the last day, from the first that has something to tell."""
    months, cases = last_months(params.until), Complaint.objects.for_reports()
    counted = counts_of_months(cases.annotate(secret=SECRET), months[0], params.until, now, "secret")
    cells = [{**row, row["what"]: row["n"], "month": row["month"].isoformat()} for row in counted]
    answered = cases.filter(within("first_answered_at", days(months[0], params.until))).order_by()
    groups = answered.values(secret=SECRET, wait=wait(), month=TruncMonth("first_answered_at"))
    waits = [
        {**row, "month": timezone.localdate(row["month"]).isoformat()}
        for row in groups.annotate(n=Count("pk"))
    ]
    told = _table(cells, waits, "month", [month.isoformat() for month in months])
    return list(dropwhile(lambda row: not any(row[count] for count in COUNTS), told))


def _late(now: dt.datetime) -> list[Row]:
    """Of a case past its deadline the office, the sector, the limit and by how many working days; of a secret one
    no office and no sector, and one or two of them are not listed at all."""
    cases = Complaint.objects.for_reports().overdue(now).annotate(secret=SECRET)
    told = {"due": "clock__due_at", "office": "unit__name", "sector": "category__name"}
    limit = {f"limit_{name}": f"clock__limit__{name}" for name in ("name", "days", "unit")}
    columns = {name: F(path) for name, path in (told | limit).items()}
    rows = cases.order_by("clock__due_at", "pk").values("secret", **columns)
    found = list(rows[:LISTED])
    if 0 < sum(row["secret"] for row in found) < FEW:
        found = list(rows.filter(secret=False)[:LISTED])
    holidays = holidays_since(timezone.localdate(found[0]["due"])) if found else frozenset()
    for row in found:
        row["late"] = working_days_between(
            timezone.localdate(row.pop("due")), timezone.localdate(now), holidays
        )
        if row["secret"]:
            row["office"], row["sector"] = None, ""
    return found


def _table(cells: list[Row], waits: list[Row], name: str, always: Sequence[str | None] = ()) -> list[Row]:
    """One row for each name, in its order and the hidden one last; `always` have theirs even without a case."""
    shy = _shy(cells, name)

    def place(row: Row) -> Key:
        hidden = row["secret"] and row[name] in shy
        return hidden, None if hidden else row[name]

    counts: defaultdict[Key, Counter[str]] = defaultdict(Counter, {(False, one): Counter() for one in always})
    for row in cells:
        counts[place(row)].update({key: row.get(key, 0) for key in SUMMED})
    took: defaultdict[Key, Counter[int]] = defaultdict(Counter)
    for row in waits:
        took[place(row)][row["wait"]] += row["n"]
    return [
        {
            "name": key[1],
            "hidden": key[0],
            **{count: counts[key][count] for count in SUMMED},
            "median": percentile(took[key], 0.5),
            "p90": percentile(took[key], 0.9),
        }
        for key in sorted(counts, key=lambda key: (key[0], key[1] is None, key[1]))
        if any(counts[key].values()) or key[1] in always
    ]


def _shy(cells: list[Row], name: str) -> set[str | None]:
    """Names with one or two secret cases in any number."""
    secret: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for row in cells:
        if row["secret"]:
            secret[row[name]].update({key: row.get(key, 0) for key in (*COUNTS, "rated", "content")})
    return {one for one, found in secret.items() if any(0 < number < FEW for number in found.values())}


def percentile(found: Counter[int], share: float) -> int | None:
    """As the database's percentile_disc: the smallest value that this share of all does not exceed."""
    left = math.ceil(share * found.total())
    for value in sorted(found):
        left -= found[value]
        if left <= 0:
            return value
    return None
