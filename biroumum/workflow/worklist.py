"""What waits for a person, gathered from every app: each registers a source, the portal shows the sum."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from django.utils.safestring import SafeString

from biroumum.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    due_at: dt.datetime | None
    number: str
    title: str
    url: str
    action_label: str
    service: str
    note: str = ""  # why it matters now, as that a deadline was told to those above
    tone: Literal["", "ok", "warn", "bad"] = ""


class Figure(TypedDict):
    """A number beside the work list, with the list it counts."""

    value: int
    url: str
    label: str


Source = Callable[[User], Iterable[WorkItem]]
Figures = Callable[[User, dt.datetime], list[Figure]]
Tables = Callable[[User, dt.datetime], list[SafeString]]
_sources: list[Source] = []
_figures: list[Figures] = []
_tables: list[Tables] = []
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


def register(source: Source, *, figures: Figures | None = None, tables: Tables | None = None) -> None:
    """Called in an app's `ready()`; a source yields its most urgent items, no more than a page shows."""
    _sources.append(source)
    if figures is not None:
        _figures.append(figures)
    if tables is not None:
        _tables.append(tables)


def figures_of(user: User, now: dt.datetime) -> list[Figure]:
    """The numbers of every app this person works in; an app gives at most three, and none to strangers."""
    return [figure for figures in _figures for figure in figures(user, now)]


def tables_of(user: User, now: dt.datetime) -> list[SafeString]:
    """What every app tells of the offices this person leads, drawn by `web.tables`; nothing for who leads none."""
    return [table for tables in _tables for table in tables(user, now)]


def work_of(user: User, limit: int = 50) -> list[WorkItem]:
    """The most urgent first, which puts the overdue on top; what has no due date comes last."""
    items = [item for source in _sources for item in source(user)]
    return sorted(items, key=lambda item: (item.due_at or _LAST, item.number))[:limit]
