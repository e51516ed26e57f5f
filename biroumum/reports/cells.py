"""From a value of a row to what is shown, for readers (page, mail, PDF) and for files (CSV, XLSX)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format, number_format

from biroumum.notifications.rendering import visible
from biroumum.reports.registry import Column, Params, Report
from biroumum.web.templatetags.web import angka

Row = Mapping[str, Any]
Number = int | float | Decimal


class Cell(NamedTuple):
    """What a reader sees; `url` and `tone` are empty where there is nothing to follow or to colour."""

    column: Column
    text: str
    url: str = ""
    tone: str = ""
    number: Number | None = None


class Part(NamedTuple):
    """One table of a report that may have several."""

    report: Report
    columns: tuple[Column, ...]
    rows: Iterable[Row]

    @property
    def title(self) -> str:
        return str(self.report.heading or self.report.title)


def parts_of(report: Report, params: Params, rows: Iterable[Row], *, mail: bool = False) -> list[Part]:
    """The report's own rows among those of the reports shown with it, in their order."""

    def part(one: Report, rows: Iterable[Row]) -> Part:
        return Part(one, one.mail_columns if mail else one.columns, rows)

    before, after = (
        [part(one, one.rows(params)) for one in group] for group in (report.before, report.after)
    )
    return [*before, part(report, rows), *after]


def table(columns: Iterable[Column], rows: Iterable[Row]) -> Iterator[list[Cell]]:
    columns = tuple(columns)
    return ([show(column, row.get(column.key)) for column in columns] for row in rows)


def show(column: Column, value: Any) -> Cell:
    """The value in the language in force: dates in words, numbers grouped, times in the province's zone."""
    text, url, tone = plain(column, value), "", ""
    if column.kind in ("link", "number") and isinstance(value, tuple):
        url = value[1]
    elif column.kind == "state" and isinstance(value, tuple):
        tone = value[1]
    value, number = bare(column, value), None
    if column.kind == "number" and isinstance(value, Number):
        whole = isinstance(
            value, int
        )  # most are, and Django's way to write one takes longer than the rest of a cell
        text, number = angka(value) if whole else number_format(value, force_grouping=True), value
    elif isinstance(value, dt.datetime):
        text = date_format(timezone.localtime(value), "j M Y H.i")
    elif isinstance(value, dt.date):
        text = date_format(value, "j M Y")
    return Cell(column, text, url, tone, number)


def bare(column: Column, value: Any) -> Any:
    """The value without its address or tone."""
    paired = column.kind in ("link", "state", "number") and isinstance(value, tuple)
    return value[0] if paired else value


def plain(column: Column, value: Any) -> str:
    """The words of a value, without what cannot be seen; of a link or a state the words alone."""
    value = bare(column, value)
    return "" if value is None else visible(str(value))
