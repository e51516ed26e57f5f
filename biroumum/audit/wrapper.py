"""Before a captured write: it must stand in a transaction, and the transaction must have its context."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection as default_connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import ClientCursor
from psycopg.sql import Composable, Literal

from biroumum.audit.registry import captured
from biroumum.web import context

_WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|MERGE\s+INTO|COPY)\s+"
    r'(?:"?public"?\.)?"?(\w+)"?',
    re.IGNORECASE,
)
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # escaped by us, not a backslash someone typed
OPEN = "SELECT audit.open_context(%s)"
_HEAD = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE|COPY|WITH)\b", re.IGNORECASE)


class WriteOutsideTransaction(RuntimeError):
    """A business row would change in autocommit; the services' writes stand in `transaction.atomic()`."""


@dataclass(frozen=True)
class _Opened:
    """Stands in the connection's on-commit list while its context is in force.

    Django drops it from there exactly when PostgreSQL forgets the context: at commit, at rollback, and at the
    rollback of the savepoint it was opened in.
    """

    context: context.Context

    def __call__(self) -> None:
        pass


@cache
def captured_tables() -> frozenset[str]:
    return frozenset(table.table for table in captured())


def writes(sql: str) -> bool:
    """Whether the statement changes a captured table."""
    return bool(_HEAD.match(sql)) and any(table in captured_tables() for table in _WRITE.findall(sql))


def wrap(execute: Callable[..., Any], sql: Any, params: Any, many: bool, info: dict[str, Any]) -> Any:
    """A first captured write of a transaction takes its context along, so that it costs no way of its own."""
    connection = info["connection"]
    if not writes(sql if isinstance(sql, str) else _text(sql)) or (said := _unsaid(connection)) is None:
        return execute(sql, params, many, info)
    cursor = info["cursor"].cursor
    if many or not isinstance(sql, str) or not isinstance(cursor, ClientCursor):
        _say(connection, said)
        return execute(sql, params, many, info)
    first = f"{OPEN % Literal(said).as_string(connection.connection)}; "
    done = execute((first if params is None else first.replace("%", "%%")) + sql, params, many, info)
    cursor.nextset()  # to the answer of the write itself
    return done


def _text(sql: Any) -> str:
    return sql.as_string() if isinstance(sql, Composable) else bytes(sql).decode("utf-8", "replace")


def open_context(connection: BaseDatabaseWrapper = default_connection) -> None:  # type: ignore[assignment]
    """Tell the database who writes, once per transaction; one statement."""
    if (said := _unsaid(connection)) is not None:
        _say(connection, said)


def _say(connection: BaseDatabaseWrapper, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OPEN % "%s", [said])


def _unsaid(connection: BaseDatabaseWrapper) -> str | None:
    """What the database must still be told before this transaction writes, which counts as told from here."""
    if not connection.in_atomic_block:
        raise WriteOutsideTransaction("a captured write needs transaction.atomic()")
    mark = _Opened(context.get())
    if _in_force(connection) == mark:
        return None
    transaction.on_commit(mark, using=connection.alias)
    return as_json({name: value for name, value in vars(mark.context).items() if value not in (None, "")})


def _in_force(connection: BaseDatabaseWrapper) -> _Opened | None:
    """The context opened last; an earlier one of this transaction no longer counts, even when it is asked for again."""
    said = (entry[1] for entry in reversed(connection.run_on_commit))
    return next((mark for mark in said if isinstance(mark, _Opened)), None)


def as_json(told: Mapping[str, Any]) -> str:
    """JSON that PostgreSQL can keep and a page can show: NUL and half surrogate pairs become question marks."""
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
    return _NUL.sub(r"\1?", text).encode("utf-8", "replace").decode()


def install(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of `connection_created`: every connection of the portal speaks through the wrapper."""
    if connection.vendor == "postgresql" and wrap not in connection.execute_wrappers:
        connection.execute_wrappers.append(wrap)
