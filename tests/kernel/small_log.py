"""A log in memory: leaves, keys of its own and of a witness, receipts of any of its entries."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256

from biroumum.audit import merkle
from biroumum.audit.notes import COSIGNATURE, Checkpoint, Signer, sign
from biroumum.audit.proofs import PROMISES, Opening, Promise, Proof

ORIGIN = "portal.example/transparansi/log"
NOW = dt.datetime(2026, 11, 24, 1, 41, tzinfo=dt.UTC)


def key(name: str, kind: int = 1) -> Signer:
    """The same key for the same name in every run."""
    return Signer(name, sha256(f"{name} {kind}".encode()).digest(), kind)


LOG, PROMISER = key(ORIGIN), key(ORIGIN + PROMISES)
WITNESS = key("saksi.example/w1", COSIGNATURE)


def opening(number: int = 0, day: dt.date | None = None) -> Opening:
    payload = (
        f'{{"op":"event","verb":"submit","subject":"complaints.complaint/{number}","data":{{"hash":"é"}}}}'
    )
    return Opening(sha256(b"salt %d" % number).digest(), payload, day)


class SmallLog:
    def __init__(self, openings: Sequence[Opening]) -> None:
        self.openings = openings

    @cached_property
    def hashes(self) -> list[bytes]:
        return [merkle.leaf_hash(one.leaf) for one in self.openings]

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        assert level == 0
        return self.hashes[start:stop]

    def note(self, size: int | None = None, *, signer: Signer = LOG, witness: Signer | None = WITNESS) -> str:
        size = len(self.openings) if size is None else size
        text = Checkpoint(signer.name, size, merkle.root(self.read, size)).text
        return sign(text, [signer]) + (witness.line(text, time=int(NOW.timestamp())) if witness else "")

    def proof(self, index: int, **said: object) -> Proof:
        path = merkle.inclusion(self.read, index, len(self.openings))
        return Proof(index, path, self.note(**said), self.openings[index].extra)  # type: ignore[arg-type]


def promise() -> str:
    made = Promise.of(ORIGIN, opening().commitment, NOW)
    return sign(made.text, [PROMISER])
