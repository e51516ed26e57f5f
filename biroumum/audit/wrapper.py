"""Before a captured write: it must stand in a transaction, and the transaction must have its context."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.db import connection as default_connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from biroumum.audit.registry import captured
from biroumum.web import context

_WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|MERGE\s+INTO|COPY)\s+"
    r'(?:"?public"?\.)?"?(\w+)"?',
    re.IGNORECASE,
)
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
    if writes(sql if isinstance(sql, str) else str(sql)):
        open_context(info["connection"])
    return execute(sql, params, many, info)


def open_context(connection: BaseDatabaseWrapper = default_connection) -> None:  # type: ignore[assignment]
    """Tell the database who writes, once per transaction; one statement."""
    if not connection.in_atomic_block:
        raise WriteOutsideTransaction("a captured write needs transaction.atomic()")
    mark = _Opened(context.get())
    if any(entry[1] == mark for entry in connection.run_on_commit):
        return
    said = {name: value for name, value in asdict(mark.context).items() if value not in (None, "")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.open_context(%s)", [json.dumps(said)])
    transaction.on_commit(mark, using=connection.alias)


def install(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of `connection_created`: every connection of the portal speaks through the wrapper."""
    if connection.vendor == "postgresql" and wrap not in connection.execute_wrappers:
        connection.execute_wrappers.append(wrap)
