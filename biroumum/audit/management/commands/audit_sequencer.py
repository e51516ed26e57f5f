from __future__ import annotations

import json
import logging
import signal
import time
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandParser

from biroumum.audit import keys
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.audit.daemon import HASTE, Daemon, connect, sequencer_on
from biroumum.audit.notes import BadNote
from biroumum.audit.sequencer import BATCH
from biroumum.audit.witnesses import PATIENCE, configured

logger = logging.getLogger("biroumum.audit.sequencer")


class Command(LogCommand):
    help = (
        "Give entries of the log their place, and publish it: tiles, bundles, a signed checkpoint. Runs until it is "
        "ended (TERM, Ctrl-C), through restarts of the database, a full disk and an unreadable key."
    )
    troubles = (OSError, keys.KeyTrouble, BadNote, psycopg.Error)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--once", action="store_true", help="Place what waits now, and end; exit 1 when not all is well."
        )

    def answer(self, *, once: bool = False, **options: Any) -> Answer:
        if not settings.SEQUENCER_DATABASE_URL:
            raise CouldNotRun(
                "SEQUENCER_DATABASE_URL is not set: the database as biro_sequencer (docs/operations.md)."
            )
        keys.origin()
        witnesses = configured()
        if once:
            return work_once(Daemon(settings.SEQUENCER_DATABASE_URL, lambda sentence: None, witnesses))
        say = self.said_as_json if options["json"] else logger.warning
        daemon = Daemon(settings.SEQUENCER_DATABASE_URL, say, witnesses)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: daemon.ending.set())
        daemon.run()
        return Answer(["Ended in good order."])

    def said_as_json(self, sentence: str) -> None:
        self.stdout.write(json.dumps({"said": sentence}, ensure_ascii=False))
        self.stdout.flush()


def work_once(daemon: Daemon) -> Answer:
    """All that waits; raises psycopg.Error without a database, CouldNotRun while another one works."""
    with connect(daemon.url) as db:
        sequencer = sequencer_on(db)
        if not sequencer.hold():
            raise CouldNotRun("Another sequencer works on this database.")
        taken = count = daemon.turn(sequencer)
        while count == BATCH:
            taken += (count := daemon.turn(sequencer))
        end = time.monotonic() + PATIENCE
        while daemon.panel and daemon.panel.busy and time.monotonic() < end:
            time.sleep(HASTE)
            daemon.turn(sequencer)
        told = {"taken": taken, "size": sequencer.size, "trouble": daemon.trouble}
    return Answer(
        [daemon.trouble or f"{taken} entries found their place; the log has {told['size']}."],
        told,
        well=not daemon.trouble,
    )
