"""What a citizen holds: the promise at once (a signed note of ours), the receipt after (C2SP tlog-proof@v1).

No database, no files, no clock: whoever has the public keys checks both.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from biroumum.audit import leaves, merkle, notes
from biroumum.audit.notes import BadNote, Verifier, decode, encode

HEADER = "c2sp.org/tlog-proof@v1"
PROMISES = "/janji"  # the promise key is called like the log, with this behind it
MERGE_WITHIN = dt.timedelta(seconds=60)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class BadProof(BadNote):
    """No receipt or promise of ours, or one that proves nothing; the text says why in one sentence."""


@dataclass(frozen=True)
class Opening:
    """What opens a commitment: payload and salt, and the day (UTC) of an entry whose leaf tells it.

    Table and step of such a leaf are read in the payload, so nothing but the day is taken on trust, and a wrong day
    leads to another leaf.
    """

    salt: bytes
    payload: str
    day: dt.date | None = None

    @property
    def commitment(self) -> bytes:
        return sha256(self.salt + self.payload.encode()).digest()

    @property
    def leaf(self) -> bytes:
        if self.day is None:
            return leaves.leaf("", "", dt.date.min, self.commitment, opaque=True)
        try:
            said = json.loads(self.payload)
            ent = said.get("ent") or said["subject"].partition("/")[0]
            return leaves.leaf(ent, said["op"], self.day, self.commitment, opaque=False)
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
            raise BadProof("the payload names no table and no step") from error

    @property
    def extra(self) -> bytes:
        """JSON in one form only, so that no byte of it can change unseen."""
        told = {"salt": encode(self.salt), "payload": self.payload}
        if self.day is not None:
            told["day"] = self.day.isoformat()
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def parse(cls, extra: bytes) -> Opening:
        try:
            told = json.loads(extra)
            day = dt.date.fromisoformat(told["day"]) if "day" in told else None
            made = cls(decode(told["salt"]), str(told["payload"]), day)
            if made.extra != extra or len(made.salt) != 32:
                raise ValueError("another form")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise BadProof("the line 'extra' does not hold salt and payload as our receipts do") from error
        return made


@dataclass(frozen=True)
class Proved:
    """What a receipt proves: that this payload is entry `index` of the log `origin` since it had `size` entries."""

    origin: str
    index: int
    size: int
    opening: Opening
    cosigned: tuple[
        tuple[str, dt.datetime], ...
    ]  # witnesses we know, and when each saw this state of the log


@dataclass(frozen=True)
class Proof:
    """An entry's place in the log. `hashes`: the leaf's sibling first; `checkpoint`: the whole signed note."""

    index: int
    hashes: Sequence[bytes]
    checkpoint: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        extra = [f"extra {encode(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(encode, self.hashes)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Raises BadProof."""
        if "\r" in text:
            raise BadProof(
                "an editor or mail program changed the ends of lines; take the file as it was given"
            )
        head, _blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if lines.pop(0) != HEADER:
            raise BadProof(f"not a receipt: its first line is not {HEADER}")
        try:
            extra = _told(lines, "extra") if lines[0].startswith("extra ") else ""
            index = _told(lines, "index")
            made = cls(int(index), tuple(decode(line) for line in lines), checkpoint, decode(extra))
        except (ValueError, IndexError) as error:
            raise BadProof("not a receipt: a line is missing, broken or one too many") from error
        if made.text != text or not checkpoint or any(len(found) != 32 for found in made.hashes):
            raise BadProof("not a receipt: a line is missing, broken or one too many")
        return made

    def check(self, verifiers: Sequence[Verifier]) -> Proved:
        """`verifiers`: the keys of logs and witnesses the reader trusts.

        Raises BadProof or BadNote, with a sentence, unless the opening in the line `extra` is the entry it says to be.
        """
        origin = self.checkpoint.partition("\n")[0]
        if all(verifier.name != origin for verifier in verifiers):
            raise BadProof(f"no key of the log {origin} is known here")
        opening = Opening.parse(self.extra)
        checkpoint, signatures = notes.open_checkpoint(self.checkpoint, verifiers, origin)
        leaf = merkle.leaf_hash(opening.leaf)
        if not merkle.verify_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root):
            raise BadProof(
                f"what this receipt holds is not entry {self.index} of {origin}: something was changed"
            )
        seen = (
            (signed.name, dt.datetime.fromtimestamp(signed.time, dt.UTC))
            for signed in signatures
            if signed.time
        )
        return Proved(origin, self.index, checkpoint.size, opening, tuple(seen))


@dataclass(frozen=True)
class Promise:
    """That the entry with this commitment stands in the log `origin` at `merged_by` at the latest; whole seconds."""

    origin: str
    commitment: bytes
    at: dt.datetime
    merged_by: dt.datetime

    @classmethod
    def of(cls, origin: str, commitment: bytes, at: dt.datetime) -> Promise:
        at = at.astimezone(dt.UTC).replace(microsecond=0)
        return cls(origin, commitment, at, at + MERGE_WITHIN)

    @property
    def text(self) -> str:
        """The text of the note, four lines that never change their form."""
        at, merged_by = (f"{moment.astimezone(dt.UTC):{_TIME}}" for moment in (self.at, self.merged_by))
        lines = (f"commitment {encode(self.commitment)}", f"time {at}", f"merged by {merged_by}")
        return "\n".join((f"{self.origin}{PROMISES}@v1", *lines)) + "\n"

    @classmethod
    def parse(cls, text: str) -> Promise:
        """From the text of a note. Raises BadProof."""
        lines = text.split("\n")
        try:
            origin = lines.pop(0).removesuffix(f"{PROMISES}@v1")
            commitment = decode(_told(lines, "commitment"))
            at, merged_by = (
                dt.datetime.strptime(_told(lines, name), _TIME).replace(tzinfo=dt.UTC)
                for name in ("time", "merged by")
            )
        except (ValueError, IndexError) as error:
            raise BadProof("not a promise: a line is missing or broken") from error
        made = cls(origin, commitment, at, merged_by)
        if made.text != text or len(commitment) != 32:
            raise BadProof("not a promise: a line is missing or broken")
        return made

    @classmethod
    def check(cls, note: str, verifiers: Sequence[Verifier]) -> Promise:
        """The promise in a note signed by the key of its own log. Raises BadProof or BadNote."""
        name = note.partition("\n")[0].removesuffix("@v1")
        if all(verifier.name != name for verifier in verifiers):
            raise BadProof(f"no key {name} is known here")
        text, signatures = notes.open_note(note, verifiers)
        if all(signature.name != name for signature in signatures):
            raise BadProof(f"not signed by {name}")
        return cls.parse(text)


def is_promise(text: str) -> bool:
    return text.partition("\n")[0].endswith(f"{PROMISES}@v1")


def _told(lines: list[str], name: str) -> str:
    """What the next line says behind its name; raises ValueError."""
    said, _space, value = lines.pop(0).rpartition(" ")
    if said != name:
        raise ValueError(name)
    return value
