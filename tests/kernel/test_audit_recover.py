"""A restored older backup: the sequencer refuses, and the published leaves come back into the tree."""

import json
import shutil
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from biroumum.audit import keys, merkle
from biroumum.audit.daemon import Daemon, connect, sequencer_on
from biroumum.audit.merkle import leaf_hash
from biroumum.audit.notes import Checkpoint, open_checkpoint, sign
from biroumum.audit.tiles import ENTRIES, Folder, path
from biroumum.local.postgres import Cluster
from tests.conftest import PASSWORD, drop
from tests.kernel.test_audit_daemon import log  # noqa: F401
from tests.kernel.test_audit_sequencer import check, leaves, write
from tests.kernel.test_audit_witnesses import Server, server  # noqa: F401

NEVER_SEQUENCED, PUBLISHED_LATER = 5, 700


@pytest.fixture
def restored(log, cluster: Cluster, real_db: str, settings) -> Iterator["Restored"]:  # noqa: F811
    made = Restored(cluster, real_db, settings)
    yield made
    drop(cluster, made.name)


class Restored:
    """A log that went on after its backup, and the backup restored beside the newer files."""

    def __init__(self, cluster: Cluster, real_db: str, settings) -> None:
        self.cluster, self.name, self.settings = cluster, f"biro_{uuid.uuid4().hex[:12]}", settings
        with psycopg.connect(cluster.url(real_db), autocommit=True) as db:
            write(db, 300)
            self.sequence()
            self.before = self.published
            write(db, NEVER_SEQUENCED)
        connections.close_all()
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {self.name} TEMPLATE {real_db} STRATEGY file_copy")
        with psycopg.connect(cluster.url(real_db), autocommit=True) as db:
            self.sequence()
            write(db, PUBLISHED_LATER)
            self.sequence()
        self.after = self.published
        settings.SEQUENCER_DATABASE_URL = cluster.url(self.name, "biro_sequencer", PASSWORD)

    @property
    def published(self) -> Checkpoint:
        note = (self.settings.AUDIT_DIR / "log" / "checkpoint").read_text()
        return open_checkpoint(note, keys.log_verifiers(), keys.origin())[0]

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.cluster.url(self.name), autocommit=True)

    def sequence(self) -> str:
        """Place what waits; returns the trouble."""
        with connect(self.settings.SEQUENCER_DATABASE_URL) as db:
            sequencer = sequencer_on(db)
            assert sequencer.hold()
            daemon = Daemon("", lambda sentence: None)
            while daemon.turn(sequencer) == 4096:
                pass
            if not daemon.trouble:
                check(sequencer)
            return daemon.trouble


def recover(capsys, *arguments: str) -> tuple[int, dict]:
    try:
        call_command("audit_recover", "--json", *arguments)
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_a_restored_backup_is_not_signed_until_what_was_published_is_taken_back(restored, capsys):
    old, new = restored.before.size, restored.after.size
    trouble = restored.sequence()
    assert f"{new} leaves were signed before, and the database has {old}" in trouble
    assert "audit_recover" in trouble
    assert restored.published == restored.after

    code, told = recover(capsys)  # explains, and changes nothing
    assert (code, told["first"], told["stop"], told["done"]) == (1, old, new, False)
    assert told["kept"] == NEVER_SEQUENCED
    with restored.connect() as db:
        assert db.execute("SELECT size FROM audit.tree").fetchone() == (old,)
        write(db, 9)  # after the restore, before the recovery: new entries that never were published

    code, told = recover(capsys, "--yes", "--why", "disk of 24 November died")
    assert (code, told["kept"], told["lost"]) == (0, NEVER_SEQUENCED, new - old - NEVER_SEQUENCED)
    assert restored.sequence() == ""
    assert restored.published.size > new
    with restored.connect() as db:
        lost = db.execute(
            "SELECT count(*) FROM audit.leaf WHERE entry_id IS NULL AND data IS NOT NULL"
        ).fetchone()
        assert lost == (told["lost"],)
        assert db.execute("SELECT first, stop, why FROM audit.recovery").fetchone() == (
            old,
            new,
            "disk of 24 November died",
        )
        body = db.execute(
            "SELECT convert_from(p.body, 'UTF8') FROM audit.entry e JOIN audit.payload p ON p.entry_id = e.id "
            "JOIN audit.leaf l ON l.entry_id = e.id WHERE e.verb = 'recovered'"
        ).fetchone()[0]
        assert json.loads(body)["data"]["why"] == "disk of 24 November died"
        assert db.execute("SELECT count(*) FROM audit.pending").fetchone() == (0,)


def test_a_recovered_log_holds_against_itself(restored, capsys):
    recover(capsys, "--yes", "--why", "restore")
    restored.sequence()
    restored.settings.AUDITOR_DATABASE_URL = restored.cluster.url(restored.name, "biro_auditor", PASSWORD)
    call_command("audit_verify")
    assert "Clean." in capsys.readouterr().out


