"""Witnesses: others who sign that they saw our log only grow (C2SP tlog-witness, tlog-cosignature).

Asking happens in threads that touch neither database nor folder, so a silent or hostile witness delays nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from biroumum.audit import keys
from biroumum.audit.merkle import consistency
from biroumum.audit.notes import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Verifier,
    encode,
    open_checkpoint,
    open_note,
    split,
)
from biroumum.audit.sequencer import Sequencer

WANTED = 2  # cosignatures that make a checkpoint believed (of three witnesses)
PATIENCE, PAUSE, LONGEST_PAUSE = 5.0, 5.0, 600.0  # seconds: for one answer, between questions, after failures
LONGEST_ANSWER = 6 * PATIENCE  # seconds: two connections, each to a name of several addresses
LARGEST_ANSWER = 65_536  # bytes
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class BadAnswer(ValueError):
    """What a witness said is no answer; the text says what was wrong."""


@dataclass(frozen=True)
class Witness:
    verifier: Verifier
    url: str  # the submission prefix; checkpoints are looked for below it too

    @classmethod
    def parse(cls, text: str) -> Witness:
        """From `<vkey>+<url>`; raises BadNote."""
        vkey, plus, rest = text.strip().partition("+http")
        made = cls(Verifier.parse(vkey), f"http{rest}".rstrip("/"))
        if not plus or made.verifier.kind != COSIGNATURE or not urlsplit(made.url).hostname:
            raise BadNote(f"not a witness's Ed25519 key and address: {text[:80]!r}")
        return made

    @property
    def name(self) -> str:
        return self.verifier.name


def configured() -> list[Witness]:
    """Those of AUDIT_WITNESSES; raises BadNote."""
    return [Witness.parse(text) for text in settings.AUDIT_WITNESSES]


# -- over the wire


class Said(NamedTuple):
    """What came of one question; at most one is told."""

    line: str = ""  # a cosignature that was checked
    size: int | None = None  # the size the witness knows, where it is another than we thought
    note: str = ""  # the checkpoint it shows for such a size
    trouble: str = ""


def add_checkpoint(witness: Witness, note: str, old: int, proof: Sequence[bytes]) -> Said:
    """Ask for a cosignature on `note`, whose tree begins with the `old` leaves the witness knows."""
    body = "".join([f"old {old}\n", *(f"{encode(one)}\n" for one in proof), "\n", note])
    try:
        status, answer = _call(witness, "POST", "add-checkpoint", body.encode())
        if status == 200:
            return Said(line=_cosignature(witness, note, answer))
        if status == 409 and (size := _SIZE.fullmatch(answer)):
            known = int(size[1])
            larger = known > Checkpoint.parse(split(note)[0]).size
            return Said(size=known, note=latest(witness, note.partition("\n")[0]) if larger else "")
        raise BadAnswer(f"answers {status}")
    except (OSError, HTTPException, ValueError) as error:
        return Said(trouble=str(error) or type(error).__name__)


def latest(witness: Witness, origin: str) -> str:
    """The checkpoint of this log it shows, unchecked; nothing when it shows none."""
    with suppress(OSError, HTTPException, ValueError):
        status, answer = _call(witness, "GET", f"{sha256(origin.encode()).hexdigest()}/checkpoint")
        if status == 200:
            return answer.decode()
    return ""


def _cosignature(witness: Witness, note: str, answer: bytes) -> str:
    """The line of the key we know, over exactly this text. Lines of other keys are passed over."""
    text = split(note)[0]
    _text, (signature, *_rest) = open_note(f"{text}\n{answer.decode()}", [witness.verifier])
    if not signature.time:
        raise BadAnswer("its cosignature says no time")
    return signature.line


def _call(witness: Witness, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Status and body. Redirects are not followed. Raises OSError, HTTPException, BadAnswer."""
    address, end = urlsplit(witness.url), time.monotonic() + PATIENCE
    made = HTTPSConnection if address.scheme == "https" else HTTPConnection
    server = made(host := address.hostname or "", address.port, timeout=PATIENCE)
    server.sock = socket.create_connection((host, server.port), PATIENCE)
    try:
        with _cut_off(server.sock):
            if address.scheme == "https":
                server.sock = ssl.create_default_context().wrap_socket(server.sock, server_hostname=host)
            server.request(method, f"{address.path}/{path}", body, {"User-Agent": "biroumum"})
            answer = server.getresponse()
            data = b""
            while (part := answer.read1(LARGEST_ANSWER)) and len(data) <= LARGEST_ANSWER:
                data += part
        if len(data) > LARGEST_ANSWER or time.monotonic() > end:
            raise BadAnswer("its answer is too long")
        return answer.status, data
    finally:
        server.close()


