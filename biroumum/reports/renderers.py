"""One report as CSV, XLSX and PDF. Nothing a person wrote can become a formula in any of them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _, ngettext

from biroumum.documents import pdf
from biroumum.reports.cells import Number, Part, Row, bare, plain, table
from biroumum.reports.registry import Column, Params

Columns = tuple[Column, ...]
Sheet = tuple[str, Columns, Iterable[Row]]
WIDTHS = {"number": 13, "date": 13, "datetime": 18, "state": 20, "link": 24}  # characters; others 28
WIDE = 3.5  # of a column of words in a PDF, where one of numbers has 2
PDF_ROWS = 1000  # about thirty pages; more is a matter for XLSX
XLSX_TEXT = 32_767  # characters in a cell, a limit of the format
XLSX_ROWS = 1_048_574  # of a sheet, likewise; without its head and the sentence that there are more
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "|", "%")


class _Line:
    """A file for csv.writer that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Columns, rows: Iterable[Row], *, mark: bool = True) -> Iterator[str]:
    """RFC 4180 in UTF-8, line by line.

    It begins with a byte order mark, without which Excel reads UTF-8 as something else; `mark=False` leaves it
    out. Dates are ISO 8601 and numbers plain, for programs; for reading in Excel there is XLSX. A text that a
    spreadsheet would take for a formula gets an apostrophe in front.
    """
    writer = csv.writer(_Line())
    yield ("\ufeff" if mark else "") + writer.writerow([str(column.label) for column in columns])
    for row in rows:
        yield writer.writerow([_csv_value(column, row.get(column.key)) for column in columns])


def _csv_value(column: Column, value: Any) -> str:
    value = bare(column, value)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, (dt.date, *Number.__args__)):
        return str(value)
    text = plain(column, value)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) else text


def write_xlsx(out: IO[bytes], title: str, columns: Columns, rows: Iterable[Row], period: str = "") -> None:
    """A workbook with one sheet; see `write_book`."""
    _write_sheets(out, title, [(title, columns, rows)], period)


def write_book(out: IO[bytes], title: str, parts: Iterable[Part], period: str = "") -> None:
    """A workbook with a sheet for each part, written row by row: memory does not grow with the rows.

    Numbers and dates are real ones, times the province's; everything else is text, whatever it looks like.
    """
    _write_sheets(out, title, [(part.title, part.columns, part.rows) for part in parts], period)


def _write_sheets(out: IO[bytes], title: str, sheets: Iterable[Sheet], period: str) -> None:
    import xlsxwriter  # here, for it takes an eighth of a second and most processes never write one

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    book.set_properties({"title": title, "comments": period})
    head = book.add_format({"bold": True, "bg_color": "#0b3d66", "font_color": "#ffffff"})
    head.set_text_wrap()
    head.set_align("vcenter")
    formats = {
        "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        "whole": book.add_format({"num_format": "#,##0"}),
    }
    used: set[str] = set()
    for name, columns, rows in sheets:
        _fill(book.add_worksheet(_sheet_name(name, used)), name, period, columns, rows, head, formats)
    book.close()


def _fill(
    sheet: Any, name: str, period: str, columns: Columns, rows: Iterable[Row], head: Any, formats: Any
) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS.get(column.kind, 28))
        sheet.write_string(0, place, str(column.label), head)
    sheet.freeze_panes(1, 1)
    last = 0
    for last, row in enumerate(rows, 1):
        if last > XLSX_ROWS:
            sheet.write_string(last, 0, _("Excel tidak memuat lebih banyak baris. Unduh CSV untuk semuanya."))
            break
        for place, column in enumerate(columns):
            _write(sheet, last, place, column, row.get(column.key), formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L&B" + f"{name} · {period}".replace("&", "&&").strip(" ·"))
    sheet.set_footer("&R&P / &N")


def _sheet_name(title: str, used: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, none twice."""
    name = "".join(letter for letter in title if letter not in r"[]:*?/\\").strip("'")[:28] or "1"
    while name.lower() in used:
        name = f"{name[:28]} {len(used)}"
    used.add(name.lower())
    return name


def _write(sheet: Any, line: int, place: int, column: Column, value: Any, formats: Any) -> None:
    value = bare(column, value)
    if isinstance(value, dt.datetime):
        sheet.write_datetime(line, place, timezone.localtime(value).replace(tzinfo=None), formats["moment"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, value)
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(line, place, value, formats["whole"])
    elif isinstance(value, Number) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    elif text := plain(column, value):
        sheet.write_string(line, place, text[:XLSX_TEXT])


def to_pdf(title: str, parts: Iterable[Part], params: Params, language: str) -> bytes:
    """Figures and tables on A4 pages turned sideways, with a sentence when a table is cut short or empty."""
    data = {
        "title": title,
        "period": period_words(params),
        "parts": [_figures(part) if part.report.figures else _table(part) for part in parts],
    }
    return pdf.render("report.typ", data, language=language)


def _table(part: Part) -> dict[str, Any]:
    rows, columns = iter(part.rows), part.columns
    shown = list(table(columns, islice(rows, PDF_ROWS)))
    more = next(rows, None) is not None
    return {
        "title": part.title,
        "description": "" if part.report.heading else str(part.report.description),
        "head": [str(column.label) for column in columns],
        "rows": [[{"text": cell.text, "tone": cell.tone} for cell in row] for row in shown],
        "numeric": [place for place, column in enumerate(columns) if column.kind == "number"],
        "widths": [WIDE if column.kind in ("text", "link") else 2 for column in columns],
        "note": more_words(PDF_ROWS) if more else "" if shown else _("Tidak ada data pada masa ini."),
    }


def _figures(part: Part) -> dict[str, Any]:
    return {"title": part.title, "figures": figures(part.rows)}


def figures(rows: Iterable[Row]) -> list[dict[str, str]]:
    """Large numbers as words: value with its unit, label, note, tone, url, group."""
    shown = []
    for row in rows:
        value, unit = row["value"], str(row["unit"])
        words = "–" if value is None else number_format(value, force_grouping=True)
        label, url = row["figure"]
        shown.append(
            {
                "value": f"{words} %" if unit == "%" and value is not None else words,
                "unit": "" if unit == "%" else unit,
                "label": str(label),
                "url": url,
                **{key: str(row[key]) for key in ("group", "note", "tone")},
            }
        )
    return shown


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