def test_receipts_of_before_prove_against_what_is_signed_after(restored, capsys):
    folder = Folder(restored.settings.AUDIT_DIR / "log")
    given = {
        index: (leaf, merkle.inclusion(folder.hashes, index, restored.after.size))
        for index, leaf in enumerate(leaves(folder, restored.after.size))
        if index in (0, restored.before.size, restored.after.size - 1)
    }
    recover(capsys, "--yes", "--why", "restore")
    assert restored.sequence() == ""
    now = restored.published
    for old in (restored.before, restored.after):
        proof = merkle.consistency(folder.hashes, old.size, now.size)
        assert merkle.verify_consistency(old.size, now.size, old.root, now.root, proof)
    for index, (leaf, proof) in given.items():
        hashed = leaf_hash(leaf)
        assert merkle.verify_inclusion(hashed, index, restored.after.size, proof, restored.after.root)
        with connect(restored.settings.SEQUENCER_DATABASE_URL) as db:  # and the database proves it anew
            again = merkle.inclusion(sequencer_on(db).read, index, now.size)
        assert merkle.verify_inclusion(hashed, index, now.size, again, now.root)


def test_a_witness_of_before_cosigns_on(restored, server, capsys):  # noqa: F811
    server.kept = restored.after
    server.note = (restored.settings.AUDIT_DIR / "log" / "checkpoint").read_text()
    restored.settings.AUDIT_WITNESSES = [server.witness]
    recover(capsys, "--yes", "--why", "restore")
    call_command("audit_sequencer", "--once")
    call_command("audit_sequencer", "--once")
    assert server.kept == restored.published
    assert server.statuses.count(422) == 0


def test_a_witness_that_saw_more_than_the_folder_holds_stops_the_recovery(restored, server):  # noqa: F811
    """The folder is of yesterday too."""
    server.note = (restored.settings.AUDIT_DIR / "log" / "checkpoint").read_text()
    restored.settings.AUDIT_WITNESSES = [server.witness]
    older = sign(restored.before.text, keys.log_signers())
    (restored.settings.AUDIT_DIR / "log" / "checkpoint").write_text(older)
    with pytest.raises(CommandError, match=f"a checkpoint of {restored.after.size} leaves") as error:
        call_command("audit_recover", "--yes", "--why", "restore")
    assert error.value.returncode == 2


@pytest.mark.parametrize("harm", ["changed", "missing", "cut"])
def test_bundles_that_are_not_what_was_signed_are_not_taken_back(restored, harm):
    bundle = restored.settings.AUDIT_DIR / "log" / path(ENTRIES, restored.before.size // 256 + 1)
    data = bundle.read_bytes()
    if harm == "missing":
        bundle.unlink()
    else:
        at = data.index(b'"c":"') + 6
        bundle.write_bytes(data[:-3] if harm == "cut" else data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(CommandError, match="Nothing was done") as error:
        call_command("audit_recover", "--yes", "--why", "restore")
    assert error.value.returncode == 2
    with restored.connect() as db:
        assert db.execute("SELECT size FROM audit.tree").fetchone() == (restored.before.size,)


def test_a_database_that_lost_nothing_has_nothing_to_take_back(log, capsys, owner_db):  # noqa: F811
    call_command("audit_sequencer", "--once")
    capsys.readouterr()
    code, told = recover(capsys, "--yes", "--why", "only to be sure")
    assert (code, told["done"], told["lost"]) == (0, False, 0)
    assert owner_db.execute("SELECT count(*) FROM audit.recovery").fetchone() == (0,)


def test_a_lost_folder_is_written_anew_when_somebody_says_why(log, settings, capsys, owner_db):  # noqa: F811
    call_command("audit_sequencer", "--once")
    before = (settings.AUDIT_DIR / "log" / "checkpoint").read_text().splitlines()[1:3]
    shutil.rmtree(settings.AUDIT_DIR)
    with pytest.raises(SystemExit):
        call_command("audit_sequencer", "--once")
    with pytest.raises(SystemExit):
        call_command("audit_recover", "--folder-lost")
    assert not settings.AUDIT_DIR.exists()
    call_command("audit_recover", "--folder-lost", "--yes", "--why", "disk of the web server died")
    call_command("audit_sequencer", "--once")
    with connect(log) as db:
        sequencer = sequencer_on(db)
        sequencer.verifiers = keys.log_verifiers()
        found = check(sequencer)
        assert merkle.root(sequencer.read, int(before[0])) == merkle.root(
            sequencer.folder.hashes, int(before[0])
        )
    assert found.size > int(before[0])


def test_files_that_were_changed_are_written_anew_under_the_same_checkpoint(log, settings, capsys):  # noqa: F811
    call_command("audit_sequencer", "--once")
    folder = Folder(settings.AUDIT_DIR / "log")
    before = folder.read("checkpoint")
    size = int(before.splitlines()[1])
    name = path(ENTRIES, 0, min(size, 256))
    good = folder.read(name)
    folder.write([(name, b"changed")])
    capsys.readouterr()
    assert recover(capsys, "--files")[1]["stop"] == size
    assert (folder.read(name), folder.read("checkpoint")) == (good, before)


def test_while_the_sequencer_works_and_without_a_reason_nothing_happens(log):  # noqa: F811
    with pytest.raises(CommandError, match="--why"):
        call_command("audit_recover", "--yes")
    with connect(log) as db:
        assert sequencer_on(db).hold()
        with pytest.raises(CommandError, match="Stop it first"):
            call_command("audit_recover")
