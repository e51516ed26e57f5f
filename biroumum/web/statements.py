"""Statements made once for pages that are opened all day: Django takes longer to make one than PostgreSQL to run it."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

_named: Any = namedtuple  # its fields are not known before the queryset


class Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    row: Callable[[Any], Any]


class Rows:
    """Named tuples of a queryset made by `values_list`, whose statement is kept.

    `make` gets the marks in place of values; they must differ from each other and from all else in the statement.
    Called with the values in the same order, it gives the rows. Columns must need no conversion by Django.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *marks: Any) -> None:
        self._make, self._marks = make, marks

    @cached_property
    def _statement(self) -> Statement:
        query = self._make(*self._marks).query
        sql, params = query.sql_with_params()
        return Statement(sql, params, _named("Row", tuple(query.selected or query.values_select))._make)

    def __call__(self, *values: Any) -> list[Any]:
        statement = self._statement
        given = dict(zip(self._marks, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [given.get(param, param) for param in statement.params])
            return [statement.row(row) for row in cursor.fetchall()]
