"""Columns drawn on the server: geometry for the tag `chart`. The numbers stand in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from biroumum.reports.cells import Cell, bare, table
from biroumum.reports.dashboard import Block, Chart, Panel, rows_of
from biroumum.reports.registry import Column, Params, Report, Words
from biroumum.reports.renderers import figures

WIDTH, HEIGHT = 640, 280  # units of the drawing
LEFT, TOP, BOTTOM = 92, 16, 44
PLOT = HEIGHT - TOP - BOTTOM


@dataclass(frozen=True)
class Bar:
    series: int  # counted from 1, names its colour
    x: float
    y: float
    width: float
    height: float
    said: str  # what a pointer resting on it reads


@dataclass(frozen=True)
class Drawing:
    title: str
    names: list[str]
    bars: list[Bar]
    lines: list[tuple[float, int]]  # height and number
    labels: list[tuple[float, str, bool]]  # place, word, whether it stays on a narrow screen


def draw(chart: Chart, report: Report, rows: Sequence[dict[str, Any]]) -> Drawing:
    columns = {column.key: column for column in report.columns}
    names = [str(columns[key].label) for key in chart.series]
    top, step = scale(
        max([1, *(_number(columns[key], row) for row in rows for key in chart.series)]), chart.top
    )
    slot = (WIDTH - LEFT) / max(1, len(rows))
    bar = slot * 0.72 / len(chart.series)
    bars, labels = [], []
    for place, row in enumerate(rows):
        word = str(bare(columns[chart.label], row[chart.label]))
        start = LEFT + slot * (place + 0.14)
        labels.append(
            (round(LEFT + slot * (place + 0.5), 1), word.split()[0], (len(rows) - 1 - place) % 3 == 0)
        )
        for at, key in enumerate(chart.series):
            value = _number(columns[key], row)
            height, x = round(PLOT * value / top, 1), round(start + bar * at, 1)
            said = f"{word}, {names[at]}: {value}"
            bars.append(Bar(at + 1, x, TOP + PLOT - height, round(bar * 0.92, 1), height, said))
    lines = [(round(TOP + PLOT * (1 - number / top), 1), number) for number in range(0, top + 1, step)]
    return Drawing(", ".join(names), names, bars, lines, labels)


def scale(largest: int, top: int | None = None) -> tuple[int, int]:
    """A round number at or above the largest, and the step of at most five lines up to it."""
    if top is not None:
        return top, max(1, top // 4)
    step = 1
    for factor in cycle((2, 2.5, 2)):  # 1, 2, 5, 10, 20, 50, …
        if step * 4 >= largest:
            break
        step = int(step * factor)
    return -(-largest // step) * step, step


def _number(column: Column, row: dict[str, Any]) -> int:
    return int(bare(column, row[column.key]) or 0)


@dataclass(frozen=True)
class BlockView:
    report: Report
    table: list[list[Cell]]
    charts: list[Drawing]
    bars: dict[str, int]  # key of the column with bars, and what a full one stands for
    more: bool  # the report's page has more rows


@dataclass(frozen=True)
class PanelView:
    title: Words
    note: Words
    figures: list[dict[str, str]]
    blocks: list[BlockView]


def view_of(panel: Panel, params: Params) -> PanelView:
    """A panel with its rows and drawings, ready for `reports/panel.html`."""
    rows = rows_of(panel, params)
    blocks = [block_view(block, rows[block.report.code]) for block in panel.blocks]
    return PanelView(panel.title, panel.note, figures(rows[panel.summary.code]), blocks)


def block_view(block: Block, rows: list[dict[str, Any]]) -> BlockView:
    columns = {column.key: column for column in block.report.columns}
    largest = max((_number(columns[block.bar], row) for row in rows), default=1) if block.bar else 1
    return BlockView(
        block.report,
        list(table(block.report.columns, rows[: block.rows])),
        [draw(chart, block.report, rows) for chart in block.charts] if rows else [],
        {block.bar: 100 if block.bar == "share" else largest} if block.bar else {},
        len(rows) > block.rows,
    )
