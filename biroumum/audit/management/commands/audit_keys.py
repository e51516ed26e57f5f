from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError, transaction

from biroumum.accounts.actors import SYSTEM
from biroumum.audit import keys
from biroumum.audit.commands import Answer, LogCommand
from biroumum.audit.notes import BadNote, encode, open_checkpoint
from biroumum.audit.services import record

ABOUT = {
    "make": "Make the keys that are missing: of the log, and of promises.",
    "rotate": "Make a new key. The old one of the log goes on signing beside it until it is retired.",
    "retire": "Destroy the secret half of a key; what it signed can still be checked.",
    "follow": "After a theft: write the entry by which this log follows another, whose last checkpoint is FILE.",
    "show": "List all keys; exit 1 when one is missing or lies open.",
}


class Command(LogCommand):
    help = "The keys that sign the log and its promises. They lie in the folder AUDIT_KEYS."
    troubles = (OSError, keys.KeyTrouble, UnicodeDecodeError, BadNote, DatabaseError)

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="does", required=True, metavar="|".join(ABOUT))
        for name, about in ABOUT.items():
            super().add_arguments(part := does.add_parser(name, help=about, description=about))
            if name in ("rotate", "retire"):
                part.add_argument("kind", choices=keys.KINDS)
            if name == "follow":
                part.add_argument("file", type=Path)
            if name == "retire":
                part.add_argument("id", help="eight letters and digits, as `show` prints them")

    def answer(
        self, *, does: str, kind: keys.Kind = "log", id: str = "", file: Path = Path(), **options: Any
    ) -> Answer:
        if does == "make":
            keys.make_missing()
        elif does == "rotate":
            keys.rotate(kind)
        elif does == "retire":
            keys.retire(kind, id)
        elif does == "follow":
            follow(file.read_text())
        return shown()


def follow(note: str) -> None:
    """Name the last checkpoint of the log before this one in an entry of this one. Raises BadNote, KeyTrouble."""
    before = note.partition("\n")[0]
    if before == keys.origin():
        raise keys.KeyTrouble(
            "This is a checkpoint of the log itself. First say its new name in AUDIT_LOG_NAME."
        )
    last, _signatures = open_checkpoint(note, keys.log_verifiers(), before)
    told = {"origin": last.origin, "size": last.size, "root": encode(last.root)}
    digest = sha256(note.encode()).hexdigest()
    with transaction.atomic():
        subject = f"audit.log/{settings.AUDIT_LOG_NAME}"
        record("log_followed", subject, actor=SYSTEM, data={**told, "checkpoint_sha256": digest})


def shown() -> Answer:
    """All keys, and what is wrong with them."""
    found = [key for kind in keys.KINDS for key in keys.known(kind)]
    signing = {key.kind for key in found if key.state == "signs"}
    wrong = [key.trouble for key in found if key.trouble]
    wrong += [
        f"No {kind} key signs. Say: manage.py audit_keys make" for kind in keys.KINDS if kind not in signing
    ]
    lines = [f"{key.kind:8}{key.id}  {key.state:8}made {key.made}  {key.verifier.vkey}" for key in found]
    told = [
        {"kind": key.kind, "id": key.id, "state": key.state, "made": str(key.made), "vkey": key.verifier.vkey}
        for key in found
    ]
    data = {"origin": keys.origin(), "keys": told, "wrong": wrong}
    return Answer([f"origin  {keys.origin()}", *lines, *wrong], data, well=not wrong)
