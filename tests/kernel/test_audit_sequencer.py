"""Places in the tree, and what is published of it."""

import random

import psycopg
import pytest

from biroumum.audit import merkle, tiles
from biroumum.audit.notes import Checkpoint, Signer, open_checkpoint, sign
from biroumum.audit.sequencer import Refusal, Sequencer
from tests.conftest import PASSWORD

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


def test_files_that_are_gone_are_written_anew(sequencer, owner_db):
    import shutil

    write(owner_db, random.randint(500, 900))
    while sequencer.turn():
        pass
    before = check(sequencer)
    shutil.rmtree(sequencer.folder.root)
    sequencer.turn()
    assert check(sequencer) == before
