from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandParser

from biroumum.audit import keys
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.audit.daemon import connect, sequencer_on
from biroumum.audit.notes import BadNote
from biroumum.audit.recovery import Found, published, recover
from biroumum.audit.sequencer import Refusal, Sequencer
from biroumum.audit.witnesses import Panel, configured


class Command(LogCommand):
    help = (
        "After an older backup of the database was restored: compare it with what was published, and say what is "
        'missing (exit 1). With --yes --why "…" take the published leaves back, so that the log goes on without a '
        "second past. The sequencer must stand still meanwhile."
    )
    troubles = (OSError, Refusal, keys.KeyTrouble, BadNote, psycopg.Error)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--yes", action="store_true", help="Do it, after reading what it says without.")
        parser.add_argument("--why", default="", help="What happened, for everyone who reads the log later.")
        parser.add_argument(
            "--folder-lost",
            action="store_true",
            help="The published files are gone and in no backup: let the sequencer write them anew. Only for a "
            "database that is as new as what was published.",
        )
        parser.add_argument(
            "--files",
            action="store_true",
            help="Only write tiles and bundles below the published checkpoint anew, from a database that has its root.",
        )

    def answer(
        self,
        *,
        yes: bool = False,
        why: str = "",
        folder_lost: bool = False,
        files: bool = False,
        **options: Any,
    ) -> Answer:
        why = why.strip()
        if yes and not why:
            raise CouldNotRun("--yes wants --why: what happened, for everyone who reads the log later.")
        if not settings.SEQUENCER_DATABASE_URL:
            raise CouldNotRun("SEQUENCER_DATABASE_URL is not set: the database as biro_sequencer.")
        with connect(settings.SEQUENCER_DATABASE_URL) as db:
            sequencer = sequencer_on(db)
            sequencer.verifiers = keys.log_verifiers()
            if not sequencer.hold():
                raise CouldNotRun("The sequencer works on this database. Stop it first, then say this again.")
            if folder_lost:
                return begin_anew(sequencer, why if yes else "")
            if files:
                return files_anew(sequencer)
            elsewhere_is_no_more(sequencer, published(sequencer)[0].size)
            return told(recover(sequencer, why if yes else ""), done=yes)


def elsewhere_is_no_more(sequencer: Sequencer, size: int) -> None:
    """Raises Refusal when a witness shows, under our signature, more than there is here."""
    Panel(sequencer, configured()).look()
    most = max((seen.size for seen in sequencer.met), default=0)
    if most > size:
        raise Refusal(
            f"A witness shows a checkpoint of {most} leaves with our signature; here are {size}. Put the newest files "
            "or the newest backup back. If there are none, the log ends: docs/audit.md, the steps after a stolen key."
        )


def told(found: Found, *, done: bool) -> Answer:
    data = {"first": found.first, "stop": found.stop, "kept": found.kept, "lost": found.lost, "done": done}
    if found.stop <= found.first:
        return Answer(
            [f"The database has all {found.stop} leaves that were published. There is nothing to take back."],
            data | {"kept": 0, "lost": 0, "done": False},
        )
    lines = [
        f"Published are {found.stop} leaves with our signature; the database has {found.first}.",
        f"Of the {found.stop - found.first} between, {found.kept} belong to entries that wait in the database, and "
        f"{found.lost} to entries that are in no backup: what those said is lost here, and their receipts still prove.",
    ]
    if done:
        return Answer([*lines, "All have their places again. Start the sequencer."], data)
    lines += [
        "Nothing was changed. First look for a newer backup. If there is none:",
        'manage.py audit_recover --yes --why "what happened"',
    ]
    return Answer(lines, data, well=False)


def files_anew(sequencer: Sequencer) -> Answer:
    """After `audit_verify` found one that is missing or changed."""
    seen, _note = published(sequencer)
    sequencer.check(seen)
    sequencer.write_files(0, seen.size)
    return Answer([f"The files of {seen.size} leaves are written anew."], {"stop": seen.size})


def begin_anew(sequencer: Sequencer, why: str) -> Answer:
    """Let files be written from the database although nobody can compare them with what was published."""
    if sequencer.folder.read("checkpoint") is not None:
        raise Refusal(f"{sequencer.folder.root} holds a checkpoint: it is not lost.")
    size = sequencer.size
    elsewhere_is_no_more(sequencer, size)
    if not why:
        line = f"The files of {size} leaves would be written anew. Nothing was changed."
        return Answer([line, 'manage.py audit_recover --folder-lost --yes --why "what happened"'], well=False)
    sequencer.db.execute("SELECT audit.recovered(%s, %s, %s)", [size, size, why])
    (sequencer.folder.root / "tile").mkdir(parents=True, exist_ok=True)
    return Answer([f"Start the sequencer: it writes the files of {size} leaves."], {"stop": size})
