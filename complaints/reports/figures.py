"""Numbers of complaints: one set of measures, counted over everything, by office, by category and by month.

On time = ended on time ÷ (ended + still running and late), so that a case nobody answers cannot better the share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Expression, F, Q, QuerySet, Value
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from biroumum.accounts.models import User
from biroumum.accounts.queries import units_where
from biroumum.reports.registry import Params
from biroumum.worktime.measures import Percentile, working_days
from biroumum.worktime.queries import holidays_since, horizon, moment
from complaints.models import Complaint
from complaints.queries import (
    ALL_REPORTS,
    PUNCTUAL,
    UNIT_REPORTS,
    ComplaintQuerySet,
    due_between,
    late,
)
from complaints.states import ENDED

Row = dict[str, Any]
MONTHS = 12


def measures(params: Params, now: dt.datetime) -> dict[str, Any]:
    """What is counted of any set of cases: how they stand now, and what happened in the days of the report."""
    answered = within("first_answered_at", params)
    holidays = holidays_since(dt.date.min)
    return {
        "open": Count("pk", filter=~Q(state__in=ENDED)),
        "soon": Count("pk", filter=due_between(now, horizon(now, holidays))),
        "late": Count("pk", filter=late(now)),
        "received": Count("pk", filter=within("received_at", params)),
        "answered": Count("pk", filter=answered),
        "ended": Count("pk", filter=ended_in(params)),
        "on_time": Count("pk", filter=ended_in(params) & PUNCTUAL),
        "median": Percentile(wait(holidays), 0.5, filter=answered),
        "p90": Percentile(wait(holidays), 0.9, filter=answered),
    }


def wait(holidays: frozenset[dt.date] | None = None) -> Expression:
    """Working days to the first answer."""
    days_off = holidays_since(dt.date.min) if holidays is None else holidays
    return working_days("received_at", "first_answered_at", days_off)


def share(on_time: int, ended: int, late: int) -> int | None:
    """The honest share in whole per cent, rounded down: 99,9 % is not all. None where nothing is counted yet."""
    return 100 * on_time // (ended + late) if ended + late else None


class Figure(NamedTuple):
    label: str
    value: Any
    unit: str
    url: str
    note: str = ""
    tone: str = ""


def summary(params: Params) -> Iterator[Row]:
    """One row for each figure, with the list it counts."""
    found = Complaint.objects.counted_for(params.user).aggregate(**measures(params, timezone.now()))
    to = _Lists(params)
    for group, figures in ((_("Saat ini"), _at_present), (_("Dalam masa ini"), _in_these_days)):
        for figure in figures(found, to):
            yield {
                "group": group,
                "figure": (figure.label, figure.url),
                "value": figure.value,
                "unit": figure.unit,
                "note": figure.note,
                "tone": figure.tone if figure.value else "",
            }


def _at_present(found: Row, to: _Lists) -> Iterator[Figure]:
    cases = _("pengaduan")
    yield Figure(_("Berjalan"), found["open"], cases, to(progress="open"))
    yield Figure(_("Jatuh tempo ≤ 2 hari kerja"), found["soon"], cases, to(progress="soon"), tone="warn")
    yield Figure(_("Lewat waktu"), found["late"], cases, to(progress="late"), tone="bad")


def _in_these_days(found: Row, to: _Lists) -> Iterator[Figure]:
    cases, days = _("pengaduan"), _("hari kerja")
    first_answers = to.dated("first_answered_at")
    yield Figure(_("Diterima"), found["received"], cases, to.dated())
    yield Figure(_("Ditanggapi"), found["answered"], cases, first_answers)
    on_time = share(found["on_time"], found["ended"], found["late"])
    part = _("%(part)s dari %(all)s: selesai tepat waktu dibagi yang selesai dan yang lewat waktu")
    counted = {"part": found["on_time"], "all": found["ended"] + found["late"]}
    note = part % counted if counted["all"] else ""
    yield Figure(_("Tepat waktu"), on_time, "%", to.dated("ended_at", progress="punctual"), note)
    half, most = _("setengahnya dijawab dalam waktu ini"), _("sembilan dari sepuluh dijawab dalam waktu ini")
    yield Figure(_("Jawaban pertama, median"), found["median"], days, first_answers, half)
    yield Figure(_("Jawaban pertama, 90 persen"), found["p90"], days, first_answers, most)


def by_office(params: Params) -> Iterator[Row]:
    return _grouped(params, name="unit__name", key="unit_id", field="unit")


def standing(user: User, now: dt.datetime) -> list[Row]:
    """Running, soon due and late cases of each office that has some, of those this person leads; in one statement."""
    horizon_now, today = horizon(now), timezone.localdate(now)
    to = _Lists(Params(user, today, today))
    rows = (
        Complaint.objects.counted_for(user)
        .open()
        .order_by()
        .values(group=F("unit__name"), key=F("unit_id"))
        .annotate(
            open=Count("pk"),
            soon=Count("pk", filter=due_between(now, horizon_now)),
            late=Count("pk", filter=late(now)),
        )
        .order_by("group")
    )
    return [
        {
            "name": row["group"] or _("Belum diteruskan"),
            **{
                progress: (row[progress], to(progress=progress, unit=row["key"] or "belum"))
                for progress in ("open", "soon", "late")
            },
        }
        for row in rows
    ]


def by_category(params: Params) -> Iterator[Row]:
    """The category most complained about first."""
    rows = _grouped(params, name="category__name", key="category_id", field="category")
    return iter(sorted(rows, key=lambda row: (-row["received"][0], row["name"][0])))


def _grouped(params: Params, *, name: str, key: str, field: str) -> Iterator[Row]:
    to = _Lists(params)
    rows: Iterable[Row] = (
        Complaint.objects.counted_for(params.user)
        .order_by()
        .values(group=F(name), key=F(key))
        .annotate(**measures(params, timezone.now()))
        .order_by("group")
    )
    for row in rows:
        if not any(row[name] for name in ("open", "received", "answered", "ended")):
            continue  # nothing to tell of these days
        group, only = row["group"], {field: row["key"] or "belum"}
        yield {
            **row,
            "name": (_(group) if group else _("Belum diteruskan"), to(**only)),
            "open": (row["open"], to(progress="open", **only)),
            "late": (row["late"], to(progress="late", **only)),
            "received": (row["received"], to.dated(**only)),
            "ended": (row["ended"], to.dated("ended_at", progress="ended", **only)),
            "on_time": (row["on_time"], to.dated("ended_at", progress="punctual", **only)),
            "share": share(row["on_time"], row["ended"], row["late"]),
        }


def by_month(params: Params) -> Iterator[Row]:
    """The twelve months that end with the last day of the report; all of them, also those without a case.

    A case that runs late is counted in the month its deadline fell in.
    """
    months, cases = last_months(params.until), Complaint.objects.counted_for(params.user)
    counted = counts_of_months(cases, months[0], params.until, timezone.now())
    found = {(row["what"], row["month"]): row["n"] for row in counted}
    to = _Lists(params)
    for first, following in zip(months, [*months[1:], month_after(months[-1])], strict=True):
        count = {
            name: found.get((name, first), 0) for name in ("received", "answered", "ended", "on_time", "late")
        }
        days = {"after": first, "before": following - dt.timedelta(days=1)}
        yield {
            "month": date_format(first, "M Y"),
            "received": (count["received"], to(**days)),
            "answered": (count["answered"], to(dated="first_answered_at", **days)),
            "ended": (count["ended"], to(dated="ended_at", progress="ended", **days)),
            "late": count["late"],
            "on_time": count["on_time"],
            "share": share(count["on_time"], count["ended"], count["late"]),
        }


def counts_of_months(
    cases: ComplaintQuerySet, since: dt.date, until: dt.date, now: dt.datetime, *by: str
) -> list[Row]:
    """How many of what in which month, in one statement: what, month, n, and the columns `by`."""
    start, end = moment(since), moment(until)

    def counted(what: str, rows: QuerySet[Any], column: str) -> QuerySet[Any, Any]:
        rows = rows.filter(**{f"{column}__gte": start, f"{column}__lt": end}).order_by()
        return rows.values(*by, what=Value(what), month=TruncMonth(column)).annotate(n=Count("pk"))

    parts = [
        counted("received", cases, "received_at"),
        counted("answered", cases, "first_answered_at"),
        counted("ended", cases.filter(state__in=ENDED), "ended_at"),
        counted("on_time", cases.filter(PUNCTUAL), "ended_at"),
        counted("late", cases.overdue(now), "clock__due_at"),
    ]
    rows = parts[0].union(*parts[1:], all=True)
    return [{**row, "month": timezone.localdate(row["month"])} for row in rows]


def last_months(until: dt.date) -> list[dt.date]:
    """The first days of the twelve months whose last one holds the day before `until`."""
    months = [(until - dt.timedelta(days=1)).replace(day=1)]
    while len(months) < MONTHS:
        months.insert(0, (months[0] - dt.timedelta(days=1)).replace(day=1))
    return months


def month_after(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


def within(column: str, params: Params) -> Q:
    return Q(**{f"{column}__gte": moment(params.since), f"{column}__lt": moment(params.until)})


def ended_in(params: Params) -> Q:
    return Q(state__in=ENDED) & within("ended_at", params)


class _Lists:
    """Addresses of the staff list, held to the offices the reader answers for."""

    def __init__(self, params: Params) -> None:
        self.days = {"after": params.since, "before": params.until - dt.timedelta(days=1)}
        everything = params.user.has_perm(ALL_REPORTS)
        self.own = [] if everything else sorted(units_where(params.user, UNIT_REPORTS))
        self.address = reverse("complaints:list")

    def __call__(self, **fields: Any) -> str:
        values = {"unit": self.own} if self.own else {}
        return f"{self.address}?{urlencode({**values, **fields}, doseq=True)}"

    def dated(self, column: str = "", **fields: Any) -> str:
        """The same, in the days of the report: received in them, or another column's."""
        return self(**({"dated": column} if column else {}), **self.days, **fields)
