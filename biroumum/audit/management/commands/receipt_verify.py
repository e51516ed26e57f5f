from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from biroumum.audit import keys, proofs, witnesses
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.audit.notes import BadNote, Verifier
from biroumum.audit.proofs import Promise, Proof, Proved

MOMENT = "%Y-%m-%d %H:%M:%S UTC"
LARGEST = 1_000_000  # bytes; a receipt has some thousands


class Command(LogCommand):
    help = (
        "Say what FILE, a receipt or a promise of the log, proves. Asks nobody: it needs the file and public keys, "
        "neither database nor network. Exit 0: proved, 1: not proved, 2: could not be checked."
    )
    troubles = (OSError, keys.KeyTrouble, BadNote)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="VKEY|FILE",
            help="Believe this key of a log, its promises or a witness, or those in a file, one a line; may be said "
            "again. Without it those in AUDIT_KEYS and AUDIT_WITNESSES are.",
        )

    def answer(self, *args: Any, file: Path, key: list[str], **options: Any) -> Answer:
        verifiers = [verifier for said in key for verifier in _verifiers(said)] or _ours()
        try:
            text = _text(file)
            if proofs.is_promise(text):
                return _promised(Promise.check(text, verifiers))
            return _proved(Proof.parse(text).check(verifiers))
        except BadNote as error:
            return Answer([f"NOT PROVED: {error}."], {"why": str(error)}, well=False)


def _text(file: Path) -> str:
    with file.open("rb") as open_file:
        data = open_file.read(LARGEST + 1)
    try:
        if len(data) <= LARGEST:
            return data.decode()
    except UnicodeDecodeError:
        pass
    raise proofs.BadProof("not a receipt: too large, or no text")


def _verifiers(said: str) -> list[Verifier]:
    path = Path(said)
    try:
        lines = path.read_text().split("\n") if path.is_file() else [said]
        return [Verifier.parse(line) for line in lines if line.strip() and not line.startswith("#")]
    except ValueError as error:
        raise CouldNotRun(f"--key {said}: {error}") from error


def _ours() -> list[Verifier]:
    if found := [*keys.log_verifiers(), *keys.promise_verifiers()]:
        return [*found, *(witness.verifier for witness in witnesses.configured())]
    raise CouldNotRun(
        f"There is no public key in {keys.settings.AUDIT_KEYS}. Say --key with the key of the log."
    )


def _proved(proved: Proved) -> Answer:
    seen = [f"The witness {name} saw the log so at {at:{MOMENT}}." for name, at in proved.cosigned]
    lines = [
        f"PROVED: this is entry {proved.index} of {proved.origin}, as signed when it had {proved.size} entries:",
        _readable(proved.opening.payload),
        *(seen or ["No witness whose key is known here has signed: it is the log's word alone."]),
        "Not proved: that what was filed is true, and who filed it.",
    ]
    data = {
        "kind": "receipt",
        "origin": proved.origin,
        "index": proved.index,
        "size": proved.size,
        "payload": proved.opening.payload,
        "witnesses": [{"name": name, "at": at.isoformat()} for name, at in proved.cosigned],
    }
    return Answer(lines, data)


def _promised(promise: Promise) -> Answer:
    lines = [
        f"PROVED: {promise.origin} has promised that the entry with commitment",
        f"{promise.commitment.hex()} stands in it at {promise.merged_by:{MOMENT}} at the latest.",
        "A promise is no receipt. If none is to be had after that time, this file proves the fault.",
    ]
    data = {
        "kind": "promise",
        "origin": promise.origin,
        "commitment": promise.commitment.hex(),
        "at": promise.at.isoformat(),
        "merged_by": promise.merged_by.isoformat(),
    }
    return Answer(lines, data)


def _readable(payload: str) -> str:
    """Indented JSON without a sign that could steer a terminal; as it is when it is no JSON."""
    with suppress(ValueError, RecursionError):
        payload = json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    return "".join(sign if sign.isprintable() or sign == "\n" else f"\\u{ord(sign):04x}" for sign in payload)
