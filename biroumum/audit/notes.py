"""Signed notes (C2SP signed-note), checkpoints (tlog-checkpoint) and cosignatures (tlog-cosignature), Ed25519 only."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NOTE, COSIGNATURE = 0x01, 0x04  # signature types
MOST_SIGNATURES = 100
LATEST = 253_402_300_799  # seconds since 1970, the end of the year 9999: no cosignature is of a later time
_NAME = re.compile(r"[^\s+]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """Not a note, not a checkpoint, or not signed by whom it should be; the text says why."""


class Signature(NamedTuple):
    """One signature line of a note. `time`: seconds since 1970 of a cosignature, 0 of a plain one."""

    name: str
    key_id: bytes
    line: str
    time: int = 0


@dataclass(frozen=True)
class Verifier:
    """A public key with its name. `kind` is the signature type."""

    name: str
    key: bytes
    kind: int = NOTE

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.key) != 32 or self.kind not in (NOTE, COSIGNATURE):
            raise BadNote(f"no Ed25519 key of a note: {self.name!r}")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """From `<name>+<hex key id>+<base64>`; raises BadNote."""
        try:
            name, key_id, rest = vkey.strip().split("+", 2)
            material = decode(rest)
            made = cls(name, material[1:], material[0])
        except (ValueError, IndexError) as error:
            raise BadNote(f"not a verifier key: {vkey.strip()[:80]!r}") from error
        if made.key_id.hex() != key_id:
            raise BadNote(f"the key id of {name} is {made.key_id.hex()}, not {key_id}")
        return made

    @cached_property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.kind]) + self.key)}"

    def checked(self, text: str, signature: bytes, line: str) -> Signature:
        """The signature (without its key id) as one over `text`; raises BadNote when it is none."""
        time, message = 0, text.encode()
        if self.kind == COSIGNATURE:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {time}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature as error:
            raise BadNote(f"the signature of {self.name} is not over this text") from error
        if time > LATEST:
            raise BadNote(f"{self.name} says a time that is none")
        return Signature(self.name, self.key_id, line, time)


@dataclass(frozen=True)
class Signer:
    """A private key with its name: 32 bytes of seed."""

    name: str
    seed: bytes = field(repr=False)  # never into a log by way of an error
    kind: int = NOTE

    @classmethod
    def parse(cls, text: str) -> Signer:
        """From `PRIVATE+KEY+<name>+<hex key id>+<base64>`, the form of Go's note package; raises BadNote."""
        try:
            private, key, name, key_id, rest = text.strip().split("+", 4)
            material = decode(rest)
            made = cls(name, material[1:], material[0])
            if (private, key) != ("PRIVATE", "KEY") or made.verifier.key_id.hex() != key_id:
                raise ValueError(key_id)
        except (ValueError, IndexError) as error:
            raise BadNote("not a signing key of a note") from error
        return made

    @property
    def text(self) -> str:
        rest = encode(bytes([self.kind]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{rest}"

    @cached_property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._key.public_key().public_bytes_raw(), self.kind)

    def line(self, text: str, *, time: int = 0) -> str:
        """The signature line over `text`; `time` (seconds since 1970) is for cosignatures."""
        stamp, message = b"", text.encode()
        if self.kind == COSIGNATURE:
            stamp = time.to_bytes(8, "big")
            message = f"cosignature/v1\ntime {time}\n".encode() + message
        signed = self.verifier.key_id + stamp + self._key.sign(message)
        return f"— {self.name} {encode(signed)}\n"

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def sign(text: str, signers: Iterable[Signer]) -> str:
    """The note of a text that ends in a newline."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise BadNote("the text of a note ends in a newline and has no other control characters")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def split(note: str) -> tuple[str, list[str]]:
    """Text and signature lines of a note, whose signatures are not looked at; raises BadNote."""
    text, blank, rest = note.rpartition("\n\n")
    lines = rest.split("\n")
    if not blank or lines.pop() or not lines or _CONTROL.search(note):
        raise BadNote("not a signed note")
    if len(lines) > MOST_SIGNATURES or not all(line.startswith("— ") for line in lines):
        raise BadNote("not a signature line")
    return text + "\n", [line + "\n" for line in lines]


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, list[Signature]]:
    """Text and the signatures of those we know, one of each key. Those of others are passed over.

    Raises BadNote when none is known, and when one under a known name and key id is not over this text.
    """
    text, lines = split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signatures: dict[Verifier, Signature] = {}
    for line in lines:
        name, signed = _signature(line)
        if verifier := known.get((name, signed[:4])):
            signatures.setdefault(verifier, verifier.checked(text, signed[4:], line))
    if not signatures:
        raise BadNote("signed by nobody we know")
    return text, list(signatures.values())


def _signature(line: str) -> tuple[str, bytes]:
    try:
        _dash, name, rest = line.rstrip("\n").split(" ")
        signed = decode(rest)
    except ValueError as error:
        raise BadNote("not a signature line") from error
    if not _NAME.fullmatch(name) or len(signed) < 5:
        raise BadNote("not a signature line")
    return name, signed


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of a log by the name of `origin`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From the text of a note; lines of extension are passed over. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or "" in lines or not _NUMBER.fullmatch(lines[1]):
            raise BadNote("not a checkpoint")
        try:
            found = decode(lines[2])
        except ValueError as error:
            raise BadNote("not a checkpoint") from error
        if len(found) != 32:
            raise BadNote("the root of a checkpoint has 32 bytes")
        return cls(lines[0], int(lines[1]), found)


def open_checkpoint(
    note: str, verifiers: Sequence[Verifier], origin: str
) -> tuple[Checkpoint, list[Signature]]:
    """The checkpoint of this log in a note that the log itself has signed; raises BadNote."""
    text, signatures = open_note(note, verifiers)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != origin:
        raise BadNote(f"a checkpoint of {checkpoint.origin}, not of {origin}")
    if not any(signature.name == origin and not signature.time for signature in signatures):
        raise BadNote(f"not signed by {origin} itself")
    return checkpoint, signatures


def encode(data: bytes) -> str:
    return b64encode(data).decode()


def decode(text: str) -> bytes:
    """Standard base64, nothing else (RFC 4648, section 4); raises ValueError."""
    data = b64decode(text, validate=True)
    if encode(data) != text:
        raise ValueError("not canonical base64")
    return data
