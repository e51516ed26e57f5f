"""After a restore of an older backup: erase again what was erased since, before anyone opens the portal."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError

from biroumum.audit import ledger
from biroumum.audit.commands import Answer, LogCommand
from biroumum.privacy.replay import Replayed, replay


class Command(LogCommand):
    help = (
        "Erase again what the ledger DATA_DIR/erasures.jsonl says was erased and the database does not know of, as after "
        "a restore of an older backup. May be run at any time and again: what is known is left alone, and so is a case "
        "that only bears the key of another. Exit 0: nothing is left to do; 1: something could not be erased, so do not "
        "open the portal; 2: it could not run."
    )
    troubles = (OSError, DatabaseError, ledger.Damaged)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="only say what would be erased again")

    def answer(self, *args: Any, dry_run: bool, **options: Any) -> Answer:
        done = replay(dry=dry_run)
        return Answer(
            list(_lines(done, dry_run)), {**done._asdict(), "dry_run": dry_run}, well=not done.failed
        )


def _lines(done: Replayed, dry: bool) -> list[str]:
    verb = "would be erased again" if dry else "erased again"
    lines = [f"{verb}: {case}" for case in done.done]
    lines += [f"NOT erased: {case}: {why}" for case, why in done.failed.items()]
    total = f"{len(done.done)} cases {verb}, {len(done.absent)} that this database does not have"
    return [
        *lines,
        f"{total}, {len(done.failed)} failed" + (": do not open the portal" if done.failed else ""),
    ]
