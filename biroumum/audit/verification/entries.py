"""Each entry by itself: its payload opens its commitment, its leaf says what it says, and what is missing may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from biroumum.audit.merkle import leaf_hash
from biroumum.audit.verification.finding import Finding
from biroumum.audit.verification.lines import Line

JUMP = timedelta(minutes=1)  # one statement takes its time before its ids; few run so long


class Entries:
    """Holds what is known of the lines before: lost ranges, and the latest time seen."""

    def __init__(self, lost: Sequence[range]) -> None:
        self.lost = lost  # places whose entries went with a restore, as audit.recovery says
        self.newest: tuple[int, datetime] | None = None

    def check(self, line: Line, leaf: bytes | None) -> Iterator[Finding]:
        """`leaf`: the bytes `line.leaf`, which are costly to make."""
        if line.ent is None:
            yield from self._without_entry(line)
        else:
            if line.salt is None or line.erased_by is not None:
                yield from _without_payload(line)
            elif sha256(line.salt + line.body).digest() != line.commitment:
                yield _of(line, "payload", "body", _PAYLOAD)
            yield from self._clock(line)
        if leaf is not None and line.hash is not None and leaf_hash(leaf) != line.hash:
            yield _of(line, "leaf", "commitment", _LEAF.format(line=line))

    def _without_entry(self, line: Line) -> Iterator[Finding]:
        if line.idx is None:
            sentence = _QUEUED.format(line=line)
            yield Finding("entry", "audit.pending", str(line.entry_id), "", sentence)
        elif line.entry_id is not None or not any(line.idx in places for places in self.lost):
            yield Finding("entry", "audit.leaf", str(line.idx), "entry_id", _GONE.format(line=line))

    def _clock(self, line: Line) -> Iterator[Finding]:
        number = line.entry_id or 0
        if self.newest and number < self.newest[0]:
            return  # committed late
        if self.newest and line.at < self.newest[1] - JUMP:
            yield _of(line, "clock", "at", _CLOCK.format(line=line, before=self.newest[1]))
        self.newest = number, max(line.at, self.newest[1]) if self.newest else line.at


def _without_payload(line: Line) -> Iterator[Finding]:
    if line.salt is None and line.erased_by is None:
        yield _of(line, "payload", "body", _LOST)
    elif line.salt is not None:
        yield _of(line, "erasure", "body", _BACK.format(line=line))


def _of(line: Line, check: str, column: str, sentence: str) -> Finding:
    return Finding(check, str(line.ent), line.pk, column, f"Entry {line.entry_id}: {sentence}")


_PAYLOAD = (
    "what it tells is not what was committed to when it was written. Somebody changed audit.payload: take the row "
    "from a backup of before, and look in the log for entries `ddl` since."
)
_LOST = (
    "its payload is gone, and no erasure says why. Take its row in audit.payload from a backup; if it was to be "
    "erased, that must be done by the portal."
)
_BACK = (
    "its payload was erased by entry {line.erased_by}, and is there again, as after a restore. "
    "Run `manage.py audit_replay_erasures`."
)
_LEAF = (
    "it is not what was given place {line.idx} in the tree: table, step, time or commitment was changed since. "
    "Compare audit.entry with a backup of before, and with the published bundle."
)
_GONE = (
    "Place {line.idx} belongs to entry {line.entry_id}, which is not in audit.entry, and no recovery accounts for it. "
    "Take the entry from a backup."
)
_QUEUED = "Entry {line.entry_id} waits for its place and is not in audit.entry. Take it from a backup."
_CLOCK = (
    "it was written at {line.at:%Y-%m-%d %H:%M:%S}, after one of {before:%Y-%m-%d %H:%M:%S}: the server's clock went "
    "back. The order of the log is that of its places; set the clock by NTP."
)
