"""Places in the tree, and what is published of it."""

import json
import random
import shutil

import psycopg
import pytest

from biroumum.audit import merkle, tiles
from biroumum.audit.notes import Checkpoint, Signer, open_checkpoint, sign
from biroumum.audit.sequencer import Refusal, Sequencer
from tests.conftest import PASSWORD
from tests.kernel.break_in import break_in

SIGNER = Signer("portal.example/transparansi/log", bytes(32))


@pytest.fixture
def sequencer(cluster, real_db, tmp_path):
    with psycopg.connect(cluster.url(real_db, "biro_sequencer", PASSWORD), autocommit=True) as db:
        made = Sequencer(db, tiles.Folder(tmp_path), SIGNER.name, [SIGNER], [SIGNER.verifier])
        assert made.hold()
        yield made


def write(owner_db, count: int) -> None:
    owner_db.execute(
        "SELECT audit.append('event', 'told', 'documents.document/' || n, '{}') FROM generate_series(1, %s) n",
        [count],
    )


def leaves(folder: tiles.Folder, size: int) -> list[bytes]:
    """All leaves as a stranger reads them: full bundles, then the partial one."""
    full, width = tiles.widths(0, size)
    names = [tiles.path(tiles.ENTRIES, number) for number in range(full)]
    names += [tiles.path(tiles.ENTRIES, full, width)] if width else []
    return [leaf for name in names for leaf in tiles.unbundle(folder.read(name) or b"")]


def check(sequencer: Sequencer) -> Checkpoint:
    """The published files prove each other: bundles, level 0, the levels above, the signed root."""
    note = (sequencer.folder.read("checkpoint") or b"").decode()
    found, _ = open_checkpoint(note, sequencer.verifiers, sequencer.origin)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves(sequencer.folder, found.size)]
    assert len(hashes) == found.size == sequencer.size
    assert hashes == sequencer.folder.hashes(0, 0, found.size)
    assert (
        merkle.root(sequencer.folder.hashes, found.size)
        == merkle.root(sequencer.read, found.size)
        == found.root
    )
    return found


def test_every_entry_finds_its_place_and_the_files_prove_it(sequencer, owner_db):
    waiting = owner_db.execute("SELECT count(*) FROM audit.pending").fetchone()[0]
    assert sequencer.turn() == min(waiting, 4096)
    while sequencer.turn():
        pass
    before = check(sequencer)
    assert before.size == waiting
    for count in (1, 255, 256, 257, 3, 700):
        write(owner_db, count)
        assert sequencer.turn() == count
        after = check(sequencer)
        path = merkle.consistency(sequencer.folder.hashes, before.size, after.size)
        assert merkle.verify_consistency(before.size, after.size, before.root, after.root, path)
        before = after
    assert sequencer.turn() == 0


def test_a_late_commit_comes_later_and_a_rolled_back_one_never(sequencer, owner_db, cluster, real_db):
    while sequencer.turn():
        pass
    with psycopg.connect(cluster.url(real_db)) as slow, psycopg.connect(cluster.url(real_db)) as undone:
        write(slow, 1)
        write(undone, 1)
        write(owner_db, 1)
        assert sequencer.turn() == 1
        undone.rollback()
        slow.commit()
    assert sequencer.turn() == 1
    check(sequencer)
    ids = [row[0] for row in owner_db.execute("SELECT entry_id FROM audit.leaf ORDER BY idx DESC LIMIT 2")]
    assert ids[0] < ids[1]


def test_what_was_published_must_be_how_the_tree_begins(sequencer, owner_db):
    write(owner_db, 300)
    while sequencer.turn():
        pass
    good = check(sequencer)
    for claimed in (
        Checkpoint(SIGNER.name, good.size + 1, good.root),
        Checkpoint(SIGNER.name, good.size, bytes(32)),
    ):
        sequencer.folder.write([("checkpoint", sign(claimed.text, [SIGNER]).encode())])
        write(owner_db, 1)
        with pytest.raises(Refusal):
            sequencer.turn()
    sequencer.folder.write([("checkpoint", b"nonsense")])
    with pytest.raises(Refusal):
        sequencer.turn()
    assert sequencer.size == good.size


def test_one_sequencer_works(sequencer, cluster, real_db, tmp_path):
    with psycopg.connect(cluster.url(real_db, "biro_sequencer", PASSWORD), autocommit=True) as db:
        other = Sequencer(db, tiles.Folder(tmp_path), SIGNER.name, [SIGNER], [SIGNER.verifier])
        assert not other.hold()


def test_tiles_that_are_gone_are_written_anew_where_a_checkpoint_never_came(sequencer, owner_db):
    write(owner_db, random.randint(500, 900))
    while sequencer.turn():
        pass
    before = check(sequencer)
    (sequencer.folder.root / "checkpoint").unlink()
    shutil.rmtree(sequencer.folder.root / "tile" / "0")
    sequencer.turn()
    assert check(sequencer) == before


@pytest.mark.parametrize("width", [150, 256])
def test_without_its_checkpoint_a_folder_that_shows_more_than_a_restored_database_is_no_beginning(
    sequencer, owner_db, cluster, real_db, width
):
    """Not even once the database has as many leaves again: they are others."""
    while sequencer.turn():
        pass
    old = sequencer.size
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        write(owner_db, width)
        sequencer.turn()
        break_in(
            root,
            f"DELETE FROM audit.leaf WHERE idx >= {old}",
            f"DELETE FROM audit.node WHERE level = 1 AND (idx + 1) * 256 > {old}",
            f"DELETE FROM audit.checkpoint WHERE size > {old}",
            f"UPDATE audit.tree SET size = {old}",
        )
    (sequencer.folder.root / "checkpoint").unlink()
    for _turn in range(2):
        with pytest.raises(Refusal, match="Put the file `checkpoint` back"):
            sequencer.turn()
        write(owner_db, width + 10)
        sequencer.take()
    assert sequencer.folder.read("checkpoint") is None


def test_without_its_checkpoint_a_folder_of_less_than_was_signed_is_no_beginning(sequencer, cluster, real_db):
    sequencer.turn()
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        break_in(
            root, "INSERT INTO audit.checkpoint SELECT origin, size + 1, root, note FROM audit.checkpoint"
        )
    (sequencer.folder.root / "checkpoint").unlink()
    with pytest.raises(Refusal, match="Put the file `checkpoint` back"):
        sequencer.turn()


def test_an_empty_folder_of_a_log_that_has_signed_is_no_beginning(sequencer, owner_db):
    """The disk is not mounted, or a backup was restored on another machine: nobody knows what was published."""
    sequencer.turn()
    write(owner_db, 1)
    shutil.rmtree(sequencer.folder.root)
    with pytest.raises(Refusal, match="right folder"):
        sequencer.turn()


def test_no_name_an_entry_may_have_breaks_its_bundle(sequencer, owner_db):
    while sequencer.turn():
        pass
    for subject in ('a"}\n/1', "x" * 70_000 + "/1", "Ünit.x/1"):
        owner_db.execute("SELECT audit.append('event', 'told', %s, '{}')", [subject])
    assert sequencer.turn() == 3
    found = check(sequencer)
    for leaf in leaves(sequencer.folder, found.size)[-3:]:
        assert set(json.loads(leaf)) == {"v", "c"}
