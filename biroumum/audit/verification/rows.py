"""Live rows against the log: what no trigger saw. The database compares; the auditor gets keys and column names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import psycopg

from biroumum.audit.registry import Captured
from biroumum.audit.verification.finding import MOST, Finding

LIVE = "SELECT fault, pk, entry_id, columns FROM audit.live(%s)"


def check_rows(db: psycopg.Connection, tables: list[Captured], erased: Counter[str]) -> Iterator[Finding]:
    """Of each table at most MOST rows, and how many more there are.

    `erased` is told of each table how many rows can be held against nothing: what their last entry said was erased.
    """
    for table in tables:
        with db.cursor(name="verify_rows") as cursor:
            rows = cursor.execute(LIVE, [table.label])
            found = _checkable(rows, table, erased)
            yield from (_finding(table, *row) for row in islice(found, MOST))
            if more := sum(1 for _row in found):
                yield Finding("row", table.table, "", "", f"{more} more rows like these.")


def check_erased(erased: Counter[str]) -> Iterator[Finding]:
    """A warning for each table with rows that a thief could change without being found."""
    for table, count in sorted(erased.items()):
        yield Finding("unchecked", table, "", "", _ERASED.format(count=count))


def _checkable(rows: Iterable[Any], table: Captured, erased: Counter[str]) -> Iterator[Any]:
    for row in rows:
        if row[0] == "erased":
            erased[table.table] += 1
        else:
            yield row


def _finding(table: Captured, fault: str, key: str, entry: int, columns: list[str] | None) -> Finding:
    names = ", ".join(columns or ())
    if fault == "changed" and columns and all(table.classes.get(name) == "secret" for name in columns):
        return Finding("row", table.table, key, names, _SECRET.format(entry=entry))
    return Finding("row", table.table, key, names, _SAYS[fault].format(entry=entry))


_LOOK = "Look for entries `ddl` of this table and in the server's log for who did it"
_SAYS = {
    "changed": (
        f"the row was changed past its triggers since entry {{entry}}. {_LOOK}; then write it again through the "
        "portal as it should be."
    ),
    "gone": f"the row is gone and no entry deletes it; the last one is {{entry}}. {_LOOK}; take it from a backup.",
    "revived": f"entry {{entry}} deletes this row, and it is there again. {_LOOK}; delete it as biro_owner.",
    "unlogged": f"no entry tells of this row: it was put there past its triggers. {_LOOK}; if it belongs there, write it "
    "again through the portal.",
    "shape": (
        "entry {entry} speaks of columns that are no more, or are of another kind. Run `manage.py migrate`, which "
        "enters the row anew."
    ),
}
_ERASED = (
    "{count} rows can be held against nothing, for what their last entry said was erased: a change of them past their "
    "triggers would not be found. Each is checked again once the portal has written it again."
)
_SECRET = (
    f"one of these columns, whose values are never kept, was changed past its triggers since entry {{entry}}. {_LOOK}; "
    "let the person set it anew."
)
