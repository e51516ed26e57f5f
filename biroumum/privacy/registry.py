"""What can be erased of a case is for the app that owns it to say: each registers itself, and none knows another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from biroumum.accounts.models import User
from biroumum.web.subjects import subject_object

Words = str | Promise
Told = tuple[Words, Words]  # what, and how much of it or why


class Preview(NamedTuple):
    """`against`: why nothing may go now; empty when it may."""

    goes: list[Told]
    stays: list[Told]
    against: list[Words]


class Erased(NamedTuple):
    """How many columns, payloads of the log, and files; and the entries of the log that tell of it."""

    fields: int
    payloads: int
    files: int
    entries: list[int]


class Reader(NamedTuple):
    """Whom the case's data are about, as far as a mail reaches them."""

    email: str
    language: str
    confidential: bool


@dataclass(frozen=True, kw_only=True)
class Erasable:
    """One model of an app. `names`: words of a person to be looked for beside what the app finds by itself.

    whats: codes and labels of the kinds of data that can go.
    find: the case of this number. seen_by: cases whose requests this person may know of and act on.
    preview: `(case, whats, at, names)`, reads alone.
    erase: `(case, whats, *, rule, data, actor, at, names)`, in the caller's transaction, for a case that is locked;
    rule is the row whose legal basis it rests on, `data` goes into the trace.
    reader: by which address the data subject is told, if any.
    personal: `(case, text, names)`, the first words of a text that are personal data, are sought, or are of whom this
    case is about; "" without any.
    replay: `(case, line, *, rule, data, at)`, what a line of the ledger says, done again.
    """

    label: str
    whats: Sequence[Told]
    find: Callable[[str], Model | None]
    seen_by: Callable[[User], QuerySet[Any]]
    preview: Callable[[Any, Collection[str], dt.datetime, Sequence[str]], Preview]
    erase: Callable[..., Erased]
    reader: Callable[[Any], Reader | None]
    personal: Callable[[Any, str, Sequence[str]], str]
    replay: Callable[..., None]

    def label_of(self, what: str) -> Words:
        return dict(self.whats).get(what, what)


APPS: dict[str, Erasable] = {}  # by label


def register(app: Erasable) -> None:
    APPS[app.label] = app


def app_of(subject: str) -> Erasable:
    return APPS[subject.partition("/")[0]]


def find(number: str) -> tuple[Erasable, Any] | None:
    """The case of this number, in whichever app it is."""
    for app in APPS.values():
        if (case := app.find(number)) is not None:
            return app, case
    return None


def locked(subject: str) -> Any:
    """The case, and nobody else's until commit. Raises LookupError."""
    case = subject_object(subject)
    if case is None:
        raise LookupError(f"{subject} is not there")
    return type(case)._base_manager.select_for_update(of=("self",)).get(pk=case.pk)
