"""Whoever guesses numbers finds none in the published log, even knowing every other letter of what was filed."""

import datetime as dt
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from biroumum.audit import leaves, merkle, tiles
from biroumum.audit.models import Entry
from biroumum.audit.notes import decode, encode
from tests.complaints.test_intake import content, file
from tests.fixtures_log import sequenced

NIK, PHONE = "3374010203904711", "081234507788"
# Everyone of one subdistrict born on one day; every number of one block of an operator.
NUMBERS = [f"337401020390{serial:04}" for serial in range(10_000)] + [
    f"0812345{rest:05}" for rest in range(10_000)
]


@pytest.fixture
def bodies(real_db, now) -> list[str]:
    """All that the log says in words and that holds one of the two numbers; the guesser is given it without them."""
    said = content(description=f"Lampu lorong mati. NIK saya {NIK}, telepon {PHONE}.")
    file(now, content=said)
    found = [
        body
        for body in Entry.objects.values_list("body", flat=True)
        if body and (NIK in body or PHONE in body)
    ]
    assert found
    return found


@pytest.fixture
def published(bodies, log_sequencer) -> Path:
    return sequenced(log_sequencer)


def shown(folder: Path) -> set[bytes]:
    """Each hash the world can read: commitments of the entries, and all hashes of tiles."""
    hashes: set[bytes] = set()
    for path in (path for path in folder.rglob("*") if path.is_file() and path.name != "checkpoint"):
        if "entries" in path.parts:
            hashes |= {decode(json.loads(leaf)["c"]) for leaf in tiles.unbundle(path.read_bytes())}
        else:
            hashes |= set(tiles.hashes(path.read_bytes()))
    return hashes


def guesses(bodies: list[str]) -> Iterator[tuple[str, bytes]]:
    """(number, hash) for each way in which a hash could hide a number and nothing else."""
    for number in NUMBERS:
        known = NIK if len(number) == 16 else PHONE
        for text in (number, *(body.replace(known, number) for body in bodies)):
            data = text.encode()
            commitment = sha256(data).digest()
            yield number, commitment
            yield number, merkle.leaf_hash(data)
            yield number, sha256(bytes(32) + data).digest()
            yield number, merkle.leaf_hash(leaves.leaf("", "", dt.date.min, commitment, opaque=True))


def test_no_plausible_nik_and_no_telephone_number_is_found(published, bodies):
    seen = shown(published)
    assert len(seen) > 100
    assert [number for number, guess in guesses(bodies) if guess in seen] == []
    for path in published.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert NIK.encode() not in data
        assert PHONE.encode() not in data


def test_without_the_salt_the_same_guesser_finds_them(published, bodies):
    body = next(body for body in bodies if NIK in body and PHONE in body)
    unsalted = json.dumps({"v": 1, "c": encode(sha256(body.encode()).digest())}).encode()
    tiles.Folder(published).write([(tiles.path(tiles.ENTRIES, 999, 1), tiles.bundle([unsalted]))])
    seen = shown(published)
    assert {number for number, guess in guesses([body]) if guess in seen} == {NIK, PHONE}
