"""Rows of a report's table and its drawings, made by Python: a dashboard has three hundred cells and forty columns."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from biroumum.reports.cells import Cell
from biroumum.reports.charts import HEIGHT, LEFT, WIDTH, Drawing
from biroumum.reports.registry import Column
from biroumum.web.tables import esc
from biroumum.web.templatetags.web import angka, status

register = template.Library()
WIDE = ' class="wide"'  # not shown on a phone
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


@register.simple_tag
def chart(drawing: Drawing) -> SafeString:
    names = "".join(
        f'<span class="key s{place}">{esc(name)}</span>' for place, name in enumerate(drawing.names, 1)
    )
    said = gettext("Grafik: %(title)s. Angkanya ada dalam tabel di bawah.") % {"title": drawing.title}
    lines = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y}" y2="{y}"/>'
        f'<text x="{LEFT - 10}" y="{y}" dy=".35em" text-anchor="end">{angka(number)}</text>'
        for y, number in drawing.lines
    )
    bars = "".join(
        f'<rect class="s{bar.series}" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}" rx="2">'
        f"<title>{esc(bar.said)}</title></rect>"
        for bar in drawing.bars
    )
    labels = "".join(
        f'<text x="{x}" y="{HEIGHT - 18}" text-anchor="middle"{"" if kept else WIDE}>{esc(word)}</text>'
        for x, word, kept in drawing.labels
    )
    html = (
        f'<figure class="chart"><figcaption>{names}</figcaption>\n'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{esc(said)}">\n'
        f"{lines}\n{bars}\n{labels}\n</svg></figure>"
    )
    return mark_safe(html)  # noqa: S308 - likewise


def _class(kind: str) -> str:
    return "" if kind == "text" else ' class="num nowrap"' if kind == "number" else ' class="nowrap"'


def _name(cell: Cell) -> str:
    short = cell.column.kind == "link" or len(cell.text) < SHORT
    return f'<th scope="row"{_class("link") if short else ""}>{_content(cell)}</th>'


def _content(cell: Cell) -> str:
    if cell.column.kind == "state" and cell.text:
        return status(cell.text, cell.tone)
    text = esc(cell.text) if cell.number is None else cell.text  # digits need no escaping
    return f'<a href="{esc(cell.url)}">{text}</a>' if cell.url else text or "–"


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
