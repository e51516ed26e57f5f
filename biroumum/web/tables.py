"""The table of a list, drawn by Python: fifty rows through a template cost more than all else of their page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Column:
    """A heading and what stands below it: text, which is escaped, or HTML made by `markup` or `format_html`."""

    label: str | Promise
    cell: Callable[[Any], Any]
    told: bool = True  # on a phone, where there are no headings, the label stands beside the cell
    number: bool = False  # stands to the right


def esc(part: Any) -> str:
    """Django's `conditional_escape` of text in hand; its guard for lazy text costs more than the escaping."""
    return part.__html__() if hasattr(part, "__html__") else escape(str(part))


def markup(line: str, *parts: Any) -> SafeString:
    """Django's `format_html`, with `esc`."""
    return mark_safe(line.format(*map(esc, parts)))  # noqa: S308 - each part is escaped


def table(caption: Any, columns: Sequence[Column], rows: Iterable[Any]) -> SafeString:
    """The first column names the row."""
    labels = [esc(str(column.label)) for column in columns]
    right = [' class="num"' if column.number else "" for column in columns]
    head = "".join(f'<th scope="col"{num}>{label}</th>' for label, num in zip(labels, right, strict=True))
    first, others = columns[0].cell, columns[1:]
    cells = [
        (f'<td data-label="{label}"{num}>' if column.told else f"<td{num}>", column.cell)
        for column, label, num in zip(others, labels[1:], right[1:], strict=True)
    ]
    body = "".join(
        f'<tr><th scope="row">{esc(first(row))}</th>'
        + "".join(f"{tag}{esc(cell(row))}</td>" for tag, cell in cells)
        + "</tr>"
        for row in rows
    )
    html = f"<table><caption>{esc(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return mark_safe(html)  # noqa: S308 - each part was escaped as it came in
