"""The sequencer as a program: what keeps it from working, what it says then, and that it goes on."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from biroumum.audit import daemon as module, keys
from biroumum.audit.daemon import Daemon, connect, sequencer_on
from biroumum.audit.notes import Checkpoint, sign
from biroumum.local.postgres import Cluster, free_port
from tests.conftest import PASSWORD
from tests.kernel.test_audit_sequencer import check, write

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def log(cluster, real_db, settings, tmp_path, monkeypatch) -> str:
    """Folder and key of a log of this test's own, and quick turns; yields the address of its database."""
    settings.AUDIT_DIR, settings.AUDIT_KEYS = tmp_path / "transparansi", tmp_path / "keys"
    settings.SEQUENCER_DATABASE_URL = cluster.url(real_db, "biro_sequencer", PASSWORD)
    keys.make("log")
    monkeypatch.setattr(module, "TURN", 0.02)
    return settings.SEQUENCER_DATABASE_URL


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def running(url: str) -> Iterator[tuple[Daemon, list[str]]]:
    """A daemon at work, and what it has said."""
    said: list[str] = []
    daemon = Daemon(url, said.append)
    thread = Thread(target=daemon.run)
    thread.start()
    try:
        yield daemon, said
    finally:
        daemon.ending.set()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def turning(url: str) -> Iterator[tuple[Daemon, object]]:
    with connect(url) as db:
        sequencer = sequencer_on(db)
        assert sequencer.hold()
        yield Daemon(url, lambda sentence: None), sequencer


def waiting(db: psycopg.Connection) -> int:
    return db.execute("SELECT count(*) FROM audit.pending").fetchone()[0]


def size(db: psycopg.Connection) -> int:
    return db.execute("SELECT size FROM audit.tree").fetchone()[0]


def state(db: psycopg.Connection) -> tuple:
    return db.execute(
        "SELECT trouble, clock_timestamp() - seen_at < interval '20 s' FROM audit.sequencer"
    ).fetchone()


def once(capsys, *arguments: str) -> tuple[int, dict]:
    """Exit status and what --json prints."""
    try:
        call_command("audit_sequencer", "--once", "--json", *arguments)
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_once_places_what_waits_and_says_how_much(log, owner_db, capsys):
    write(owner_db, 5000)
    code, told = once(capsys)
    assert code == 0
    assert told["ok"]
    assert told["taken"] >= 5000
    assert waiting(owner_db) == 0
    assert state(owner_db) == ("", True)


def test_once_without_address_or_beside_another_one_could_not_run(log, settings):
    with turning(log), pytest.raises(CommandError, match="Another sequencer") as error:
        call_command("audit_sequencer", "--once")
    assert error.value.returncode == 2
    settings.SEQUENCER_DATABASE_URL = log.replace(PASSWORD, "guessed")
    with pytest.raises(CommandError, match="password") as error:
        call_command("audit_sequencer", "--once")
    assert error.value.returncode == 2
    settings.SEQUENCER_DATABASE_URL = ""
    with pytest.raises(CommandError, match="SEQUENCER_DATABASE_URL"):
        call_command("audit_sequencer", "--once")


def test_a_database_older_than_what_was_published_is_not_signed(log, settings, owner_db, capsys):
    once(capsys)
    checkpoint = settings.AUDIT_DIR / "log" / "checkpoint"
    lines = checkpoint.read_text().splitlines()
    size = int(lines[1])
    checkpoint.write_text(sign(Checkpoint(keys.origin(), size + 7, bytes(32)).text, keys.log_signers()))
    code, told = once(capsys)
    assert code == 1
    assert "audit_recover" in told["trouble"]
    assert state(owner_db)[0] == told["trouble"]
    assert waiting(owner_db) == 1  # the sign of life


def test_a_second_one_waits_and_takes_over(log, owner_db):
    with running(log) as (first, _said):
        until(lambda: state(owner_db)[1])
        with running(log) as (_second, said):
            until(lambda: said)
            assert "Another sequencer" in said[0]
            write(owner_db, 3)
            until(lambda: waiting(owner_db) == 0)
            first.ending.set()
            write(owner_db, 300)
            until(lambda: waiting(owner_db) == 0)
            until(lambda: said[-1] == "All is well again.")


def test_a_lost_connection_is_made_anew(log, owner_db, cluster, real_db):
    with running(log) as (_daemon, said):
        write(owner_db, 3)
        until(lambda: waiting(owner_db) == 0)
        with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
            root.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'audit_sequencer'"
            )
        until(lambda: said)
        write(owner_db, 300)
        until(lambda: waiting(owner_db) == 0)
        until(lambda: said[-1] == "All is well again.")
    assert "does not answer" in said[0]


