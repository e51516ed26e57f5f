"""Promise and receipt of one entry, out of the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from biroumum.audit import keys, merkle
from biroumum.audit.notes import Checkpoint, sign, split
from biroumum.audit.proofs import Opening, Promise, Proof


@dataclass(frozen=True)
class Recorded:
    """An entry with all that proves it. `index`: its place in the tree, None until it has one."""

    at: dt.datetime
    opening: Opening
    index: int | None


def recorded(subject: str, verb: str) -> Recorded | None:
    """The first event of this name in a subject's history; None when there is none, or it was erased. 1 statement."""
    found = _rows("SELECT at, salt, body, idx, opaque FROM audit.receipt(%s, %s)", subject, verb)
    if not found:
        return None
    at, salt, body, index, opaque = found[0]
    day = at.astimezone(dt.UTC).date() if opaque is False else None
    return Recorded(at, Opening(bytes(salt), bytes(body).decode(), day), index)


def promise(entry: Recorded) -> str:
    """The signed note that it will stand in the log within a minute of its writing. Raises KeyTrouble."""
    made = Promise.of(keys.origin(), entry.opening.commitment, entry.at)
    return sign(made.text, [keys.promise_signer()])


def receipt(entry: Recorded) -> Proof | None:
    """Its place in the newest signed tree, with the witnesses' lines; None until that tree holds it."""
    ((note,),) = _rows("SELECT note FROM audit.standing(%s)", keys.origin())
    if note is None or entry.index is None:
        return None
    size = Checkpoint.parse(split(note)[0]).size
    if size <= entry.index:
        return None
    return Proof(entry.index, merkle.inclusion(_hashes, entry.index, size), note, entry.opening.extra)


def _hashes(level: int, start: int, stop: int) -> list[bytes]:
    return [bytes(found) for (found,) in _rows("SELECT audit.hashes(%s, %s, %s)", level, start, stop)]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
