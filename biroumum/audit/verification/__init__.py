"""`manage.py audit_verify`: reads the whole log as `biro_auditor`, makes anew what can be made anew, changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg

from biroumum.audit import merkle
from biroumum.audit.merkle import leaf_hash
from biroumum.audit.notes import Checkpoint, Verifier
from biroumum.audit.registry import captured
from biroumum.audit.tiles import Folder
from biroumum.audit.verification import adoptions, files, inventory, lines, rows, signed, tree, waiting
from biroumum.audit.verification.entries import Entries
from biroumum.audit.verification.finding import MOST, WARNINGS, Finding

__all__ = ["WARNINGS", "Finding", "Verification", "limited"]
NODES = "SELECT level, idx, hash FROM audit.node ORDER BY level, idx"
READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


@dataclass
class Verification:
    """Of one log at one moment: every check sees the same state of the database. `url`: of the auditor."""

    url: str
    folder: Folder
    origin: str
    verifiers: Sequence[Verifier]
    older: Checkpoint | None = None
    leaves: int = 0
    erased: Counter[str] = field(default_factory=Counter)  # table -> rows whose last entry was erased

    def run(self, *, quick: bool = False) -> Iterator[Finding]:
        """Raises psycopg.Error and OSError. `quick`: nothing that reads the whole log."""
        # Read first: what is signed later than the moment of the database would seem to be too much.
        published, found = signed.read_published(self.folder, self.verifiers, self.origin)
        yield from found
        with self._connect() as db:
            db.execute(READING)
            snapshot = _one(db, "SELECT pg_export_snapshot()")
            yield from signed.check_cosignatures(db, self.verifiers)
            yield from waiting.check_counters(db, published)
            yield from inventory.check_inventory(db)
            if quick:
                yield from self._signed_roots(db, published)
                return
            with ThreadPoolExecutor(1) as beside:  # the server compares rows while we read the log
                live = beside.submit(self._rows, snapshot)
                yield from signed.check_notes(db)
                yield from self._whole(db, published)
                yield from waiting.check_unplaced(db)
                yield from waiting.check_strays(db)
                yield from live.result()
                yield from rows.check_erased(self.erased)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, options="-c timezone=UTC", application_name="audit_verify")

    def _rows(self, snapshot: str) -> list[Finding]:
        with self._connect() as db:
            db.execute(READING)
            db.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            return [*rows.check_rows(db, list(captured()), self.erased), *adoptions.check_adoptions(db)]

    def _whole(self, db: psycopg.Connection, published: Checkpoint | None) -> Iterator[Finding]:
        """Every entry, its leaf, its payload; and the tree and the files that follow from them."""
        recovered = db.execute("SELECT first, stop FROM audit.recovery").fetchall()
        entries = Entries([range(first, stop) for first, stop in recovered])
        made = tree.Tree(signed.all_signed(db, published, self.older))
        size = published.size if published else 0
        for number, block in enumerate(lines.blocks(lines.lines(db, lines.PLACED))):
            shown = [line.leaf for line in block]
            for line, leaf in zip(block, shown, strict=True):
                yield from entries.check(line, leaf)
            hashes = [_hash(line, leaf) for line, leaf in zip(block, shown, strict=True)]
            yield from tree.gaps([line.idx for line in block], self.leaves)
            yield from made.add(hashes)
            yield from files.check_leaves(self.folder, number, shown, hashes, size)
            self.leaves += len(block)
        yield from made.rest()
        with db.cursor(name="verify_nodes") as cursor:
            yield from made.compare(cursor.execute(NODES))
        yield from files.check_upper(self.folder, made.nodes, size)
        for line in lines.lines(db, lines.WAITING):
            yield from entries.check(line, None)

    def _signed_roots(self, db: psycopg.Connection, published: Checkpoint | None) -> Iterator[Finding]:
        """The published and the older checkpoint against the tree as the database keeps it."""

        def read(level: int, start: int, stop: int) -> list[bytes]:
            return [found for (found,) in db.execute("SELECT audit.hashes(%s, %s, %s)", [level, start, stop])]

        self.leaves = _one(db, "SELECT coalesce(max(idx) + 1, 0) FROM audit.leaf")
        for one, what in ((published, signed.PUBLISHED), (self.older, signed.OLDER)):
            if one:
                yield from tree.compare_root(read, self.leaves, one, what)


def _hash(line: lines.Line, leaf: bytes | None) -> bytes:
    return leaf_hash(leaf) if leaf is not None else line.hash or merkle.EMPTY


def _one(db: psycopg.Connection, sql: str) -> Any:
    row = db.execute(sql).fetchone()
    return row[0] if row else None


def limited(found: Iterator[Finding]) -> Iterator[Finding]:
    """Of each check at most MOST, and how many more there were."""
    seen: Counter[str] = Counter()
    for one in found:
        seen[one.check] += 1
        if seen[one.check] <= MOST:
            yield one
    for check, count in seen.items():
        if count > MOST:
            yield Finding(check, "", "", "", f"{count - MOST} more findings of this kind.")
