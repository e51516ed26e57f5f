"""What the sequencer's own role cannot do to the tree: sign what it has not, grow it by nothing, make up a recovery."""

import psycopg
import pytest

REFUSED = psycopg.errors.InsufficientPrivilege
NOTE = "INSERT INTO audit.checkpoint (origin, size, root, note) VALUES (%s, %s, %s, 'x')"
LEAF = "INSERT INTO audit.leaf (idx, opaque, hash, data) VALUES (%s, true, sha256('x'), 'x')"


def proven(log):
    return log.one("SELECT proven FROM audit_history ORDER BY id DESC LIMIT 1")


def goes_on(log):
    log.write()
    log.sequence()
    return proven(log) and log.found() == []


@pytest.mark.parametrize("origin", ["its own", "another"])
def test_a_checkpoint_of_more_leaves_than_there_are_is_refused_and_the_log_goes_on(log, origin):
    name = log.sequencer.origin if origin == "its own" else "lain.example/log"
    for beyond in (1, 10**15):
        with pytest.raises(REFUSED):
            log.sequencer.db.execute(NOTE, [name, log.sequencer.size + beyond, bytes(32)])
    log.write()
    assert not proven(log)
    assert goes_on(log)


def test_nothing_is_cosigned_that_was_not_signed(log):
    line = "INSERT INTO audit.cosignature (origin, size, witness, line) VALUES (%s, %s, 'x', 'x')"
    with pytest.raises(REFUSED):
        log.sequencer.db.execute(line, [log.sequencer.origin, 10**15])
    assert goes_on(log)


def test_the_tree_grows_by_leaves_that_are_there_and_by_none_without_an_entry_no_recovery_tells_of(log):
    db, size = log.sequencer.db, log.sequencer.size
    with pytest.raises(REFUSED):
        db.execute("UPDATE audit.tree SET size = size + 1")
    with pytest.raises(REFUSED), db.transaction():
        db.execute(LEAF, [size])
        db.execute("UPDATE audit.tree SET size = size + 1")
    with pytest.raises(REFUSED), db.transaction():
        db.execute(LEAF, [size + 1])
        db.execute("UPDATE audit.tree SET size = size + 2")
    assert goes_on(log)


@pytest.mark.parametrize(
    ("first", "stop"), [(0, 1_000_000), (0, 5), (301, 10**15), (10**15, 10**15), (5, 4), (None, 1)]
)
def test_a_recovery_is_told_of_leaves_that_are_taken_back_and_of_no_others(log, first, stop):
    with pytest.raises(REFUSED):
        log.sequencer.db.execute("SELECT audit.recovered(%s, %s, 'x')", [first, stop])
    assert log.one("SELECT count(*) FROM audit.recovery") == 0
    assert goes_on(log)
