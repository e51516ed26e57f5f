"""Paging by key: right while rows arrive, and as quick on the thousandth page as on the first."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Q, QuerySet
from django.http import HttpRequest

AFTER, BEFORE = "sesudah", "sebelum"


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next_url: str = ""  # query strings, empty at the ends
    previous_url: str = ""


@dataclass(frozen=True)
class Step:
    """One field of an order. Rows without a value come last on the way forward, so first on the way back."""

    name: str
    descending: bool
    nullable: bool
    back: bool = False

    def expression(self) -> Any:
        sign = "-" if self.descending else ""
        if not self.nullable:
            return sign + self.name  # plain, so that an ordinary index serves
        nulls = {"nulls_first": True} if self.back else {"nulls_last": True}
        return F(self.name).desc(**nulls) if self.descending else F(self.name).asc(**nulls)

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any) -> Q:
        if value is None:
            if not self.nullable:
                raise ValueError(self.name)
            return Q(**{f"{self.name}__isnull": False}) if self.back else Q(pk__in=[])
        further = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return further | self.equal(None) if self.nullable and not self.back else further


def keyset(
    queryset: QuerySet[Any], request: HttpRequest, order: tuple[str, ...] = ("-id",), size: int = 50
) -> Page:
    """One page in this order, whose fields are together unique; empty ones last. A broken cursor is the first page."""
    backwards = BEFORE in request.GET
    cursor = _decode(request.GET.get(BEFORE if backwards else AFTER, ""), len(order))
    steps = [_step(queryset.model, name, backwards and cursor is not None) for name in order]
    rows = queryset
    if cursor:
        try:
            rows = rows.filter(_beyond(steps, cursor))
        except (TypeError, ValueError, OverflowError, ValidationError):  # well-formed, but of another list
            cursor, steps = None, [_step(queryset.model, name, False) for name in order]
    found = list(rows.order_by(*(step.expression() for step in steps))[: size + 1])
    more, found = len(found) > size, found[:size]
    earlier, later = cursor is not None, more
    if backwards and cursor:
        found.reverse()
        earlier, later = more, True
    if not found:
        return Page([])
    return Page(
        found,
        _url(request, AFTER, found[-1], order) if later else "",
        _url(request, BEFORE, found[0], order) if earlier else "",
    )


def count_of(page: Page, queryset: QuerySet[Any], cap: int = 1_000) -> int:
    """How many rows the whole list has, no further than `cap`; a list of one page is not counted again."""
    alone = not (page.next_url or page.previous_url)
    # By key as the page: one way through the rows, which ends at the cap. In no order the database may first
    # gather all that a common word fits.
    return len(page.rows) if alone else queryset.order_by("-pk")[:cap].count()


def count_capped(queryset: QuerySet[Any], cap: int = 10_000) -> int:
    """How many rows, counting no further than `cap`."""
    return queryset.order_by()[:cap].count()


def _step(model: Any, name: str, back: bool) -> Step:
    path, nullable = name.lstrip("-"), False
    for part in path.split("__"):
        field: Field = model._meta.get_field(part)
        nullable, model = nullable or field.null, field.related_model
    return Step(path, name.startswith("-") is not back, nullable, back)


def _beyond(steps: list[Step], cursor: list[Any]) -> Q:
    """Rows after the cursor: the first fields equal, the next one further on."""
    beyond, equal = Q(), Q()
    for step, value in zip(steps, cursor, strict=True):
        beyond |= equal & step.beyond(value)
        equal &= step.equal(value)
    return beyond


def _url(request: HttpRequest, key: str, row: Any, order: tuple[str, ...]) -> str:
    query = request.GET.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    text = json.dumps([_value(row, name.lstrip("-")) for name in order], default=str, separators=(",", ":"))
    query[key] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return "?" + query.urlencode()


def _value(row: Any, path: str) -> Any:
    """Dates go as text with their microseconds: rounded ones would skip or repeat rows."""
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row


def _decode(text: str, length: int) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(_plain(value) for value in values) else None


def _plain(value: Any) -> bool:
    """What a field can be compared with; PostgreSQL takes no text with a NUL or a lone half of a character."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= ch <= "\udfff" for ch in value)
    return value is None or isinstance(value, int | float)
