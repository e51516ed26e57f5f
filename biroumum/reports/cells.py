"""From a value of a row to what is shown, for readers (page, mail, PDF) and for files (CSV, XLSX)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format, number_format

from biroumum.notifications.rendering import visible
from biroumum.reports.registry import Column

Row = Mapping[str, Any]
Number = int | float | Decimal


class Cell(NamedTuple):
    """What a reader sees; `url` and `tone` are empty where there is nothing to follow or to colour."""

    column: Column
    text: str
    url: str = ""
    tone: str = ""


def table(columns: Iterable[Column], rows: Iterable[Row]) -> Iterator[list[Cell]]:
    columns = tuple(columns)
    return ([show(column, row.get(column.key)) for column in columns] for row in rows)


def show(column: Column, value: Any) -> Cell:
    """The value in the language in force: dates in words, numbers grouped, times in the province's zone."""
    text, url, tone = plain(column, value), "", ""
    if column.kind == "link" and isinstance(value, tuple):
        url = value[1]
    elif column.kind == "state" and isinstance(value, tuple):
        tone = value[1]
    elif column.kind == "number" and isinstance(value, Number):
        text = number_format(value, force_grouping=True)
    elif isinstance(value, dt.datetime):
        text = date_format(timezone.localtime(value), "j M Y H.i")
    elif isinstance(value, dt.date):
        text = date_format(value, "j M Y")
    return Cell(column, text, url, tone)


def plain(column: Column, value: Any) -> str:
    """The words of a value, without what cannot be seen; of a link or a state the words alone."""
    if column.kind in ("link", "state") and isinstance(value, tuple):
        value = value[0]
    return "" if value is None else visible(str(value))
