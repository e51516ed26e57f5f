"""RFC 6962, section 2.1, written down as the RFC defines it, and slowly: what ours is held to."""

from collections.abc import Sequence
from hashlib import sha256


class Naive:
    """MTH, PATH and PROOF over leaf hashes; a root that was computed once is kept."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.hashes = hashes
        self.known: dict[tuple[int, int], bytes] = {}

    def mth(self, start: int, stop: int) -> bytes:
        if stop - start < 2:
            return self.hashes[start] if stop > start else sha256(b"").digest()
        if (start, stop) not in self.known:
            middle = start + split(stop - start)
            both = self.mth(start, middle) + self.mth(middle, stop)
            self.known[start, stop] = sha256(b"\x01" + both).digest()
        return self.known[start, stop]

    def path(self, index: int, start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            return []
        middle = start + split(stop - start)
        if index < middle:
            return [*self.path(index, start, middle), self.mth(middle, stop)]
        return [*self.path(index, middle, stop), self.mth(start, middle)]

    def subproof(self, old: int, start: int, stop: int, whole: bool) -> list[bytes]:
        if old == stop:
            return [] if whole else [self.mth(start, stop)]
        middle = start + split(stop - start)
        if old <= middle:
            return [*self.subproof(old, start, middle, whole), self.mth(middle, stop)]
        return [*self.subproof(old, middle, stop, False), self.mth(start, middle)]

    def proof(self, old: int, new: int) -> list[bytes]:
        return self.subproof(old, 0, new, True) if old else []

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """As a `merkle.Reader`: hashes of whole subtrees of 256**level leaves."""
        width = 256**level
        return [self.mth(at * width, (at + 1) * width) for at in range(start, stop)]


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power
