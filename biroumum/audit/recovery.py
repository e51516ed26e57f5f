"""After an older backup was restored: the tree takes back the leaves that were published meanwhile.

Their order is what the world has seen, so it stays. Entries that came into no backup stay lost; their leaves do not,
and whoever holds a receipt of one proves with it what they proved before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from biroumum.audit import tiles
from biroumum.audit.merkle import leaf_hash, root
from biroumum.audit.notes import BadNote, Checkpoint, open_checkpoint
from biroumum.audit.sequencer import GROW, Entry, Refusal, Sequencer, leaf_of
from biroumum.audit.tiles import WIDTH

WAITING = """
    SELECT e.id, e.at, e.ent, e.op, e.subject, e.commitment FROM audit.pending p JOIN audit.entry e
    ON e.id = p.entry_id AND e.at = p.at"""


class Found(NamedTuple):
    """Leaves first..stop-1 were published and are not in the database; of `kept` it still has the entry."""

    first: int
    stop: int
    kept: int

    @property
    def lost(self) -> int:
        return self.stop - self.first - self.kept


class _Undo(Exception):
    """Ends a transaction that was only to show what would be."""


def published(sequencer: Sequencer) -> tuple[Checkpoint, str]:
    """The checkpoint of the folder, and its note with the log's own signatures alone; raises Refusal."""
    place = sequencer.folder.root / "checkpoint"
    try:
        data = (sequencer.folder.read("checkpoint") or b"").decode()
        found, signatures = open_checkpoint(data, sequencer.verifiers, sequencer.origin)
    except (BadNote, UnicodeDecodeError) as error:
        raise Refusal(f"{place} is not one of ours: {error}. Put the published files back.") from error
    lines = [one.line for one in signatures if one.name == sequencer.origin]
    return found, f"{found.text}\n{''.join(lines)}"


def recover(sequencer: Sequencer, why: str = "") -> Found:
    """Take back what was published, with `why`; without it nothing is changed. Raises Refusal, OSError.

    The tree that comes of it has the root that was signed, or nothing is done.
    """
    seen, note = published(sequencer)
    found = Found(sequencer.size, seen.size, 0)
    try:
        with sequencer.db.transaction():
            if found.first < seen.size:
                found = found._replace(kept=_adopt(sequencer, found, why))
            if root(sequencer.read, seen.size) != seen.root:
                raise Refusal(
                    f"The {seen.size} published leaves and those of the database are not one tree: one of both was "
                    "changed. Nothing was done. `manage.py audit_verify` names what."
                )
            if not why or found.first >= seen.size:
                raise _Undo
            _note(sequencer, seen, note)
    except _Undo:
        pass
    return found


def _adopt(sequencer: Sequencer, found: Found, why: str) -> int:
    """Give the published leaves their places again and tell the log; returns how many have their entry."""
    known = _waiting(sequencer)
    hashes, kept = [], []
    with sequencer.db.cursor().copy(
        "COPY audit.leaf (idx, entry_id, at, opaque, hash, data) FROM STDIN"
    ) as copy:
        for idx, data in enumerate(_leaves(sequencer, found.first, found.stop), found.first):
            hashes.append(hashed := leaf_hash(data))
            if one := known.get(data):
                kept.append(one.id)
                copy.write_row((idx, one.id, one.at, b'"app"' not in data, hashed, None))
            else:
                copy.write_row((idx, None, None, b'"app"' not in data, hashed, data))
    sequencer.db.execute("DELETE FROM audit.pending WHERE entry_id = ANY (%s)", [kept])
    sequencer.add_nodes(found.first, hashes)
    # Before the tree grows, which takes leaves without an entry from a recovery alone.
    sequencer.db.execute("SELECT audit.recovered(%s, %s, %s)", [found.first, found.stop, why or "-"])
    if sequencer.db.execute(GROW, [found.stop, found.first]).rowcount != 1:
        raise Refusal("somebody else has changed the tree meanwhile.")
    return len(kept)


def _waiting(sequencer: Sequencer) -> dict[bytes, Entry]:
    """Entries without a place, under both leaves they may have had: what is opaque may have changed since."""
    known = {}
    for row in sequencer.db.execute(WAITING):
        one = Entry(*row)
        for opaque in (True, False):
            known[leaf_of(one.ent, one.op, one.at, one.commitment, opaque)] = one
    return known


def _leaves(sequencer: Sequencer, first: int, stop: int) -> Iterator[bytes]:
    """Leaves first..stop-1 out of the published bundles; raises Refusal for one that is missing or broken."""
    for number in range(first // WIDTH, -(-stop // WIDTH)):
        start = number * WIDTH
        width = min(WIDTH, stop - start)
        name = tiles.path(tiles.ENTRIES, number, width)
        data = sequencer.folder.read(name) or sequencer.folder.read(tiles.path(tiles.ENTRIES, number))
        try:
            leaves = list(tiles.unbundle(data or b""))[:width]
        except ValueError:
            leaves = []
        if len(leaves) != width:
            raise Refusal(
                f"{sequencer.folder.root / name} is missing or broken. Nothing was done. Put the published files back, "
                "from a backup of the folder or from whoever keeps a copy of the log."
            )
        yield from leaves[max(first - start, 0) :]


def _note(sequencer: Sequencer, seen: Checkpoint, note: str) -> None:
    sequencer.db.execute(
        "INSERT INTO audit.checkpoint (origin, size, root, note) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [seen.origin, seen.size, seen.root, note],
    )
