"""Tiles, bundles and their addresses as C2SP tlog-tiles says, and files that are there whole or not at all."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from biroumum.audit import tiles
from biroumum.audit.tiles import ADDRESS, Folder


@pytest.mark.parametrize(
    ("level", "number", "width", "wanted"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),  # the example of the specification
        (1, 999, 1, "tile/1/999.p/1"),
        (63, 1000, 255, "tile/63/x001/000.p/255"),
        (tiles.ENTRIES, 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_addresses_are_those_of_the_specification(level, number, width, wanted):
    assert tiles.path(level, number, width) == wanted
    assert ADDRESS.fullmatch(wanted.removeprefix("tile/"))


@given(number=st.integers(0, 2**40), level=st.integers(0, 63), width=st.integers(1, 256))
@settings(deadline=None, derandomize=True, database=None)
def test_each_tile_has_an_address_that_is_read_and_no_two_have_the_same(number, level, width):
    found = ADDRESS.fullmatch(tiles.path(level, number, width).removeprefix("tile/"))
    assert int(found["n"].replace("x", "").replace("/", "")) == number
    assert (found["level"], int(found["width"] or 256)) == (str(level), width)


@pytest.mark.parametrize(
    "address",
    "0/0 0/0000 00/000 64/000 -1/000 0/x000 0/000/000 0/000.p/0 0/000.p/01 0/000.p/256 0/000.p/999 0/000.p 0/000/ "
    "entrie/000 entries/../000 0/٠٠٠ 0/000.p/1/2".split(),
)
def test_what_is_no_address_is_not_read(address):
    assert not ADDRESS.fullmatch(address)


def test_widths_are_those_of_the_specification():
    assert [tiles.widths(level, 70_000) for level in range(4)] == [(273, 112), (1, 17), (0, 1), (0, 0)]
    assert [tiles.widths(level, 256) for level in range(3)] == [(1, 0), (0, 1), (0, 0)]
    assert [tiles.widths(0, size) for size in (0, 1, 255, 257)] == [(0, 0), (0, 1), (0, 255), (1, 1)]
    assert [tiles.widths(1, size) for size in (65_535, 65_536, 65_537)] == [(0, 255), (1, 0), (1, 0)]


@given(entries=st.lists(st.binary(max_size=300), max_size=20))
@settings(deadline=None, derandomize=True, database=None)
def test_a_bundle_gives_back_its_entries_and_not_one_byte_may_miss(entries):
    data = tiles.bundle(entries)
    assert list(tiles.unbundle(data)) == entries
    if data:
        with pytest.raises(ValueError, match="within an entry"):
            list(tiles.unbundle(data[:-1]))


def test_an_entry_of_65535_bytes_is_the_largest():
    data = tiles.bundle([bytes(65_535), b""])
    assert data[:2] == b"\xff\xff"
    assert [len(entry) for entry in tiles.unbundle(data)] == [65_535, 0]
    with pytest.raises(ValueError, match="the largest is"):
        tiles.bundle([bytes(65_536)])


def test_a_tile_holds_whole_hashes():
    with pytest.raises(ValueError, match="whole hashes"):
        tiles.hashes(bytes(33))


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / "log")


def test_hashes_come_from_full_tiles_where_there_are_and_else_from_the_widest(folder):
    row = [bytes([number]) * 32 for number in range(256)] + [
        bytes(31) + bytes([number]) for number in range(9)
    ]
    folder.write(
        [
            (tiles.path(0, 0), b"".join(row[:256])),
            (tiles.path(0, 0, 7), bytes(7 * 32)),  # of before it was full
            (tiles.path(0, 1, 3), b"".join(row[256:259])),
            (tiles.path(0, 1, 9), b"".join(row[256:])),
        ]
    )
    for start, stop in ((0, 0), (0, 265), (3, 4), (250, 260), (256, 265)):
        assert folder.hashes(0, start, stop) == row[start:stop]
    for start, stop in ((0, 266), (265, 266), (600, 601)):
        with pytest.raises(LookupError, match="no hashes"):
            folder.hashes(0, start, stop)
    with pytest.raises(LookupError, match="no hashes"):
        folder.hashes(1, 0, 1)


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(folder, monkeypatch, fails):
    folder.write([("checkpoint", b"old")])

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if fails == "fsync" else (Path, "replace", full)))
    with pytest.raises(OSError, match="No space"):
        folder.write([("checkpoint", b"new"), ("tile/0/000", b"")])
    monkeypatch.undo()
    assert folder.read("checkpoint") == b"old"
    assert [path.name for path in folder.root.iterdir()] == ["checkpoint"]
    assert folder.read("tile/0/000") is None
    assert folder.read("checkpoint/more") is None


def test_a_partial_tile_that_is_full_between_two_looks_is_found(folder):
    row = b"".join(bytes([number]) * 32 for number in range(256))
    folder.write([(tiles.path(0, 0), row)])
    looks: list[str] = []

    class Filling(Folder):
        def read(self, name: str) -> bytes | None:
            looks.append(name)
            return super().read(name) if len(looks) > 1 else None

    assert Filling(folder.root).hashes(0, 0, 256) == tiles.hashes(row)
