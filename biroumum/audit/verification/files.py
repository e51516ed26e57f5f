"""The published files, byte for byte: what the database's own entries give, up to the size that was signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from biroumum.audit import tiles
from biroumum.audit.tiles import WIDTH, Folder
from biroumum.audit.verification.finding import Finding


def check_leaves(
    folder: Folder, number: int, leaves: Sequence[bytes | None], hashes: Sequence[bytes], size: int
) -> Iterator[Finding]:
    """Bundle and level-0 tile `number` of these leaves, as far as they were published with `size`."""
    if (count := min(len(hashes), size - number * WIDTH)) > 0:
        yield from check_bundle(folder, number, leaves[:count])
        yield from check_tile(folder, 0, number, hashes[:count])


def check_upper(folder: Folder, nodes: Sequence[Sequence[bytes]], size: int) -> Iterator[Finding]:
    """Tiles above the leaves. `nodes`: hashes of levels 1, 2, …"""
    for level, hashes in enumerate(nodes, 1):
        there = hashes[: size >> (8 * level)]
        for at in range(0, len(there), WIDTH):
            yield from check_tile(folder, level, at // WIDTH, there[at : at + WIDTH])


def check_tile(folder: Folder, level: int, number: int, hashes: Sequence[bytes]) -> Iterator[Finding]:
    """`hashes`: all that the tile of this level must hold."""
    name = tiles.path(level, number, len(hashes))
    data = folder.read(name)
    if data is None and (full := folder.read(tiles.path(level, number))):
        data = full[
            : len(hashes) * 32
        ]  # the sequencer goes on meanwhile; a partial tile goes once it is full
    if data == b"".join(hashes):
        return
    if data is None:
        yield Finding("file", name, "", "", _MISSING)
        return
    wrong = [at for at, found in enumerate(hashes) if data[at * 32 : at * 32 + 32] != found]
    first = number * WIDTH + (wrong[0] if wrong else len(hashes))
    yield Finding("file", name, str(first), "", _TILE.format(first=first, level=level))


def check_bundle(folder: Folder, number: int, leaves: Sequence[bytes | None]) -> Iterator[Finding]:
    """`leaves`: the bytes of each; None where the database has nothing to say them by."""
    name = tiles.path(tiles.ENTRIES, number, len(leaves))
    data = folder.read(name)
    if data is None and (full := folder.read(tiles.path(tiles.ENTRIES, number))):
        data = tiles.bundle(_unbundled(full)[: len(leaves)])
    if data is None:
        yield Finding("file", name, "", "", _MISSING)
        return
    if None not in leaves and data == tiles.bundle(leaf for leaf in leaves if leaf is not None):
        return
    found = _unbundled(data)
    if len(found) != len(leaves):
        yield Finding("file", name, str(number * WIDTH), "", _BROKEN.format(count=len(leaves)))
        return
    for at, (ours, theirs) in enumerate(zip(leaves, found, strict=True), number * WIDTH):
        if ours is not None and ours != theirs:
            yield Finding("file", name, str(at), "", _BUNDLE.format(at=at))


def _unbundled(data: bytes) -> list[bytes]:
    """The leaves of a bundle; none of one that is broken."""
    try:
        return list(tiles.unbundle(data))
    except ValueError:
        return []


_ANEW = (
    "Put it back from a backup of the folder, or stop the sequencer and run `manage.py audit_recover --files`, which "
    "writes all files anew if the database has the root that was signed."
)
_MISSING = f"the file is not there. {_ANEW}"
_TILE = (
    "hash {first} of level {level} is not the one the database's entries give: the file was changed, or the entry "
    f"was. If no other finding names the entry, it was the file. {_ANEW}"
)
_BUNDLE = (
    "leaf {at} is not what the database's entry says: the file was changed, or the entry was. If no other finding "
    f"names the entry, it was the file. {_ANEW}"
)
_BROKEN = f"the file does not hold {{count}} whole leaves. {_ANEW}"
