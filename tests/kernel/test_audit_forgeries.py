"""Forged files, signatures and a whole rewritten past: each is found, by file and place."""

import hashlib
import shutil
from datetime import UTC, datetime

from biroumum.audit import keys, tiles
from biroumum.audit.merkle import leaf_hash
from biroumum.audit.notes import Checkpoint, sign
from biroumum.audit.sequencer import leaf_of
from tests.kernel.break_in import break_in


def changed(log, name, data):
    (log.folder.root / name).write_bytes(data)


def forged_leaf(log):
    return leaf_of("accounts.unit", "insert", datetime.now(UTC), hashlib.sha256(b"x").digest(), True)


def forge_bundle(log):
    """Another leaf in the published bundle; returns the bundle's name and the place within."""
    number, at = divmod(log.idx, 256)
    width = min(256, log.sequencer.size - number * 256)
    name = tiles.path(tiles.ENTRIES, number, width)
    found = list(tiles.unbundle(log.folder.read(name)))
    found[at] = forged_leaf(log)
    changed(log, name, tiles.bundle(found))
    return name, tiles.path(0, number, width), at


def test_a_forged_bundle_is_found(log):
    name, *_ = forge_bundle(log)
    assert log.found() == [("file", name, str(log.idx), "")]


def test_a_bundle_and_its_tile_forged_together_are_found(log):
    name, tile, at = forge_bundle(log)
    hashes = bytearray(log.folder.read(tile))
    hashes[at * 32 : at * 32 + 32] = leaf_hash(forged_leaf(log))
    changed(log, tile, bytes(hashes))
    assert log.found() == [("file", name, str(log.idx), ""), ("file", tile, str(log.idx), "")]


def test_a_tile_forged_alone_is_found(log):
    name = tiles.path(1, 0, log.sequencer.size >> 8)
    changed(log, name, bytes(32))
    assert log.found() == [("file", name, "0", "")]


def test_a_checkpoint_forged_alone_is_found(log):
    note = log.folder.read("checkpoint").decode()
    good = Checkpoint.parse(note.rpartition("\n\n")[0] + "\n")
    forged = Checkpoint(good.origin, good.size, bytes(32))
    changed(log, "checkpoint", note.replace(good.text, forged.text).encode())
    assert ("signature", "checkpoint", "", "") in log.found()
    changed(log, "checkpoint", sign(forged.text, keys.log_signers()).encode())  # by a thief of the key
    assert ("root", "checkpoint", str(good.size), "root") in log.found()
    assert ("root", "checkpoint", str(good.size), "root") in log.found("--quick")


def test_files_that_are_gone_are_found(log):
    shutil.rmtree(log.folder.root / "tile" / "entries")
    assert {check for check, *_ in log.found()} == {"file"}


def rewrite(log):
    """Everything that follows from one entry, made anew by a thief who has the database, the files and the key."""
    break_in(
        log.root,
        f"UPDATE audit.payload SET body = '{{}}' WHERE entry_id = {log.entry}",
        "UPDATE audit.entry e SET commitment = sha256(p.salt || p.body) FROM audit.payload p "
        f"WHERE p.entry_id = e.id AND e.id = {log.entry}",
        "INSERT INTO audit.pending SELECT entry_id, at FROM audit.leaf",
        "DELETE FROM audit.leaf",
        "DELETE FROM audit.node",
        "DELETE FROM audit.checkpoint",
        "UPDATE audit.tree SET size = 0",
    )
    shutil.rmtree(log.folder.root)
    log.sequence()


def test_a_rewrite_that_fits_in_itself_is_found_by_an_older_checkpoint_alone(log, tmp_path):
    kept = tmp_path / "kept"
    kept.write_bytes(log.folder.read("checkpoint"))
    size = str(log.sequencer.size)
    log.write(5)
    log.sequence()
    assert log.found("--since", str(kept)) == []
    rewrite(log)
    assert log.found() == []
    for options in ([], ["--quick"]):
        assert log.found("--since", str(kept), *options) == [("root", "the older checkpoint", size, "root")]


def test_a_log_that_became_shorter_than_a_kept_checkpoint_is_found(log, tmp_path):
    kept = tmp_path / "kept"
    more = Checkpoint(keys.origin(), log.sequencer.size + 7, bytes(32))
    kept.write_text(sign(more.text, keys.log_signers()))
    assert log.found("--since", str(kept)) == [("size", "the older checkpoint", str(more.size), "size")]


def test_what_the_sequencer_goes_on_to_publish_meanwhile_is_no_finding(log):
    """The checkpoint was read before; its partial tile is full by now, and gone."""
    seen, note = log.sequencer.size, log.folder.read("checkpoint")
    log.write(256)
    log.sequence()
    partial = tiles.path(0, seen >> 8, seen & 255)
    assert log.folder.read(partial) is None
    changed(log, "checkpoint", note)
    assert log.found() == []
    forged = bytearray(log.folder.read(tiles.path(0, seen >> 8)))
    forged[:32] = bytes(32)
    changed(log, tiles.path(0, seen >> 8), bytes(forged))
    assert [check for check, *_ in log.found()] == ["file"]
