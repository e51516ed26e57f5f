"""Promise and receipt out of the log: true for whoever has the public keys, whatever the log's size."""

import datetime as dt
from base64 import urlsafe_b64decode
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import SYSTEM
from biroumum.audit import keys, merkle, receipts
from biroumum.audit.notes import COSIGNATURE, Signer
from biroumum.audit.proofs import Opening, Promise, Proof
from biroumum.audit.services import record_promised
from tests.fixtures_log import sequenced


@pytest.fixture
def log(log_sequencer, owner_db) -> SimpleNamespace:
    """`tell` writes an event about a subject; `grow` writes many and brings all into the tree."""

    def tell(subject: str, count: int = 1) -> None:
        many = "SELECT audit.append('event', 'told', %s, '{\"n\":1}') FROM generate_series(1, %s)"
        owner_db.execute(many, [subject, count])

    return SimpleNamespace(tell=tell, sequencer=log_sequencer, grow=lambda: sequenced(log_sequencer))


def entry(subject: str) -> receipts.Recorded:
    found = receipts.recorded(subject, "told")
    assert found is not None
    return found


def test_the_promise_is_there_at_once_and_the_receipt_keeps_it(log):
    log.tell("complaints.complaint/1")
    promised = entry("complaints.complaint/1")
    promise = Promise.check(receipts.promise(promised), keys.promise_verifiers())
    assert abs((promise.at - promised.at).total_seconds()) < 1
    assert (promised.index, receipts.receipt(promised)) == (None, None)
    log.grow()
    proof = receipts.receipt(entry("complaints.complaint/1"))
    proved = Proof.parse(proof.text).check(keys.log_verifiers())
    assert proved.opening.commitment == promise.commitment
    assert proved.origin == promise.origin == "portal.example/transparansi/log"
    assert proved.opening.payload.endswith('"subject":"complaints.complaint/1","data":{"n":1}}')
    assert proved.opening.day is None  # of complaints not even the day is public


def test_an_entry_that_is_no_secret_tells_table_step_and_day(log):
    log.tell("worktime.holiday/1")
    log.grow()
    proved = receipts.receipt(entry("worktime.holiday/1")).check(keys.log_verifiers())
    assert proved.opening.leaf.startswith(b'{"v":1,"app":"worktime","ent":"holiday","op":"event","d":"2')


def test_each_receipt_holds_at_each_size_of_the_log(log):
    subjects = [f"complaints.complaint/{number}" for number in range(4)]
    for number, subject in enumerate(subjects):
        log.tell(subject)
        log.tell("worktime.holiday/1", 170 * number)
        log.grow()
        for known in subjects[: number + 1]:
            proved = receipts.receipt(entry(known)).check(keys.log_verifiers())
            assert f'"subject":"{known}"' in proved.opening.payload
            assert proved.size == log.sequencer.size


def test_a_place_in_a_tree_that_is_not_signed_yet_gives_no_receipt(log):
    log.grow()
    log.tell("complaints.complaint/1")
    log.sequencer.take()
    assert entry("complaints.complaint/1").index is not None
    assert receipts.receipt(entry("complaints.complaint/1")) is None


def test_before_anything_is_signed_there_is_no_receipt(log):
    log.tell("complaints.complaint/1")
    assert receipts.receipt(entry("complaints.complaint/1")) is None


def test_what_is_not_in_the_log_has_no_entry(log):
    assert receipts.recorded("complaints.complaint/1", "told") is None


@pytest.fixture
def seen_by(log, owner_db):
    """Lets the log grow, and these witnesses sign it."""

    def sign(*names: str) -> int:
        log.tell("worktime.holiday/1")
        log.grow()
        owner_db.cursor().executemany(
            "INSERT INTO audit.cosignature (origin, size, witness, line) VALUES (%s, %s, %s, %s)",
            [(log.sequencer.origin, log.sequencer.size, name, f"— {name} AAAAAAAA\n") for name in names],
        )
        return log.sequencer.size

    return sign


def witnesses_of(*names: str) -> list[str]:
    signers = [Signer(name, bytes(32), COSIGNATURE) for name in names]
    return [f"{one.verifier.vkey}+https://{one.name}.example" for one in signers]


