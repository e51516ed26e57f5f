"""The tree as files (C2SP tlog-tiles): tiles of 256 hashes, bundles of 256 entries, the checkpoint.

A file is there whole or not at all, and what the checkpoint speaks of is on the disk before it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

WIDTH = 256
LARGEST = 65_535  # bytes of an entry: its length is told in 16 bits
ENTRIES = "entries"
# Addresses below tile/. N and W: https://c2sp.org/tlog-tiles
ADDRESS = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]))?"
)


def path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Address of a tile below the log's own; `level` "entries" is a bundle. `width`: 1..256."""
    parts: list[str] = []
    while True:
        number, rest = divmod(number, 1000)
        parts.insert(0, f"x{rest:03}" if parts else f"{rest:03}")
        if not number:
            break
    return f"tile/{level}/{'/'.join(parts)}" + ("" if width == WIDTH else f".p/{width}")


def widths(level: int, size: int) -> tuple[int, int]:
    """Of a tree of `size` leaves at this level: number of full tiles, and hashes in the partial one (0: none)."""
    return divmod(size >> (8 * level), WIDTH)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length; raises ValueError for one that is too large."""
    parts = []
    for entry in entries:
        if len(entry) > LARGEST:
            raise ValueError(f"an entry of {len(entry)} bytes; the largest is {LARGEST}")
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def unbundle(data: bytes) -> Iterator[bytes]:
    """The entries of a bundle; raises ValueError when it ends in the middle of one."""
    at = 0
    while at < len(data):
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if stop > len(data):
            raise ValueError("the bundle ends within an entry")
        yield data[at + 2 : stop]
        at = stop


def hashes(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    if len(data) % 32:
        raise ValueError("a tile holds whole hashes")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


class Folder:
    """The published files of one log, under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, name: str) -> bytes | None:
        """What stands at an address below the log's own; None when there is nothing."""
        try:
            return (self.root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Put all on the disk, in this order; a crash leaves each as it was or as it shall be. Raises OSError."""
        folders: dict[Path, None] = {}
        for name, data in files:
            place = self.root / name
            if not place.parent.is_dir():
                folders |= dict.fromkeys(_made(place.parent))
            _replace(place, data)
            folders[place.parent] = None
        for folder in folders:
            _sync(folder)

    def drop_partial(self, seen: int, size: int) -> None:
        """Take away the partial tiles, since a tree of `seen` leaves, of those that are full in the tree of `size`."""
        for level in (ENTRIES, *range(8)):
            height = 0 if level == ENTRIES else int(level)
            for number in range(widths(height, seen)[0], widths(height, size)[0]):
                shutil.rmtree(self.root / f"{path(level, number)}.p", ignore_errors=True)

    def hashes(self, level: int, start: int, stop: int) -> list[bytes]:
        """A `merkle.Reader` over the files; takes a full tile where it is, else the widest partial one.

        Raises LookupError when the files do not hold them.
        """
        found: list[bytes] = []
        for number in range(start // WIDTH, -(-stop // WIDTH)):
            try:
                tile = hashes(self.widest(level, number))
            except ValueError as error:
                raise LookupError(f"{self.root / path(level, number)} is damaged: {error}") from error
            found += tile[max(start - number * WIDTH, 0) : stop - number * WIDTH]
        if len(found) != stop - start:
            raise LookupError(f"no hashes {start}..{stop} of level {level} in {self.root}")
        return found

    def numbers(self, level: int) -> list[int]:
        """Of the tiles of a level of which there is anything, the highest first."""
        below = self.root / "tile" / str(level)
        names = (
            file.relative_to(self.root / "tile").as_posix() for file in below.rglob("*") if file.is_file()
        )
        found = (ADDRESS.fullmatch(name) for name in names)
        return sorted({int(re.sub(r"\D", "", one["n"])) for one in found if one}, reverse=True)

    def widest(self, level: int, number: int) -> bytes:
        """The full tile, else the widest partial one, else nothing."""
        whole = path(level, number)
        partial = f"{whole}.p"
        named = (int(file.name) for file in (self.root / partial).glob("*") if file.name.isdecimal())
        # Between the two looks the partial one may have gone, because the full one has come.
        return self.read(whole) or self.read(f"{partial}/{max(named, default=0)}") or self.read(whole) or b""


def _made(folder: Path) -> list[Path]:
    """The folders whose lists change when this one is made."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    return [parent.parent for parent in missing]


def _replace(place: Path, data: bytes) -> None:
    new = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
