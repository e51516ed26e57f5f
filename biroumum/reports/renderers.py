"""One report as CSV, XLSX and PDF. Nothing a person wrote can become a formula in any of them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from biroumum.documents import pdf
from biroumum.reports.cells import Number, Row, plain, table
from biroumum.reports.registry import Column, Params, Report

Columns = tuple[Column, ...]
PDF_ROWS = 1000  # about thirty pages; more is a matter for XLSX
XLSX_TEXT = 32_767  # characters in a cell, a limit of the format
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "|", "%")


class _Line:
    """A file for csv.writer that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Columns, rows: Iterable[Row]) -> Iterator[str]:
    """RFC 4180 in UTF-8, line by line.

    It begins with a byte order mark, without which Excel reads UTF-8 as something else. Dates are ISO 8601
    and numbers plain, for programs; for reading in Excel there is XLSX. A text that a spreadsheet would
    take for a formula gets an apostrophe in front.
    """
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([str(column.label) for column in columns])
    for row in rows:
        yield writer.writerow([_csv_value(column, row.get(column.key)) for column in columns])


def _csv_value(column: Column, value: Any) -> str:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, (dt.date, *Number.__args__)):
        return str(value)
    text = plain(column, value)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) else text


def write_xlsx(out: IO[bytes], title: str, columns: Columns, rows: Iterable[Row]) -> None:
    """A workbook with one sheet, written row by row: memory does not grow with the rows.

    Numbers and dates are real ones, times the province's; everything else is text, whatever it looks like.
    """
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    book.set_properties({"title": title})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bg_color": "#e6f0fa", "bottom": 1})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, 12 if column.kind in ("number", "date") else 28 if column.kind == "text" else 18
        )
        sheet.write_string(0, place, str(column.label), head)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            _write(sheet, last, place, column, row.get(column.key), moment)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()


def _write(sheet: Any, line: int, place: int, column: Column, value: Any, moment: Any) -> None:
    if isinstance(value, dt.datetime):
        sheet.write_datetime(line, place, timezone.localtime(value).replace(tzinfo=None), moment)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, value)
    elif isinstance(value, Number) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    elif text := plain(column, value):
        sheet.write_string(line, place, text[:XLSX_TEXT])


def to_pdf(report: Report, columns: Columns, rows: Iterable[Row], params: Params, language: str) -> bytes:
    """The first rows as a table on A4 pages turned sideways, with a sentence when there are more."""
    rows = iter(rows)
    shown = list(table(columns, islice(rows, PDF_ROWS)))
    more = next(rows, None) is not None
    data = {
        "title": str(report.title),
        "period": period_words(params),
        "head": [str(column.label) for column in columns],
        "rows": [[cell.text for cell in row] for row in shown],
        "numeric": [place for place, column in enumerate(columns) if column.kind == "number"],
        "widths": [3 if column.kind == "text" else 2 for column in columns],
        "note": more_words(PDF_ROWS) if more else "" if shown else _("Tidak ada data pada masa ini."),
    }
    return pdf.render("report.typ", data, language=language)


def period_words(params: Params) -> str:
    """The days a report is about, the last one included: "1 November 2026 – 24 November 2026"."""
    first, last = params.since, params.until - dt.timedelta(days=1)
    days = (date_format(day, "j F Y") for day in ([first] if first == last else [first, last]))
    return " – ".join(days)


def more_words(shown: int) -> str:
    return ngettext(
        "Hanya %(count)d baris pertama yang tampil. Unduh XLSX atau CSV untuk semuanya.",
        "Hanya %(count)d baris pertama yang tampil. Unduh XLSX atau CSV untuk semuanya.",
        shown,
    ) % {"count": shown}