def test_a_receipt_is_of_the_newest_tree_that_enough_witnesses_saw(log, seen_by, settings):
    settings.AUDIT_WITNESSES = witnesses_of("w1", "w2", "w3")
    log.tell("complaints.complaint/1")
    log.grow()
    found = entry("complaints.complaint/1")
    seen_by("w1", "w2")
    best = seen_by("w1", "w2", "w3")
    seen_by("w3", "gone")  # one that is a witness no more
    newest = seen_by()
    proof = receipts.receipt(found)
    assert proof.check(keys.log_verifiers()).size == best
    assert "— w3 " in proof.checkpoint
    settings.AUDIT_WITNESSES = []
    assert receipts.receipt(found).check(keys.log_verifiers()).size == newest


def test_while_too_few_witnesses_answer_the_receipt_is_of_the_log_alone(log, seen_by, settings):
    settings.AUDIT_WITNESSES = witnesses_of("w1", "w2")
    log.tell("complaints.complaint/1")
    newest = seen_by("w1")
    assert receipts.receipt(entry("complaints.complaint/1")).check(keys.log_verifiers()).size == newest


def test_however_long_a_witness_is_away_so_many_checkpoints_are_looked_at(log, owner_db):
    """Both signed one far from the newest and from the leaf, as long as nobody did nearer."""
    log.tell("worktime.holiday/1", 600)
    log.grow()
    owner_db.execute(
        "INSERT INTO audit.checkpoint (origin, size, root, note) "
        "SELECT 'x', n, sha256(''), n FROM generate_series(1, 600) n"
    )
    for signed, believed in ((300, "600"), (200, "200"), (500, "500")):
        owner_db.execute(
            "INSERT INTO audit.cosignature (origin, size, witness, line) "
            "SELECT 'x', %s, w, '' FROM unnest('{a,b}'::text[]) w",
            [signed],
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit.believed('x', 0, 2, '{a,b}')")
            assert cursor.fetchone() == (believed,)


def test_a_receipt_takes_few_statements(log):
    log.tell("complaints.complaint/1")
    log.tell("worktime.holiday/1", 1500)
    log.grow()
    found = entry("complaints.complaint/1")
    with CaptureQueriesContext(connection) as said:
        receipts.receipt(found)
    levels = -(-log.sequencer.size.bit_length() // 8)
    assert len(said) <= 1 + 2 * levels  # a million leaves: seven


def test_a_link_carries_index_salt_and_payload_and_is_there_when_the_receipt_is(log):
    log.tell("complaints.complaint/1")
    assert receipts.link(entry("complaints.complaint/1")) == ""
    log.grow()
    found = entry("complaints.complaint/1")
    index, salt, payload = receipts.link(found).split(".")
    assert int(index) == found.index
    assert urlsafe_b64decode(salt + "=") == found.opening.salt
    assert urlsafe_b64decode(payload + "==") == found.opening.payload.encode()
    assert receipts.receipt(found).index == found.index


@pytest.mark.parametrize("subject", ["complaints.complaint/7", "worktime.holiday/7"])
def test_what_is_recorded_with_a_promise_is_what_the_log_gives_out_later(log, subject):
    with transaction.atomic():
        promised = record_promised("told", subject, actor=SYSTEM, data={"n": "é"})
    log.grow()
    found = entry(subject)
    assert (promised.at, promised.opening) == (found.at, found.opening)
    assert receipts.receipt(found).check(keys.log_verifiers()).opening == promised.opening


def test_every_entry_opens_its_own_leaf_whatever_it_is_of(log, owner_db):
    """Captured rows that came, changed and went, events and heartbeats: table, step and day are found again."""
    owner_db.execute("UPDATE public.worktime_holiday SET name = name || '!'")
    owner_db.execute("DELETE FROM public.worktime_holiday")
    owner_db.execute("SELECT audit.beat()")
    log.tell("complaints.complaint/1")
    log.grow()
    rows = owner_db.execute(
        "SELECT e.op, e.at, p.salt, p.body, l.opaque, l.hash FROM audit.leaf l JOIN audit.entry e ON e.id = l.entry_id "
        "JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at"
    ).fetchall()
    for _op, at, salt, body, opaque, known in rows:
        opening = Opening(salt, body.decode(), None if opaque else at.astimezone(dt.UTC).date())
        assert merkle.leaf_hash(opening.leaf) == known, body
    assert {"insert", "update", "delete", "event", "heartbeat"} <= {op for op, *_rest in rows}
    assert {opaque for *_rest, opaque, _hash in rows} == {True, False}
