"""Names that stand on every page of every list and change a few times a year: each process keeps them for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

SECONDS = 5.0  # so a new name is offered, and an old one goes, a moment later
Value = TypeVar("Value")
_all: list[Momentary] = []


class Momentary(Generic[Value]):
    """A value made anew when it is older than `SECONDS`; the same for everyone, never what rights depend on."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make, self._until = make, 0.0
        _all.append(self)

    def get(self) -> Value:
        if time.monotonic() >= self._until:
            self.value, self._until = self._make(), time.monotonic() + SECONDS
        return self.value

    def forget(self) -> None:
        self._until = 0.0


class Names:
    """Keys and names of a reference table's rows. Called it gives the choices of a list's filter.

    A ModelChoiceField would build every row as an object, anew for each page.
    """

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._known = Momentary(lambda: dict(rows.values_list("pk", "name")))
        self._said: dict[str | None, Momentary[list[tuple[int, str]]]] = {}

    def __deepcopy__(self, memo: dict) -> Names:
        """Forms copy their fields for each page; what is kept is one for all."""
        return self

    def __call__(self) -> list[tuple[int, str]]:
        language = get_language()
        if language not in self._said:
            self._said[language] = Momentary(self._choices)
        return self._said[language].get()

    def _choices(self) -> list[tuple[int, str]]:
        return [(key, gettext(name)) for key, name in self._known.get().items()]

    def of(self, key: int) -> str:
        """The name of one row, of one just made too; KeyError if there is none."""
        if key not in self._known.get():
            self._known.forget()
            self._said.clear()
        return gettext(self._known.get()[key])


class KeptRows:
    """Rows of a small reference table by key: to join them costs a page as much again as the row that names them."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._known: Momentary[dict[Any, Any]] = Momentary(lambda: rows.in_bulk())

    def of(self, key: int) -> Any:
        """The row, one just made too; KeyError if there is none."""
        if key not in self._known.get():
            self._known.forget()
        return self._known.get()[key]


class KeptChoiceField(forms.ModelChoiceField):
    """A choice of a small reference table: what was chosen is found among the rows the process keeps."""

    def __init__(self, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(rows, **kwargs)
        self._kept = Momentary(lambda: {str(row.pk): row for row in rows.all()})

    def to_python(self, value: Any) -> Any:
        """One just made is looked for in the table."""
        return self._kept.get().get(str(value)) or super().to_python(value)


def forget() -> None:
    for each in _all:
        each.forget()
