from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandParser

from biroumum.audit import keys, witnesses
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.audit.notes import BadNote, Checkpoint, Verifier
from biroumum.audit.tiles import Folder
from biroumum.audit.verification import WARNINGS, Finding, Verification, limited, signed


class Command(LogCommand):
    help = (
        "Hold the whole log against itself, against the live rows and against what was published: every entry, leaf, "
        "payload, file and signature. Changes nothing. Exit 0: clean, 1: findings, 2: could not run."
    )
    troubles = (OSError, keys.KeyTrouble, BadNote, psycopg.Error)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--since",
            type=Path,
            metavar="CHECKPOINT",
            help="A checkpoint somebody kept: the log must begin with it. Finds a rewrite that fits in itself.",
        )
        parser.add_argument(
            "--quick",
            action="store_true",
            help="Leave out what reads the whole log: entries, files, live rows.",
        )

    def answer(self, *args: Any, since: Path | None, quick: bool, **options: Any) -> Answer:
        if not settings.AUDITOR_DATABASE_URL:
            raise CouldNotRun("AUDITOR_DATABASE_URL is not set: the address of the database as biro_auditor.")
        verifiers = [*keys.log_verifiers(), *(one.verifier for one in witnesses.configured())]
        verification = Verification(
            settings.AUDITOR_DATABASE_URL,
            Folder(Path(settings.AUDIT_DIR) / settings.AUDIT_LOG_NAME),
            keys.origin(),
            verifiers,
            _older(since, verifiers) if since else None,
        )
        return _told(list(limited(verification.run(quick=quick))), verification)


def _older(path: Path, verifiers: list[Verifier]) -> Checkpoint:
    try:
        return signed.read_older(path.read_text(), verifiers)
    except (BadNote, UnicodeDecodeError) as error:
        raise CouldNotRun(f"{path} is not a checkpoint of this log: {error}.") from error


def _told(found: list[Finding], read: Verification) -> Answer:
    grave = [one for one in found if one.check not in WARNINGS]
    verdict = f"{len(grave)} findings." if grave else "Clean."
    data = {
        "leaves": read.leaves,
        "findings": [one._asdict() for one in grave],
        "warnings": [one._asdict() for one in found if one.check in WARNINGS],
        "unchecked": dict(read.erased),
    }
    return Answer([*(one.text for one in found), f"{read.leaves} leaves read. {verdict}"], data, not grave)
