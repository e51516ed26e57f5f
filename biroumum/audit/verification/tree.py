"""The tree made anew from the leaves: places without a gap, its root at every size that was ever signed, its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from biroumum.audit.merkle import EMPTY, Reader, fold, node_hash, root
from biroumum.audit.notes import Checkpoint
from biroumum.audit.tiles import WIDTH
from biroumum.audit.verification.finding import Finding


class Frontier:
    """Roots of a tree as it grows leaf by leaf; keeps one hash per level."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []  # roots of the perfect subtrees, the largest first

    def append(self, leaf: bytes) -> None:
        whole = self._whole
        whole.append(leaf)
        self.size = size = self.size + 1
        while not size & 1:
            right = whole.pop()
            whole[-1] = node_hash(whole[-1], right)
            size >>= 1

    @property
    def root(self) -> bytes:
        if not self._whole:
            return EMPTY
        found = self._whole[-1]
        for left in reversed(self._whole[:-1]):
            found = node_hash(left, found)
        return found


class Tree:
    """Takes the hashes of all leaves, a tile at a time; tells the root at each size of `signed`, which rises."""

    def __init__(self, signed: Iterable[tuple[int, bytes, str]]) -> None:
        self.frontier = Frontier()
        self.nodes: list[list[bytes]] = [[] for _level in range(8)]  # of levels 1 to 8
        self._signed = iter(signed)
        self._next = next(self._signed, None)

    def add(self, hashes: Sequence[bytes]) -> Iterator[Finding]:
        """At most a tile of hashes, and a whole one unless they are the last."""
        append = self.frontier.append
        yield from self._due()
        for found in hashes:
            append(found)
            if self._next and self._next[0] <= self.frontier.size:
                yield from self._due()
        if len(hashes) == WIDTH:
            self._fold(hashes)

    def _fold(self, hashes: Sequence[bytes]) -> None:
        for nodes in self.nodes:
            nodes.append(fold(hashes))
            if len(nodes) % WIDTH:
                return
            hashes = nodes[-WIDTH:]

    def _due(self) -> Iterator[Finding]:
        """What was signed at the size reached."""
        while self._next and self._next[0] <= self.frontier.size:
            size, root, what = self._next
            if size == self.frontier.size and root != self.frontier.root:
                yield Finding("root", what, str(size), "root", _OTHER.format(size=size))
            self._next = next(self._signed, None)

    def rest(self) -> Iterator[Finding]:
        """What was signed of more leaves than there are."""
        yield from self._due()
        while self._next:
            size, _root, what = self._next
            yield Finding("size", what, str(size), "size", _MORE.format(size=size, have=self.frontier.size))
            self._next = next(self._signed, None)

    def compare(self, stored: Iterable[tuple[int, int, bytes]]) -> Iterator[Finding]:
        """`stored`: level, number, hash, as audit.node has them in this order."""
        seen = [0] * len(self.nodes)
        for level, number, found in stored:
            nodes = self.nodes[level - 1]
            if number != seen[level - 1] or number >= len(nodes) or nodes[number] != found:
                yield Finding("node", "audit.node", f"{level}/{number}", "hash", _NODE)
            seen[level - 1] = number + 1
        for level, (nodes, count) in enumerate(zip(self.nodes, seen, strict=True), 1):
            if count < len(nodes):
                yield Finding("node", "audit.node", f"{level}/{count}", "hash", _NODE)


def compare_root(read: Reader, have: int, one: Checkpoint, what: str) -> Iterator[Finding]:
    """A checkpoint against a tree of `have` leaves that is read, not made anew."""
    if one.size > have:
        yield Finding("size", what, str(one.size), "size", _MORE.format(size=one.size, have=have))
    elif root(read, one.size) != one.root:
        yield Finding("root", what, str(one.size), "root", _OTHER.format(size=one.size))


def gaps(places: Iterable[int | None], start: int) -> Iterator[Finding]:
    """Places must be start, start + 1, …"""
    for expected, place in enumerate(places, start):
        if place != expected:
            yield Finding(
                "density", "audit.leaf", str(place), "idx", _GAP.format(expected=expected, place=place)
            )
            return


_OTHER = (
    "the first {size} leaves give another root than the one that was signed: what was published was changed since. "
    "Findings of the kinds entry, leaf and file say where; if there are none, all of it was rewritten. Keep both "
    "checkpoints, stop the sequencer and do as docs/audit.md says of incidents."
)
_MORE = (
    "{size} leaves were signed, and there are {have}: the database is older than what was published. "
    "Run `manage.py audit_recover`."
)
_NODE = (
    "the hash kept for this part of the tree is not the one its leaves give. Stop the sequencer; take the row from a "
    "backup, for proofs are made of it."
)
_GAP = "place {expected} of the tree is empty and {place} follows. Take the missing rows from a backup."
