"""Whether the tree still holds entries whose payload is gone: what a certificate of erasure says of the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from biroumum.audit.merkle import inclusion, leaf_hash, root, verify_inclusion
from biroumum.audit.receipts import tree_of
from biroumum.audit.sequencer import leaf_of


class Standing(NamedTuple):
    """Of so many erased entries so many have their place in a tree of this size and root; `sound`: all of these fit."""

    entries: int
    placed: int
    size: int
    root: bytes
    sound: bool


def standing(erasing: Sequence[int]) -> Standing:
    """Of the entries that these erasures took, seen now. An entry gets its place within about a minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM audit.standing('')")
        size: int = cursor.fetchone()[0]
        cursor.execute("SELECT * FROM audit.erased(%s)", [list(erasing)])
        rows = cursor.fetchall()
    read, placed = tree_of(size), [row for row in rows if row[5] is not None and row[5] < size]
    top = root(read, size)
    sound = all(
        leaf_hash(leaf_of(ent, op, at, bytes(commitment), opaque)) == bytes(hash)
        and verify_inclusion(bytes(hash), idx, size, inclusion(read, idx, size), top)
        for ent, op, at, commitment, opaque, idx, hash in placed
    )
    return Standing(len(rows), len(placed), size, top, sound)