@contextmanager
def _cut_off(line: socket.socket) -> Iterator[None]:
    """Ends the connection when it has lasted too long: a socket's own timeout begins anew with each byte that drips."""
    with line.dup() as same:  # the handshake of TLS takes the first one over

        def cut() -> None:
            with suppress(OSError):
                same.shutdown(socket.SHUT_RDWR)

        timer = Timer(PATIENCE, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


# -- beside the sequencer


@dataclass
class Asked:
    """How things stand with one witness."""

    witness: Witness
    signed: int  # size of the newest checkpoint whose cosignature we have
    known: int  # size a proof for it begins with
    corrected: bool = False  # it has said so itself, to the question before
    due: float = 0.0
    pause: float = PAUSE
    trouble: str = ""
    asking: int | None = None  # the size of the checkpoint that is with it
    until: float = 0.0  # after that no answer is waited for
    answers: SimpleQueue[Said] = field(default_factory=SimpleQueue)


class Panel:
    """All witnesses. Everything but the asking happens in the sequencer's own thread, between its turns."""

    def __init__(self, sequencer: Sequencer, witnesses: Iterable[Witness]) -> None:
        self.sequencer = sequencer
        self.asked = [Asked(one, size := self._cosigned(one), size) for one in witnesses]

    def look(self) -> None:
        """Before the first signature: what they show of our log, our tree must begin with (`Sequencer.met`)."""
        answers: SimpleQueue[str] = SimpleQueue()
        for one in self.asked:
            _beside(answers, latest, one.witness, self.sequencer.origin)
        end = time.monotonic() + PATIENCE
        for _one in self.asked:
            with suppress(Empty):
                self._meet(answers.get(timeout=max(end - time.monotonic(), 0)))

    def turn(self) -> None:
        """Take in what was answered, and ask whoever has not seen the newest checkpoint."""
        size, note = self.sequencer.db.execute(
            "SELECT size, note FROM audit.checkpoint WHERE origin = %s ORDER BY size DESC LIMIT 1",
            [self.sequencer.origin],
        ).fetchone() or (0, "")
        for one in self.asked:
            with suppress(Empty):
                self._hear(one, one.answers.get_nowait())
            if one.asking is not None and one.until <= time.monotonic():
                one.answers = SimpleQueue()  # what comes of that question is nobody's
                self._hear(one, Said(trouble="does not answer"))
            if one.asking is None and one.signed < size and one.due <= time.monotonic():
                self._ask(one, size, note)

    @property
    def troubles(self) -> list[str]:
        return [f"Witness {one.witness.name}: {one.trouble}." for one in self.asked if one.trouble]

    @property
    def busy(self) -> bool:
        return any(one.asking is not None for one in self.asked)

    def _ask(self, one: Asked, size: int, note: str) -> None:
        proof = consistency(self.sequencer.read, one.known, size)
        one.asking, one.until = size, time.monotonic() + LONGEST_ANSWER
        _beside(one.answers, add_checkpoint, one.witness, note, one.known, proof)

    def _hear(self, one: Asked, said: Said) -> None:
        size, one.asking = one.asking or 0, None
        if said.size is not None and said.size <= size and not one.corrected:
            one.known, one.corrected = said.size, True  # asked again at once, but once
            return
        one.corrected, one.trouble = False, said.trouble
        one.due = time.monotonic() + one.pause
        if said.line:
            one.known = one.signed = size
            one.pause = PAUSE
            self._keep(one.witness, size, said.line)
            return
        one.pause = min(one.pause * 2, LONGEST_PAUSE)
        if said.size is not None:
            one.trouble = f"says that it knows {said.size} leaves of this log, of which {size} were signed"
            self._meet(said.note)

    def _meet(self, note: str) -> None:
        """A checkpoint that we signed and our tree does not begin with: the sequencer refuses from now on.

        What a witness claims without our signature is a trouble of its own, and stops nobody.
        """
        with suppress(BadNote):
            found, _signatures = open_checkpoint(note, self.sequencer.verifiers, self.sequencer.origin)
            self.sequencer.met.append(found)

    def _keep(self, witness: Witness, size: int, line: str) -> None:
        self.sequencer.db.execute(
            "INSERT INTO audit.cosignature (origin, size, witness, line) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [self.sequencer.origin, size, witness.name, line],
        )
        self.sequencer.show()

    def _cosigned(self, witness: Witness) -> int:
        row = self.sequencer.db.execute(
            "SELECT coalesce(max(size), 0) FROM audit.cosignature WHERE origin = %s AND witness = %s",
            [self.sequencer.origin, witness.name],
        ).fetchone()
        return int(row[0]) if row else 0


def _beside(answers: SimpleQueue[Any], ask: Callable[..., Any], *said: Any) -> None:
    Thread(target=lambda: answers.put(ask(*said)), daemon=True).start()


# -- for pages


class Standing(NamedTuple):
    """The newest checkpoint a witness has cosigned; `size` is None for one that has cosigned nothing."""

    name: str
    size: int | None
    at: dt.datetime | None
    url: str


def standing() -> list[Standing]:
    """Each configured witness, the silent ones too; raises BadNote, KeyTrouble."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT witness, size, at FROM audit.witnessed(%s)", [keys.origin()])
        known = {name: (size, at) for name, size, at in cursor.fetchall()}
    return [Standing(one.name, *known.get(one.name, (None, None)), one.url) for one in configured()]
