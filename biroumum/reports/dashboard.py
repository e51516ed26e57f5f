"""What heads see at a glance: each service registers a panel made of its reports; the portal shows them all.

A block of the dashboard is a report, so its numbers have the same rows-function as page, mail and files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy as _

from biroumum.accounts.models import User
from biroumum.reports.periods import DAY, first_day
from biroumum.reports.registry import Params, Report, Words
from biroumum.web.kept import kept


@dataclass(frozen=True)
class Chart:
    """Columns over the rows of a report. top: what the tallest may reach; None: what the rows need."""

    label: str
    series: tuple[str, ...]
    top: int | None = None


@dataclass(frozen=True)
class Block:
    """One report on the dashboard.

    bar: the column whose numbers get a bar. rows: no more than so many, the rest is on the report's page.
    counted: the rows are numbers of all that the scope holds, kept for a minute; False for rows that name
    cases, which are read each time so that rights follow at once.
    """

    report: Report
    charts: tuple[Chart, ...] = ()
    bar: str = ""
    rows: int = 50
    counted: bool = True


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What one service shows.

    summary: a report whose rows have group, figure (label, url), value, unit, note and tone: its large numbers.
    scope: what decides which cases are counted for somebody; equal scopes, equal numbers.
    """

    title: Words
    permission: str
    scope: Callable[[User], object]
    summary: Report
    blocks: tuple[Block, ...]
    note: Words = ""


PANELS: list[Panel] = []


def register(panel: Panel) -> None:
    """Called in an app's `ready()`."""
    PANELS.append(panel)


def panels_of(user: User) -> list[Panel]:
    return [panel for panel in PANELS if user.has_perm(panel.permission)]


def rows_of(panel: Panel, params: Params) -> dict[str, list[dict[str, Any]]]:
    """Rows of every report of a panel by the report's code; counted ones are at most a minute old."""
    counted = [panel.summary, *(block.report for block in panel.blocks if block.counted)]
    numbers = kept(
        _key(panel, params),
        lambda: {report.code: [_plain(row) for row in report.rows(params)] for report in counted},
    )
    named = [block for block in panel.blocks if not block.counted]
    return numbers | {block.report.code: _first(block, params) for block in named}


def _first(block: Block, params: Params) -> list[dict[str, Any]]:
    """One more than is shown, which tells that there are more."""
    rows = block.report.rows(replace(params, limit=block.rows + 1))
    return [dict(row) for row in islice(rows, block.rows + 1)]


def _plain(row: Any) -> dict[str, Any]:
    """Without lazy texts: they are kept in the language they were asked for in."""
    return {
        key: tuple(map(_text, value)) if isinstance(value, tuple) else _text(value)
        for key, value in row.items()
    }


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Promise) else value


def _key(panel: Panel, params: Params) -> str:
    parts = (panel.summary.code, panel.scope(params.user), params.since, params.until, get_language())
    return "dashboard:" + hashlib.sha256(repr(parts).encode()).hexdigest()


SPANS: dict[str, Words] = {
    "bulan": _("Bulan ini"),
    "bulan-lalu": _("Bulan lalu"),
    "triwulan": _("Triwulan ini"),
    "tahun": _("Tahun ini"),
}


def span(code: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days a choice stands for, half-open; an unknown choice is this month."""
    month, until = first_day("month", today), today + DAY
    match code:
        case "bulan-lalu":
            return first_day("month", month - DAY), month
        case "triwulan":
            return month.replace(month=(month.month - 1) // 3 * 3 + 1), until
        case "tahun":
            return month.replace(month=1), until
    return month, until
