"""What may go wrong while entries get their places: kill -9 anywhere, two at once, late commits, awkward sizes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest

from biroumum.audit import merkle, sequencer as module
from biroumum.audit.daemon import connect
from biroumum.audit.merkle import leaf_hash
from biroumum.audit.notes import Checkpoint
from biroumum.audit.sequencer import Refusal, Sequencer
from biroumum.audit.tiles import Folder
from tests.conftest import PASSWORD
from tests.kernel.test_audit_daemon import until
from tests.kernel.test_audit_sequencer import SIGNER, check, sequencer, write  # noqa: F401

RANDOM_ROUNDS = 20
EACH = 256  # entries of a round: one tile becomes full, and a partial one stays


def on(db: psycopg.Connection, folder: Path) -> Sequencer:
    return Sequencer(db, Folder(folder), SIGNER.name, [SIGNER], [SIGNER.verifier])


class Log:
    """A database and a folder, and whoever begins anew on them after a crash."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.seen: list[Checkpoint] = []

    def in_a_child(self, work: Callable[[Sequencer], None]) -> int:
        """Its process id. It has only what it makes itself, and ends without cleaning up."""
        child = os.fork()
        if not child:
            try:
                db = connect(self.url)
                made = on(db, self.folder)
                while not made.hold():
                    time.sleep(0.01)
                work(made)
            finally:
                os._exit(0)
        return child

    def go_on(self) -> None:
        """Start again, finish, and hold all that was ever published against what is there now."""
        self.look()
        with connect(self.url) as db:
            made = on(db, self.folder)
            until(made.hold)
            while made.turn():
                pass
            self.look()
            assert check(made) == self.seen[-1]
            assert db.execute("SELECT count(*) FROM audit.pending").fetchone() == (0,)
            ((count, last),) = db.execute("SELECT count(entry_id), max(idx) FROM audit.leaf")
            assert (count, last) == (made.size, made.size - 1)
        old, new = self.seen[-2:]
        hashes = made.folder.hashes
        proof = merkle.consistency(hashes, old.size, new.size)
        assert merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)

    def look(self) -> None:
        """The published files prove themselves, at any moment."""
        folder = Folder(self.folder)
        lines = (folder.read("checkpoint") or b"").decode().split("\n\n")[0]
        found = Checkpoint.parse(lines + "\n")
        assert merkle.root(folder.hashes, found.size) == found.root
        assert not self.seen or found.size >= self.seen[-1].size
        self.seen.append(found)


@pytest.fixture
def log(cluster, real_db, owner_db, tmp_path) -> Log:
    made = Log(cluster.url(real_db, "biro_sequencer", PASSWORD), tmp_path / "log")
    with connect(made.url) as db:
        first = on(db, made.folder)
        while first.turn():
            pass
        write(owner_db, 256 - first.size % 256 + 44)
        first.turn()
    made.look()
    return made


def killed_at(number: int) -> None:
    """In a child: `kill -9` before that many-th step that changes a row or a file."""
    steps = 0

    def counted(original: Callable) -> Callable:
        def step(*args: object, **said: object) -> object:
            nonlocal steps
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **said)

        return step

    execute = psycopg.Connection.execute
    writing = counted(execute)
    psycopg.Connection.execute = lambda db, sql, *rest: (
        execute if sql.lstrip().startswith("SELECT") else writing
    )(db, sql, *rest)
    for owner, names in (
        (psycopg.Cursor, ("copy", "executemany")),
        (psycopg.Transaction, ("__exit__",)),
        (Path, ("open", "replace", "mkdir")),
        (os, ("fsync",)),
        (shutil, ("rmtree",)),
    ):
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))


def test_killed_at_any_step_it_goes_on_without_gap_or_fork(log, owner_db):
    number, killed = 0, True
    while killed:
        number += 1
        write(owner_db, EACH)

        def work(made: Sequencer, number: int = number) -> None:
            killed_at(number)
            made.turn()

        _pid, status = os.waitpid(log.in_a_child(work), 0)
        killed = os.WIFSIGNALED(status)
        log.go_on()
    assert (
        number > 30
    )  # queue, leaves, nodes, size, commit, four files and their folders, checkpoint, old tiles
    assert log.seen[-1].size == log.seen[0].size + number * EACH


def test_killed_at_random_while_others_write_it_goes_on(log, owner_db):
    dice = random.Random(20261124)
    written = 0
    for _round in range(RANDOM_ROUNDS):
        write(owner_db, 1500)
        child = log.in_a_child(lambda made: [made.turn() for _turn in range(1000)])
        time.sleep(dice.uniform(0, 0.2))
        write(owner_db, 7)
        written += 1507
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        log.go_on()
    assert log.seen[-1].size == log.seen[0].size + written


# -- two at once


