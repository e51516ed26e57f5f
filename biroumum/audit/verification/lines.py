"""The log as it is read: one line per entry with its leaf and payload, streamed in the order of the tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import psycopg

from biroumum.audit.sequencer import leaf_of
from biroumum.audit.tiles import WIDTH

AT_ONCE = 4096  # rows asked for together
# By the limit each row is looked up by itself, in the one partition of its time: no join keeps a table in memory.
_BEHIND = """
    LEFT JOIN LATERAL (
        SELECT id, ent, op, pk, at, commitment FROM audit.entry WHERE id = l.entry_id AND at = l.at LIMIT 1
    ) e ON true
    LEFT JOIN LATERAL (
        SELECT salt, body FROM audit.payload WHERE entry_id = l.entry_id AND at = l.at LIMIT 1
    ) p ON true
    LEFT JOIN LATERAL (SELECT erased_by FROM audit.erasure WHERE entry_id = l.entry_id LIMIT 1) r ON true"""
_SHOWN = "e.ent, e.op, e.pk, e.at, e.commitment, p.salt, p.body, r.erased_by"
PLACED = f"""
    SELECT l.idx, l.entry_id, l.opaque, l.hash, l.data, {_SHOWN}
    FROM (SELECT * FROM audit.leaf ORDER BY idx) l {_BEHIND} ORDER BY l.idx"""  # noqa: S608 - our own parts
WAITING = f"""
    SELECT NULL, l.entry_id, NULL, NULL, NULL, {_SHOWN}
    FROM (SELECT * FROM audit.pending ORDER BY entry_id) l {_BEHIND} ORDER BY l.entry_id"""  # noqa: S608


class Line(NamedTuple):
    """A leaf with what stands behind it; `idx`, `opaque` and `hash` are None while the entry waits for its place."""

    idx: int | None
    entry_id: int | None  # None: no backup has the entry any more, `data` are its leaf's bytes
    opaque: bool | None
    hash: bytes | None
    data: bytes | None
    ent: str | None  # None from here on when there is no such entry
    op: str
    pk: str
    at: datetime
    commitment: bytes
    salt: bytes | None  # None without a payload
    body: bytes
    erased_by: int | None

    @property
    def leaf(self) -> bytes | None:
        """The bytes its leaf must have; None when nothing is left to say so."""
        if self.ent is None:
            return self.data
        return leaf_of(self.ent, self.op, self.at, self.commitment, bool(self.opaque))


def lines(db: psycopg.Connection, sql: str) -> Iterator[Line]:
    """Needs a transaction: the rows come from a cursor on the server, some at a time."""
    with db.cursor(name="verify_lines", binary=True) as cursor:
        cursor.itersize = AT_ONCE
        yield from map(Line._make, cursor.execute(sql))


def blocks(found: Iterator[Line]) -> Iterator[list[Line]]:
    """Lines of one tile each, the last one perhaps partial."""
    block: list[Line] = []
    for line in found:
        block.append(line)
        if len(block) == WIDTH:
            yield block
            block = []
    if block:
        yield block
