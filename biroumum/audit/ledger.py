"""What was erased, kept in a file beside the database: a restored backup knows nothing of the erasures since.

One JSON line for each erasure: keys of cases, rows and rules, numbers of entries and beginnings of their commitments;
nothing about anybody. The file is only added to, under a lock, and is on disk when `append` returns. What a crash
kept from being written is added by `reconcile`, as long as the database has it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

VERSION = 1


class Line(NamedTuple):
    """One erasure. `id`: commitment of its entry; `born`: with what the case's history begins, "" without one.

    columns: what was searched for words nobody knows any more, as `complaints.message/5#text`.
    """

    id: str
    at: str
    verb: str
    subject: str
    case: str
    born: str
    rule: str
    what: list[str]
    entries: list[int]
    marks: list[str]
    replays: list[str]  # of an erasure after a restore: those it did again
    columns: list[str] = []


class Damaged(Exception):
    """A whole line of the file cannot be read."""


def path() -> Path:
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def note(erasing: int) -> None:
    """Add the erasure this entry tells of; called once its transaction is committed."""
    append(stored([erasing]))


def stored(wanted: Sequence[int] | None = None) -> list[Line]:
    """Erasures of the database, these or all, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit.erasures(%s)", [None if wanted is None else list(wanted)])
        return [_line(*row) for row in cursor.fetchall()]


def _line(
    key: str,
    _entry: int,
    at: Any,
    verb: str,
    subject: str,
    data: str,
    born: str | None,
    entries: list[int],
    marks: list[str],
) -> Line:
    told = json.loads(data)
    what = told.get("what", [])
    named = [what] if isinstance(what, str) else list(what)
    return Line(
        key,
        at.isoformat(),
        verb,
        subject,
        told["case"],
        born or "",
        told["rule"],
        named,
        entries,
        marks,
        told.get("replays", []),
        told.get("columns", []),
    )


def read() -> list[Line]:
    """All lines, oldest first; what is left of one whose writer was killed is none. Raises Damaged."""
    text = path().read_bytes() if path().exists() else b""
    lines = []
    for number, row in enumerate(text.split(b"\n"), 1):
        if not row.endswith(b"}"):  # nothing, or torn: only its last sign is this one
            continue
        try:
            told = json.loads(row)
            fields = {**Line._field_defaults, **told}
            lines.append(Line(**{name: fields[name] for name in Line._fields}))
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(f"{path()}, line {number}: {error}") from error
    return lines


def append(lines: Iterable[Line]) -> None:
    """On disk when it returns."""
    new = b"".join(_bytes(line) for line in lines)
    if not new:
        return
    fresh = not path().exists()
    with open(os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            new = (b"" if file.read(1) == b"\n" else b"\n") + new  # after a writer who was killed
        file.write(new)
        file.flush()
        os.fsync(file)
    if fresh:
        folder = os.open(path().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _bytes(line: Line) -> bytes:
    return json.dumps({"v": VERSION, **line._asdict()}, separators=(",", ":")).encode() + b"\n"


def reconcile() -> int:
    """Add what the database has and the file has not; returns how many."""
    known = {line.id for line in read()}
    missing = [line for line in stored() if line.id not in known]
    append(missing)
    return len(missing)


def trouble() -> str | None:
    """For the health page: erasures could not be written down, so a restored backup would bring data back."""
    place = path() if path().exists() else path().parent
    return None if os.access(place, os.W_OK) else f"{path()} cannot be written"