def test_two_without_the_lock_still_make_one_tree(cluster, real_db, owner_db, tmp_path):
    """What the lock keeps from happening: here nobody asks for it, and row locks, keys and the size hold all the same."""
    url = cluster.url(real_db, "biro_sequencer", PASSWORD)

    def work(until_: float) -> None:
        with connect(url) as db:
            made = on(db, tmp_path / "log")
            while time.monotonic() < until_:
                with suppress(psycopg.Error, Refusal, OSError):
                    made.turn()

    end = time.monotonic() + 3
    threads = [threading.Thread(target=work, args=(end,)) for _one in range(2)]
    for thread in threads:
        thread.start()
    written = 0
    while time.monotonic() < end:
        write(owner_db, 100)
        written += 100
    for thread in threads:
        thread.join()
    with connect(url) as db:
        made = on(db, tmp_path / "log")
        while made.turn():
            pass
        assert check(made).size >= written
        ((count, last),) = db.execute("SELECT count(DISTINCT entry_id), max(idx) FROM audit.leaf")
        assert (count, last) == (made.size, made.size - 1)


class Stale(Sequencer):
    """Has read the size before another one's batch came between."""

    stale: int | None = None

    @property
    def size(self) -> int:
        return super().size if self.stale is None else self.stale


@pytest.mark.parametrize("swap", [True, False])
def test_the_size_is_changed_only_from_what_was_read(cluster, real_db, owner_db, tmp_path, monkeypatch, swap):
    """The twin without compare-and-swap, and without the key of leaves, does break the tree."""
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        root.execute("SET event_triggers = off")
        root.execute("ALTER TABLE audit.leaf DROP CONSTRAINT leaf_pkey")
    if not swap:
        monkeypatch.setattr(module, "GROW", "UPDATE audit.tree SET size = %s WHERE size >= %s")
    with connect(cluster.url(real_db, "biro_sequencer", PASSWORD)) as db:
        first = on(db, tmp_path / "log")
        while first.turn():
            pass
        late = Stale(db, first.folder, SIGNER.name, [SIGNER], [SIGNER.verifier])
        late.stale = first.size
        write(owner_db, 2)
        first.take()
        write(owner_db, 3)
        if swap:
            with pytest.raises(Refusal, match="somebody else"):
                late.take()
        else:
            late.take()
        twice = db.execute("SELECT count(*) - count(DISTINCT idx) FROM audit.leaf").fetchone()[0]
        assert twice == (0 if swap else 2)


# -- transactions


def test_who_stays_open_for_long_keeps_nobody_waiting(sequencer, owner_db, cluster, real_db):  # noqa: F811
    while sequencer.turn():
        pass
    with ExitStack() as stack:
        others = [stack.enter_context(psycopg.connect(cluster.url(real_db))) for _one in range(5)]
        for other in others:
            write(other, 1)
        for count in (1, 300, 1):
            write(owner_db, count)
            assert sequencer.turn() == count
            found = check(sequencer)
            path = merkle.inclusion(sequencer.folder.hashes, found.size - 1, found.size)
            (last,) = sequencer.read(0, found.size - 1, found.size)
            assert merkle.verify_inclusion(last, found.size - 1, found.size, path, found.root)
        others[0].rollback()
        for other in others[1:]:
            other.commit()
    assert sequencer.turn() == 4
    check(sequencer)


# -- sizes


def grown(sequencer: Sequencer, size: int) -> None:  # noqa: F811
    """Leaves without entries up to this size, as after a recovery."""
    start = sequencer.size
    data = [f'{{"v":1,"c":"{number}"}}'.encode() for number in range(start, size)]
    hashes = [leaf_hash(one) for one in data]
    with sequencer.db.transaction():
        with sequencer.db.cursor().copy("COPY audit.leaf (idx, opaque, hash, data) FROM STDIN") as copy:
            for number, (one, hashed) in enumerate(zip(data, hashes, strict=True), start):
                copy.write_row((number, True, hashed, one))
        sequencer.add_nodes(start, hashes)
        sequencer.db.execute("SELECT audit.recovered(%s, %s, 'test')", [start, size])
        sequencer.db.execute("DELETE FROM audit.pending")  # the entry that tells of it
        sequencer.db.execute(module.GROW, [size, start])


@pytest.mark.parametrize("around", [1, 256, 512, 65_536])
def test_one_leaf_before_at_and_behind_a_full_tile(sequencer, owner_db, around):  # noqa: F811
    owner_db.execute("DELETE FROM audit.pending")
    if around > 2:
        grown(sequencer, around - 2)
    seen = []
    for size in (around - 1, around, around + 1):
        if size > sequencer.size:
            write(owner_db, size - sequencer.size)
        sequencer.turn()
        found = check(sequencer)
        assert found.size == size
        for old in seen:
            proof = merkle.consistency(sequencer.folder.hashes, old.size, size)
            assert merkle.verify_consistency(old.size, size, old.root, found.root, proof)
        for index in {0, size // 2, size - 2, size - 1} & set(range(size)):
            (leaf,) = sequencer.folder.hashes(0, index, index + 1)
            path = merkle.inclusion(sequencer.folder.hashes, index, size)
            assert merkle.verify_inclusion(leaf, index, size, path, found.root)
        seen.append(found)
    partial = list(sequencer.folder.root.glob("tile/**/*.p"))
    assert not [
        one for one in partial if one.with_suffix("").exists()
    ]  # no partial tile stays beside its full one
