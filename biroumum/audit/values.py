"""Values of the log in the words of a page: dates, choices, yes and no, and the names behind foreign keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, DateField, DateTimeField, Field, ForeignKey, Model
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language, gettext as _, gettext_lazy

from biroumum.audit.registry import Captured, captured
from biroumum.web.names import Momentary
from biroumum.web.templatetags.web import tanggal, waktu

NONE = "–"
THEIRS = {
    ("mfa.authenticator", "last_used_at"): gettext_lazy("terakhir dipakai")
}  # has no Indonesian of its own
Names = dict[tuple[str, str], str]  # (label of a model, key) -> what it is called today


@cache
def _tables() -> dict[str, Captured]:
    return {table.label: table for table in captured()}


@cache
def field_of(ent: str, column: str) -> Field[Any, Any] | None:
    """The field behind a column; None once a later version has dropped it."""
    try:
        fields = apps.get_model(ent)._meta.concrete_fields
    except LookupError:
        return None
    return next((field for field in fields if field.column == column), None)


def label_of(ent: str, column: str) -> str:
    return _label(ent, column, get_language())


@lru_cache(maxsize=2000)
def _label(ent: str, column: str, language: str | None) -> str:
    """The few names of columns stand on a page a hundred times, and wording one costs more than showing it."""
    field = field_of(ent, column)
    if other := THEIRS.get((ent, column)):
        return str(other)
    return column if field is None else str(field.verbose_name)


def may_be_shown(ent: str, column: str) -> bool:
    """Whether the column is public, and a foreign key leads to something with a name of its own."""
    table, field = _tables().get(ent), field_of(ent, column)
    if table is None or field is None or table.classes.get(column) != "public":
        return False
    return not isinstance(field, ForeignKey) or _has_name(_target(field))


def _has_name(model: type[Model]) -> bool:
    """Rows that belong to a case (a clock, a message) are no names in its history."""
    table = _tables().get(model._meta.label_lower)
    return table is not None and table.case in (None, "self")


def names_of(changes: Iterable[tuple[str, str, Any]]) -> Names:
    """Names for the foreign keys among (table label, column, [old, new]); one statement per model they lead to.

    The few names of offices and sectors come again on every page, so they are kept for a moment.
    """
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for ent, column, pair in changes:
        field = field_of(ent, column)
        if isinstance(field, ForeignKey) and isinstance(pair, list) and may_be_shown(ent, column):
            wanted[_target(field)].update(key for key in pair if key is not None)
    known = _known.get()
    for model, keys in wanted.items():
        label = model._meta.label_lower
        if new := [key for key in keys if (label, str(key)) not in known]:
            known |= {(label, str(key)): str(row) for key, row in model._default_manager.in_bulk(new).items()}
    return known


_known: Momentary[Names] = Momentary(dict)


def in_words(field: Field[Any, Any], value: Any, names: Names) -> str:
    if value is None or value == "":
        return NONE
    if isinstance(field, ForeignKey):
        return names.get((_target(field)._meta.label_lower, str(value)), str(value))
    if isinstance(field, BooleanField):
        return _("Ya") if value else _("Tidak")
    if isinstance(field, DateTimeField):
        return waktu(parse_datetime(str(value))) or str(value)
    if isinstance(field, DateField):
        return tanggal(parse_date(str(value))) or str(value)
    return _choices(field, get_language()).get(value) or str(value)


@cache
def _choices(field: Field[Any, Any], language: str | None) -> dict[Any, str]:
    return {value: str(label) for value, label in field.flatchoices}


def _target(field: ForeignKey[Any, Any]) -> type[Model]:
    return field.related_model  # type: ignore[return-value]
