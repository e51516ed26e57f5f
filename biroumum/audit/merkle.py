"""The Merkle tree of RFC 6962, section 2.1: roots, proofs, and their checking. No database, no files.

A tree is read through hashes of whole subtrees of 256**level leaves, as tiles keep them (C2SP tlog-tiles).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

# (level, start, stop) -> 32-byte hashes of the whole subtrees of 256**level leaves numbered start..stop-1
Reader = Callable[[int, int, int], Sequence[bytes]]
EMPTY = sha256(b"").digest()  # the root of no leaves
TILE_BITS = 8


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a number of hashes that is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)
        ]
    return row[0]


def root(read: Reader, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return _range(read, 0, size) if size else EMPTY


def inclusion(read: Reader, index: int, size: int) -> list[bytes]:
    """Audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first (RFC 6962, 2.1.1).

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_range(read, middle, stop))
            stop = middle
        else:
            path.append(_range(read, start, middle))
            start = middle
    return path[::-1]


def consistency(read: Reader, old: int, new: int) -> list[bytes]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `new` (RFC 6962, 2.1.2).

    Empty for old = 0 and old = new. Raises ValueError unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not begin with one of {old}")
    if old in (0, new):
        return []
    path, start, stop, whole = [], 0, new, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(_range(read, middle, stop))
            stop = middle
        else:
            path.append(_range(read, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range(read, start, stop))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root this audit path leads to (RFC 9162, 2.1.3.2); None when its length is wrong for index and size."""
    if not 0 <= index < size:
        return None
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf hash to this root."""
    return root_from_inclusion(leaf, index, size, path) == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _range(read: Reader, start: int, stop: int) -> bytes:
    """The root over leaves start..stop-1, where start is a multiple of the power of two that holds them."""
    whole = [_perfect(read, at, bits) for at, bits in _perfects(start, stop)]
    found = whole.pop()
    while whole:
        found = node_hash(whole.pop(), found)
    return found


def _perfects(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees a range falls into, as (first leaf, log2 of its size), the largest first."""
    while start < stop:
        bits = (stop - start).bit_length() - 1
        yield start, bits
        start += 1 << bits


def _perfect(read: Reader, start: int, bits: int) -> bytes:
    level, inner = divmod(bits, TILE_BITS)
    first = start >> (level * TILE_BITS)
    return fold(read(level, first, first + (1 << inner)))
