"""Entries without a place, payloads and erasures that belong to nothing, and the counters of the log."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg

from biroumum.audit.notes import Checkpoint
from biroumum.audit.verification.finding import MOST, Finding

LATE = "5 minutes"
UNPLACED = f"""
    SELECT e.id, e.ent, e.pk, e.at, q.entry_id IS NOT NULL FROM audit.entry e
    LEFT JOIN audit.leaf l ON l.entry_id = e.id AND l.at = e.at LEFT JOIN audit.pending q ON q.entry_id = e.id
    WHERE l.idx IS NULL AND (q.entry_id IS NULL OR e.at < now() - interval '{LATE}') ORDER BY e.id"""  # noqa: S608
ORPHANS = """
    SELECT p.entry_id FROM audit.payload p LEFT JOIN audit.entry e ON e.id = p.entry_id AND e.at = p.at
    WHERE e.id IS NULL ORDER BY 1"""
CAUSELESS = """
    SELECT r.entry_id, r.erased_by FROM audit.erasure r
    LEFT JOIN audit.entry e ON e.id = r.erased_by AND e.op = 'erase' WHERE e.id IS NULL ORDER BY 1"""

# What each erasure took, and the first of it that is not of its subject.
TAKEN = """
    SELECT e.id, p.body, g.taken, g.stranger FROM audit.entry e
    LEFT JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at CROSS JOIN LATERAL (
        SELECT count(*) AS taken, min(r.entry_id) FILTER (
            WHERE coalesce(x.subject, x.ent || '/' || x.pk) IS DISTINCT FROM e.subject) AS stranger
        FROM audit.erasure r LEFT JOIN audit.entry x ON x.id = r.entry_id WHERE r.erased_by = e.id
    ) g WHERE e.op = 'erase' ORDER BY e.id"""


def check_unplaced(db: psycopg.Connection) -> Iterator[Finding]:
    """Entries older than five minutes without a leaf, and those that nothing waits to give one."""
    late = 0
    for number, ent, key, at, queued in db.execute(UNPLACED):
        if not queued:
            yield Finding("place", ent, key, "", _UNQUEUED.format(number=number))
        elif not late:
            late = 1
            yield Finding("place", ent, key, "", _LATE.format(number=number, at=at))
        else:
            late += 1
    if late > 1:
        yield Finding("place", "audit.pending", "", "", f"{late} entries wait like that.")


def check_strays(db: psycopg.Connection) -> Iterator[Finding]:
    for (number,) in db.execute(f"{ORPHANS} LIMIT {MOST}"):
        yield Finding("entry", "audit.payload", str(number), "entry_id", _ORPHAN)
    for number, cause in db.execute(f"{CAUSELESS} LIMIT {MOST}"):
        yield Finding("erasure", "audit.erasure", str(number), "erased_by", _CAUSELESS.format(cause=cause))
    yield from _borrowed(db)


def _borrowed(db: psycopg.Connection) -> Iterator[Finding]:
    """An erasure takes as many as its own entry tells, of one subject; more went under its name by somebody else."""
    for number, body, taken, stranger in db.execute(TAKEN):
        if stranger is not None:
            sentence = _STRANGER.format(number=number)
            yield Finding("erasure", "audit.erasure", str(stranger), "erased_by", sentence)
        elif taken != (told := _payloads(body)):
            sentence = _BORROWED.format(taken=taken, told=told)
            yield Finding("erasure", "audit.erasure", str(number), "erased_by", sentence)


def _payloads(body: bytes | None) -> int | None:
    """How many an erasure's entry says it took; None for one that is gone or spoilt, which is found by itself too."""
    try:
        return int(json.loads(body or b"")["data"]["payloads"])
    except (ValueError, LookupError, TypeError):
        return None


def check_counters(db: psycopg.Connection, published: Checkpoint | None) -> Iterator[Finding]:
    """The tree's size against its leaves, and the ids' sequence against the entries."""
    row = db.execute(
        "SELECT t.size, (SELECT coalesce(max(idx) + 1, 0) FROM audit.leaf), s.last_value, "
        "(SELECT coalesce(max(id), 0) FROM audit.entry) FROM audit.tree t, audit.entry_id s"
    ).fetchone()
    if row is None:
        yield Finding("size", "audit.tree", "", "size", "the row of the tree is gone. Take it from a backup.")
        return
    size, leaves, given, used = row
    if size != leaves:
        yield Finding("size", "audit.tree", "1", "size", _SIZE.format(size=size, leaves=leaves))
    if given < used:
        yield Finding("size", "audit.entry_id", "", "last_value", _IDS.format(given=given, used=used))
    if published is None and leaves:
        yield Finding("size", "checkpoint", "", "", _UNPUBLISHED.format(leaves=leaves))


_UNQUEUED = (
    "entry {number} has no place in the tree and does not wait for one: its row was taken out of audit.pending or "
    "audit.leaf. As biro_owner: INSERT INTO audit.pending SELECT id, at FROM audit.entry WHERE id = {number}."
)
_LATE = (
    "entry {number} of {at:%Y-%m-%d %H:%M:%S %Z} still waits for its place. Start `manage.py audit_sequencer`, "
    "or read what it says."
)
_ORPHAN = "this payload belongs to no entry: the entry was taken away. Take it from a backup of before."
_CAUSELESS = (
    "the ledger says entry {cause} ordered this erasure, and that is no erasure: somebody wrote into audit.erasure "
    "to take a payload away. Take the payload from a backup."
)
_STRANGER = (
    "the ledger says entry {number} ordered this erasure, and that one erased another subject: somebody wrote into "
    "audit.erasure to take a payload away. Take the payload from a backup."
)
_BORROWED = (
    "{taken} payloads went under this erasure, which tells of {told}: somebody wrote into audit.erasure to take a "
    "payload away, or took rows of it away. Compare audit.erasure and audit.payload with a backup."
)
_SIZE = (
    "it says {size}, and the leaves reach {leaves}: the row was changed, or leaves were. Stop the sequencer, and take "
    "both from a backup of before."
)
_IDS = (
    "the sequence stands at {given}, and entry {used} exists: it was set back, and ids would be given twice. "
    "As biro_owner: SELECT setval('audit.entry_id', {used})."
)
_UNPUBLISHED = (
    "{leaves} leaves have their place and no checkpoint is published. Start `manage.py audit_sequencer`."
)
