"""The one who gives entries their place in the tree, and publishes it: tiles, bundles, last of all a signed checkpoint.

Whatever follows the database's commit can be done again from the database, so a crash anywhere loses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

import psycopg

from biroumum.audit import tiles
from biroumum.audit.leaves import is_opaque, leaf
from biroumum.audit.merkle import fold, leaf_hash, root
from biroumum.audit.notes import BadNote, Checkpoint, Signer, Verifier, open_checkpoint, sign
from biroumum.audit.tiles import WIDTH, Folder

BATCH = 4096
HEARTBEAT = 3600  # seconds
LOCK = 0x6269726F  # of all sequencers of a database one works
LEVELS = range(8)
AT_ONCE = 256  # files that are written together

TAKE = """
    DELETE FROM audit.pending WHERE entry_id IN (SELECT entry_id FROM audit.pending ORDER BY entry_id LIMIT %s)
    RETURNING entry_id, at"""
# By the limit each entry is looked up by itself, in the one partition of its time.
ENTRIES = """
    SELECT e.* FROM unnest(%s::bigint[], %s::timestamptz[]) AS t (id, at) CROSS JOIN LATERAL (
        SELECT id, at, ent, op, subject, commitment FROM audit.entry WHERE id = t.id AND at = t.at LIMIT 1
    ) e ORDER BY e.id"""
LEAVES = """
    SELECT l.data, l.opaque, e.ent, e.op, e.at, e.commitment FROM audit.leaf l LEFT JOIN LATERAL (
        SELECT ent, op, at, commitment FROM audit.entry WHERE id = l.entry_id AND at = l.at LIMIT 1
    ) e ON true WHERE l.idx >= %s AND l.idx < %s ORDER BY l.idx"""
WAITING = "SELECT EXISTS (SELECT FROM audit.pending)"
NOTE = "SELECT note FROM audit.standing(%s)"
GROW = "UPDATE audit.tree SET size = %s, changed_at = clock_timestamp() WHERE size = %s"


class Refusal(RuntimeError):
    """The sequencer must not sign; the text says why and what to do."""


class Entry(NamedTuple):
    """What of an entry the tree is made of."""

    id: int
    at: datetime
    ent: str
    op: str
    subject: str | None
    commitment: bytes

    @property
    def opaque(self) -> bool:
        return is_opaque(self.ent, self.subject)


def leaf_of(ent: str, op: str, at: datetime, commitment: bytes, opaque: bool) -> bytes:
    return leaf(ent, op, at.astimezone(UTC).date(), commitment, opaque=opaque)


@dataclass
class Sequencer:
    """Works on one connection as `biro_sequencer`, in autocommit."""

    db: psycopg.Connection
    folder: Folder
    origin: str
    signers: Sequence[Signer]
    verifiers: Sequence[Verifier]
    met: list[Checkpoint] = field(default_factory=list)  # signed by us, seen elsewhere, and not yet compared
    _beaten: float = field(default=0.0)

    def hold(self) -> bool:
        """Become the one that works; False while another one does."""
        return bool(self._one("SELECT pg_try_advisory_lock(%s)", LOCK))

    def turn(self) -> int:
        """Take one batch and publish what is not published; returns how many entries found their place.

        Raises Refusal, OSError when the folder cannot be written, psycopg.Error.
        """
        while self.met:
            self.check(self.met[-1])
            self.met.pop()
        published = self.published()
        if published.root:
            if self.size == published.size and not self._one(WAITING):
                return 0
            self.check(published)
        taken = self.take()
        if self.size != published.size or not published.root:
            self.publish(published.size)
        return taken

    @property
    def size(self) -> int:
        return int(self._one("SELECT size FROM audit.tree"))

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """The tree in the database, as `merkle.Reader`."""
        return [row[0] for row in self.db.execute("SELECT audit.hashes(%s, %s, %s)", [level, start, stop])]

    def beat(self) -> None:
        """An entry of our own once an hour, so that an idle log is seen to live."""
        if not self._beaten or time.monotonic() - self._beaten > HEARTBEAT:
            self._one("SELECT audit.beat()")
            self._beaten = time.monotonic()

    # -- what the world has seen must be how our tree begins

    def published(self) -> Checkpoint:
        """The checkpoint in the folder (before the first: one without root); raises Refusal for one that is not ours."""
        data = self.folder.read("checkpoint")
        if data is None:
            return self._nothing_published()
        try:
            found, _signatures = open_checkpoint(data.decode(), self.verifiers, self.origin)
        except (BadNote, UnicodeDecodeError) as error:
            raise Refusal(
                f"{self.folder.root}/checkpoint is not one of ours: {error}. Nothing is signed."
            ) from error
        return found

    def _nothing_published(self) -> Checkpoint:
        """A first start, or one that ended before its first checkpoint; never a folder that went away."""
        signed = self._one(
            "SELECT coalesce(max(size), 0) FROM audit.checkpoint WHERE origin = %s", self.origin
        )
        if signed and not (self.folder.root / "tile").exists():
            raise Refusal(
                f"{signed} leaves were signed before, and {self.folder.root} is empty: is it the right folder? Nothing "
                "is signed. Put the published files back; if they are lost, run `manage.py audit_recover --folder-lost`."
            )
        self.check_tiles(signed)
        return Checkpoint(self.origin, 0, b"")

    def check_tiles(self, signed: int) -> None:
        """Without a checkpoint in the folder: raises Refusal unless the tiles there and `signed` leaves are of our tree.

        The newest tile first: after a restore it is the one that does not fit.
        """
        if signed <= self.size and all(map(self._fits, self.folder.numbers(0))):
            return
        raise Refusal(
            f"{self.folder.root} has no checkpoint, and its tiles are not those of the database, as after a restore. "
            "Nothing is signed. Put the file `checkpoint` back and run `manage.py audit_recover`."
        )

    def _fits(self, number: int) -> bool:
        data = self.folder.widest(0, number)
        return data == b"".join(self.read(0, number * WIDTH, number * WIDTH + len(data) // 32))

    def check(self, seen: Checkpoint) -> None:
        """Raises Refusal unless our tree begins with this one."""
        if seen.size > (size := self.size):
            raise Refusal(
                f"{seen.size} leaves were signed before, and the database has {size}: it is older than what was "
                "published, as after a restore. Nothing is signed. Run `manage.py audit_recover`."
            )
        if root(self.read, seen.size) != seen.root:
            raise Refusal(
                f"the first {seen.size} leaves of the database are others than those that were signed. "
                "Nothing is signed. Run `manage.py audit_verify`; it names what was changed."
            )

    # -- places

    def take(self) -> int:
        """Give the oldest waiting entries their places, in one transaction; returns how many."""
        with self.db.transaction():
            waiting = self.db.execute(TAKE, [BATCH]).fetchall()
            if not waiting:
                return 0
            entries = self._entries(waiting)
            size = self.size
            hashes = [
                leaf_hash(leaf_of(one.ent, one.op, one.at, one.commitment, one.opaque)) for one in entries
            ]
            with self.db.cursor().copy(
                "COPY audit.leaf (idx, entry_id, at, opaque, hash) FROM STDIN"
            ) as copy:
                for idx, one in enumerate(entries):
                    copy.write_row((size + idx, one.id, one.at, one.opaque, hashes[idx]))
            self.add_nodes(size, hashes)
            if self.db.execute(GROW, [size + len(hashes), size]).rowcount != 1:
                raise Refusal("somebody else has changed the tree meanwhile.")
        return len(hashes)

    def _entries(self, waiting: list[tuple[Any, ...]]) -> list[Entry]:
        ids, moments = zip(*waiting, strict=True)
        found = [Entry(*row) for row in self.db.execute(ENTRIES, [list(ids), list(moments)])]
        if len(found) != len(waiting):
            raise Refusal(
                "an entry that waits for its place is not in the log. Run `manage.py audit_verify`."
            )
        return found

    def add_nodes(self, size: int, hashes: list[bytes]) -> None:
        """Fold each tile that these new leaves complete in a tree of `size`, level by level."""
        nodes = []
        for level in LEVELS:
            count = size >> (8 * level)
            first = count // WIDTH
            row = self.read(level, first * WIDTH, count) + hashes
            hashes = [fold(row[at : at + WIDTH]) for at in range(0, len(row) - WIDTH + 1, WIDTH)]
            nodes += [(level + 1, first + number, found) for number, found in enumerate(hashes)]
        with self.db.cursor() as cursor:
            cursor.executemany("INSERT INTO audit.node (level, idx, hash) VALUES (%s, %s, %s)", nodes)

    # -- files

    def publish(self, seen: int) -> None:
        """Write what a tree that was published with `seen` leaves lacks today, and sign it."""
        size = self.size
        self.write_files(seen, size)
        self._sign(size)
        self.show()
        # After a crash just before, partial tiles stay beside their full ones: they may (c2sp.org/tlog-tiles).
        self.folder.drop_partial(seen, size)

    def write_files(self, seen: int, size: int) -> None:
        files = self._files(seen, size)
        while some := list(islice(files, AT_ONCE)):
            self.folder.write(some)

    def show(self) -> None:
        """The newest checkpoint that was signed, with the witnesses' lines there are by now."""
        self.folder.write([("checkpoint", self._one(NOTE, self.origin).encode())])

    def _files(self, seen: int, size: int) -> Iterator[tuple[str, bytes]]:
        for level in LEVELS:
            full, width = tiles.widths(level, size)
            first = tiles.widths(level, seen)[0]
            for number in range(first, full + (width > 0)):
                start = number * WIDTH
                stop = min(start + WIDTH, size >> (8 * level))
                if not level:
                    yield (
                        tiles.path(tiles.ENTRIES, number, stop - start),
                        tiles.bundle(self._leaves(start, stop)),
                    )
                yield tiles.path(level, number, stop - start), b"".join(self.read(level, start, stop))

    def _leaves(self, start: int, stop: int) -> Iterator[bytes]:
        for data, opaque, ent, op, at, commitment in self.db.execute(LEAVES, [start, stop]):
            yield data or leaf_of(ent, op, at, commitment, opaque)

    def _sign(self, size: int) -> None:
        checkpoint = Checkpoint(self.origin, size, root(self.read, size))
        note = sign(checkpoint.text, self.signers)
        self.db.execute(
            "INSERT INTO audit.checkpoint (origin, size, root, note) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [self.origin, size, checkpoint.root, note],
        )
        if self._one(
            "SELECT root FROM audit.checkpoint WHERE origin = %s AND size = %s", self.origin, size
        ) != (checkpoint.root):
            raise Refusal(f"another root of {size} leaves was signed before. Run `manage.py audit_verify`.")

    def _one(self, sql: str, *values: Any) -> Any:
        row = self.db.execute(sql, values).fetchone()
        return row[0] if row else None