def copied(source: Cluster, folder: Path) -> Cluster:
    """The whole cluster once more."""
    own = Cluster(folder, fast=True)
    own.data.mkdir(mode=0o700, parents=True)
    (folder / "password").write_text(source.password)
    owner = source.data.stat()
    os.chown(own.data, owner.st_uid, owner.st_gid)
    own._run("pg_basebackup", "-d", source.url("postgres"), "-c", "fast", "-N", "-D", str(own.data))
    return own


def test_a_server_that_crashes_loses_nothing(cluster, real_db, log, tmp_path, monkeypatch):
    """An immediate stop flushes nothing: what was committed is brought back from the server's own log."""
    port = free_port()
    monkeypatch.setattr("biroumum.local.postgres.free_port", lambda: port)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.5)
    own = copied(cluster, tmp_path / "own")
    own.start()
    url = own.url(real_db, "biro_sequencer", PASSWORD)
    try:
        with running(url) as (_daemon, said):
            for _round in range(2):
                with psycopg.connect(own.url(real_db), autocommit=True) as db:
                    write(db, 6000)
                    before = size(db)
                    until(lambda: size(db) > before)  # noqa: B023 - called here and now
                said.clear()
                own.stop("immediate")
                until(lambda: said)
                own.start()
            with psycopg.connect(own.url(real_db), autocommit=True) as db:
                until(lambda: waiting(db) == 0, 60)
        with turning(url) as (daemon, sequencer):
            daemon.turn(sequencer)
            assert daemon.trouble == ""
            assert check(sequencer).size >= 12_000
    finally:
        own.stop("immediate")


def test_an_unreadable_key_is_said_and_entries_wait(log, settings, owner_db):
    (secret,) = settings.AUDIT_KEYS.glob("log.*.key")
    with running(log) as (_daemon, said):
        write(owner_db, 3)
        until(lambda: waiting(owner_db) == 0)
        secret.rename(kept := secret.with_suffix(".kept"))
        secret.mkdir()  # root reads every file, and no folder
        until(lambda: said)
        assert "cannot be read" in said[0]
        assert str(secret) in said[0]
        write(owner_db, 3)
        until(lambda: state(owner_db)[0] == said[0])
        assert waiting(owner_db) == 3
        secret.rmdir()
        kept.rename(secret)
        until(lambda: waiting(owner_db) == 0)
        until(lambda: state(owner_db) == ("", True))


def test_a_full_disk_is_said_and_what_it_kept_back_is_published_when_there_is_room(log, owner_db):
    with turning(log) as (daemon, sequencer):
        while daemon.turn(sequencer):
            pass
        before = check(sequencer)
        write(owner_db, 600)
        with no_room_beyond(4096):
            assert daemon.turn(sequencer) == 0
        assert "cannot be written" in daemon.trouble
        published = sequencer.folder.read("checkpoint")
        assert f"\n{before.size}\n" in published.decode()
        assert not list(sequencer.folder.root.rglob(".*"))  # no half file stays
        assert sequencer.size == before.size + 600
        daemon.turn(sequencer)
        assert daemon.trouble == ""
        check(sequencer)


@contextmanager
def no_room_beyond(limit: int) -> Iterator[None]:
    """The system itself refuses to let any file of ours grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_clock_that_went_back_is_said_and_the_order_stays(log, owner_db):
    with turning(log) as (daemon, sequencer):
        owner_db.execute(
            "WITH e AS (INSERT INTO audit.entry (id, at, xid, op, ent, pk, commitment) SELECT nextval('audit.entry_id'), "
            "clock_timestamp() + interval '1 hour', '1', 'heartbeat', 'audit.tree', '1', sha256('') RETURNING id, at) "
            "INSERT INTO audit.pending SELECT id, at FROM e"
        )
        write(owner_db, 5)
        while daemon.turn(sequencer):
            pass
        assert "clock went back" in daemon.trouble
        ids = [
            row[0] for row in owner_db.execute("SELECT entry_id FROM audit.leaf ORDER BY idx DESC LIMIT 6")
        ]
        assert ids == sorted(ids, reverse=True)
        check(sequencer)


def test_a_trouble_is_said_again_each_minute_and_not_each_second(monkeypatch):
    said: list[str] = []
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    daemon = Daemon("", said.append)
    for _second in range(125):
        daemon.tell("no room")
        now[0] += 1
    daemon.tell("")
    daemon.tell("")
    assert said == ["no room"] * 3 + ["All is well again."]


def test_the_program_ends_in_good_order_when_it_is_told_to(log, settings, owner_db):
    environment = os.environ | {
        "SEQUENCER_DATABASE_URL": log,
        "AUDIT_DIR": str(settings.AUDIT_DIR),
        "AUDIT_KEYS": str(settings.AUDIT_KEYS),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",  # it needs none of the portal's services
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    command = [sys.executable, "manage.py", "audit_sequencer"]
    program = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    until((settings.AUDIT_DIR / "log" / "checkpoint").exists, 60)
    write(owner_db, 300)
    until(lambda: waiting(owner_db) == 0)
    program.send_signal(signal.SIGTERM)
    assert program.wait(20) == 0
