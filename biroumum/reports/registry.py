"""What a report is: one function that gives rows, and how each value is to be shown.

An app registers its reports when the portal starts, in its `ready()`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from biroumum.accounts.models import User

Words = str | Promise
Kind = Literal["text", "number", "date", "datetime", "state", "link"]
Period = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Column:
    """One value of each row.

    kind: "state" is a (word, tone) pair, "link" a (text, url) pair, "number" a number or a (number, url) pair; the
    others are plain, and None is an empty cell.
    in_mail: False keeps words that may be confidential (a title, a name) out of every mail and its files.
    """

    key: str
    label: Words
    kind: Kind = "text"
    in_mail: bool = True


@dataclass(frozen=True)
class Params:
    """Whose eyes the rows are for, and the days they are about, half-open: `until` is not included.

    Rows must show no more than `user` may see. values: the cleaned fields of the report's own form; a mail
    sent by the timer has none. limit: no more rows will be read; one that asks the database may say so there.
    """

    user: User
    since: dt.date
    until: dt.date
    values: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    rows: called once for each rendering; give a generator over `.iterator()` when there may be many.
    permission: opens every door of it, page, file and mail.
    period: what one mail is about: the whole day, week or month before the one it is sent in.
    snapshot: the rows tell how things stand now, so there are no days to choose, and a mail has its own day.
    recipients: whom the timer writes to besides the subscribers.
    crontab: when the timer first fires, five fields; None: no timer. From then on it is the administrator's.
    form: its fields are added to the page's filter, none of them required.
    empty_mail: False sends nothing to someone for whom there are no rows.
    figures: the rows are large numbers, shown as such: group, figure (label, url), value, unit, note, tone.
    heading: what its own table is called where there are others beside it; empty: its title.
    before, after: other reports shown with it on the page, in mails, PDF and XLSX, for the same days; CSV has
    this one's rows alone. The permission here must imply theirs.
    """

    code: str
    title: Words
    columns: tuple[Column, ...]
    rows: Callable[[Params], Iterable[Mapping[str, Any]]]
    permission: str
    period: Period = "month"
    snapshot: bool = False
    description: Words = ""
    recipients: Callable[[], Iterable[User]] | None = None
    crontab: str | None = None
    form: type[forms.Form] | None = None
    empty_mail: bool = False
    figures: bool = False
    heading: Words = ""
    before: tuple[Report, ...] = ()
    after: tuple[Report, ...] = ()

    @property
    def mail_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.in_mail)


REPORTS: dict[str, Report] = {}


def register(report: Report) -> Report:
    if report.code in REPORTS:
        raise ImproperlyConfigured(f"two reports are called {report.code}")
    REPORTS[report.code] = report
    return report
