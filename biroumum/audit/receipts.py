"""Promise and receipt of one entry, out of the log."""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from biroumum.audit import keys, merkle, witnesses
from biroumum.audit.notes import Checkpoint, sign, split
from biroumum.audit.proofs import Opening, Promise, Proof
from biroumum.audit.tiles import WIDTH

# How anyone checks a receipt of an entry whose leaf tells nothing, with openssl and coreutils alone.
STEPS = Path(__file__).with_name("steps.sh").read_text()


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


def link(entry: Recorded) -> str:
    """What a QR code carries behind the `#`, so that no server is sent it: index, salt, payload, day of its leaf if told.

    Empty until a signed tree holds the entry. 1 statement.
    """
    if entry.index is None or not _signed(entry.index):
        return ""
    opening = entry.opening
    parts = [
        _plain(opening.salt),
        _plain(opening.payload.encode()),
        *([str(opening.day)] if opening.day else []),
    ]
    return ".".join([str(entry.index), *parts])


def receipt(entry: Recorded) -> Proof | None:
    """Its place in a signed tree, the newest that enough witnesses saw; None until one holds it."""
    if entry.index is None or not (note := _signed(entry.index)):
        return None
    size = Checkpoint.parse(split(note)[0]).size
    return Proof(entry.index, merkle.inclusion(tree_of(size), entry.index, size), note, entry.opening.extra)


def _signed(index: int) -> str:
    """The note of a checkpoint over this leaf, with the witnesses' lines; empty while there is none.

    Witnesses answer a moment after each signature: under steady work the very newest has no line of theirs.
    """
    known = [one.name for one in witnesses.configured()]
    wanted = min(witnesses.WANTED, len(known))
    ((note,),) = _rows("SELECT audit.believed(%s, %s, %s, %s)", keys.origin(), index, wanted, known)
    return note or ""


def tree_of(size: int) -> merkle.Reader:
    """Of a tree of so many leaves. Reads whole tiles, each once: one proof needs two of a level at most."""

    @cache
    def tile(level: int, number: int) -> list[bytes]:
        start, stop = number * WIDTH, min((number + 1) * WIDTH, size >> (8 * level))
        return [bytes(found) for (found,) in _rows("SELECT audit.hashes(%s, %s, %s)", level, start, stop)]

    def read(level: int, start: int, stop: int) -> list[bytes]:
        number, first = divmod(start, WIDTH)
        return tile(level, number)[first : first + stop - start]

    return read


def _plain(data: bytes) -> str:
    """Base64 as it stands in an address."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
