"""The rows of a report's table, drawn by Python: a dashboard has three hundred cells."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import conditional_escape as esc
from django.utils.safestring import SafeString, mark_safe

from biroumum.reports.cells import Cell
from biroumum.reports.registry import Column
from biroumum.web.templatetags.web import status

register = template.Library()
SHORT = 12  # letters; so short a name of a row stays on one line


@register.simple_tag
def report_rows(
    columns: Iterable[Column], rows: Iterable[list[Cell]], bars: Mapping[str, int] | None = None
) -> SafeString:
    """The first cell names its row. bars: key of the column that has bars, and what a full one stands for."""
    tags = [f'<td data-label="{esc(str(column.label))}"{_class(column.kind)}>' for column in columns]
    body = "".join(
        f"<tr>{_name(first)}"
        + "".join(
            f"{tag}{_content(cell)}{_bar(bars, cell) if bars else ''}</td>"
            for tag, cell in zip(tags[1:], others, strict=True)
        )
        + "</tr>\n"
        for first, *others in rows
    )
    return mark_safe(body)  # noqa: S308 - each part was escaped as it came in


def _class(kind: str) -> str:
    return "" if kind == "text" else ' class="num nowrap"' if kind == "number" else ' class="nowrap"'


def _name(cell: Cell) -> str:
    short = cell.column.kind == "link" or len(cell.text) < SHORT
    return f'<th scope="row"{_class("link") if short else ""}>{_content(cell)}</th>'


def _content(cell: Cell) -> str:
    if cell.column.kind == "state" and cell.text:
        return status(cell.text, cell.tone)
    return f'<a href="{esc(cell.url)}">{esc(cell.text)}</a>' if cell.url else esc(cell.text) or "–"


def _bar(bars: Mapping[str, int], cell: Cell) -> str:
    """A bar under a number; the number itself is what is read aloud."""
    full = bars.get(cell.column.key)
    if not full or not cell.number:
        return ""
    return (
        '<svg class="tiny" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="rest" width="100" height="6"/><rect width="{min(100, round(100 * cell.number / full))}" '
        'height="6"/></svg>'
    )
