"""The sequencer as a program of its own: waits while another one works, and goes on after whatever fails.

It needs neither Valkey nor Celery, and no connection of Django's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event

import psycopg
from django.conf import settings

from biroumum.audit import keys
from biroumum.audit.sequencer import BATCH, Refusal, Sequencer
from biroumum.audit.tiles import Folder
from biroumum.audit.witnesses import Panel, Witness

logger = logging.getLogger(__name__)
TURN, HASTE, SIGN_OF_LIFE, SAY_AGAIN, LONGEST_WAIT = 1.0, 0.2, 10, 60, 30  # seconds
SEEN = """
    UPDATE audit.sequencer SET seen_at = clock_timestamp(), trouble = %s,
        trouble_since = CASE WHEN %s <> '' THEN coalesce(trouble_since, clock_timestamp()) END"""
# Entries are of the past. The newest of many, since one that comes late is of an earlier time rightly.
AHEAD = """
    SELECT max(at) FROM (SELECT at FROM audit.leaf ORDER BY idx DESC LIMIT 4096) l
    HAVING max(at) > clock_timestamp() + interval '5 s'"""


def connect(url: str) -> psycopg.Connection:
    """Straight to the server: a pooler that hands connections round would lose the lock. Raises psycopg.Error."""
    db = psycopg.connect(
        url,
        autocommit=True,
        application_name="audit_sequencer",
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
    db.execute("SET timezone = 'UTC'")
    db.execute("SET synchronous_commit = on")
    # The server too must see that a machine is gone, or it would keep its lock for hours.
    db.execute("SET tcp_keepalives_idle = 10")
    db.execute("SET tcp_keepalives_interval = 5")
    db.execute("SET tcp_keepalives_count = 3")
    return db


def sequencer_on(db: psycopg.Connection) -> Sequencer:
    """Raises KeyTrouble for a name of the log that is none."""
    return Sequencer(db, Folder(settings.AUDIT_DIR / settings.AUDIT_LOG_NAME), keys.origin(), [], [])


class Daemon:
    """`say` takes each sentence for the administrator; `ending` set ends the work after the turn."""

    def __init__(self, url: str, say: Callable[[str], None], witnesses: Sequence[Witness] = ()) -> None:
        self.url, self.say, self.witnesses = url, say, witnesses
        self.panel: Panel | None = None
        self._heard: list[str] = []
        self.ending = Event()
        self.trouble = ""
        self._noted_at = self._said_at = -float("inf")

    def run(self) -> None:
        wait = 1.0
        while not self.ending.is_set():
            try:
                with connect(self.url) as db:
                    wait = 1.0
                    self.work(db)
            except psycopg.Error as error:
                self.tell(f"The database does not answer: {_line(error)}. Entries wait; it is tried again.")
            except Exception:  # under `make run` our end would be the portal's
                logger.exception("The sequencer stumbled; it is tried again.")
            self.ending.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def work(self, db: psycopg.Connection) -> None:
        """Until the end; raises psycopg.Error when the connection is gone."""
        sequencer = sequencer_on(db)
        while not sequencer.hold():
            self.tell("Another sequencer works on this database; this one waits for it to end.")
            if self.ending.wait(TURN):
                return
        self._noted_at = -float("inf")
        while not self.ending.is_set():
            if self.turn(sequencer) < BATCH:
                self.ending.wait(HASTE if self.panel and self.panel.busy else TURN)

    def turn(self, sequencer: Sequencer) -> int:
        """One turn, whose trouble is told and noted; returns how many entries found their place."""
        taken, trouble = 0, ""
        try:
            sequencer.signers, sequencer.verifiers = keys.log_signers(), keys.log_verifiers()
            panel = self._panel_of(sequencer)
            sequencer.beat()
            taken = sequencer.turn()
            panel.turn()
            trouble = clock_trouble(sequencer.db)
        except (Refusal, keys.KeyTrouble) as error:
            trouble = str(error)
        except OSError as error:
            trouble = (
                f"{sequencer.folder.root} cannot be written: {error.strerror}. Nothing is lost, and nothing new is "
                "published until it can."
            )
        except psycopg.Error as error:
            if sequencer.db.closed:
                raise
            trouble = f"The database refuses: {_line(error)}."
        self.tell(trouble)
        self._note(sequencer.db)
        return taken

    def _panel_of(self, sequencer: Sequencer) -> Panel:
        """What the witnesses show is looked at once, before anything is signed on this connection."""
        if self.panel is None or self.panel.sequencer is not sequencer:
            self.panel = Panel(sequencer, self.witnesses)
            self.panel.look()
        for trouble in self.panel.troubles:  # one of them away keeps nobody from signing
            if trouble not in self._heard:
                self.say(trouble)
        self._heard = self.panel.troubles
        return self.panel

    def tell(self, trouble: str) -> None:
        """Say a trouble at once, again each minute while it lasts, and its end."""
        now = time.monotonic()
        if trouble != self.trouble or (trouble and now - self._said_at >= SAY_AGAIN):
            self.say(trouble or "All is well again.")
            self._said_at = now
        if trouble != self.trouble:
            self.trouble, self._noted_at = trouble, -float("inf")

    def _note(self, db: psycopg.Connection) -> None:
        """Into the database, for the portal's pages and alarm: each ten seconds, and a change at once."""
        if time.monotonic() - self._noted_at >= SIGN_OF_LIFE:
            db.execute(SEEN, [self.trouble, self.trouble])
            self._noted_at = time.monotonic()


def clock_trouble(db: psycopg.Connection) -> str:
    row = db.execute(AHEAD).fetchone()
    if row is None:
        return ""
    return (
        f"The database server's clock went back: it has written entries of {row[0]:%Y-%m-%d %H:%M:%S} UTC already. "
        "Their order in the log is right all the same. Set the clock."
    )


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
