"""Receipts and promises: what is whole proves what it says, what was touched anywhere proves nothing."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from biroumum.audit.notes import BadNote, encode, sign
from biroumum.audit.proofs import BadProof, Opening, Promise, Proof, is_promise
from tests.kernel.small_log import LOG, NOW, ORIGIN, PROMISER, WITNESS, SmallLog, key, opening, promise

KEYS = [LOG.verifier, WITNESS.verifier]
DAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def log() -> SmallLog:
    return SmallLog([opening(number, DAY if number % 2 else None) for number in range(7)])


@pytest.mark.parametrize("index", range(7))
def test_a_receipt_read_again_proves_payload_place_and_witness(log, index):
    proof = log.proof(index)
    proved = Proof.parse(proof.text).check(KEYS)
    assert (proved.origin, proved.index, proved.size) == (ORIGIN, index, 7)
    assert proved.opening == log.openings[index]
    assert proved.cosigned == (("saksi.example/w1", NOW),)


def test_a_receipt_is_the_format_of_c2sp(log):
    lines = log.proof(6).text.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == f"extra {encode(opening(6).extra)}"
    assert lines[2] == "index 6"
    assert lines[5] == ""  # two hashes in a tree of seven
    assert lines[6:8] == [ORIGIN, "7"]
    assert lines[-3].startswith(f"— {ORIGIN} ")
    assert lines[-2].startswith("— saksi.example/w1 ")


def test_the_only_entry_of_a_log_needs_no_hashes():
    text = SmallLog([opening()]).proof(0).text
    assert "index 0\n\n" in text
    assert Proof.parse(text).check(KEYS).size == 1


def test_an_unknown_witness_is_passed_over_and_a_known_one_twice_counts_once(log):
    assert log.proof(0).check([LOG.verifier]).cosigned == ()
    note = log.note()
    twice = replace(log.proof(0), checkpoint=note + note.splitlines()[-1] + "\n")
    assert len(twice.check(KEYS).cosigned) == 1


def outcome(text: str) -> object:
    try:
        return Proof.parse(text).check(KEYS)
    except BadNote:
        return None


@pytest.mark.parametrize("index", [0, 5])
def test_one_letter_changed_anywhere_in_a_receipt_is_noticed(log, index):
    text = log.proof(index).text
    whole = outcome(text)
    assert whole is not None
    for at, letter in enumerate(text):
        for other in ("A", "b", "0", " ", "\n", "+", chr(ord(letter) ^ 1)):
            if other != letter:
                assert outcome(text[:at] + other + text[at + 1 :]) != whole, (at, letter, other)
        assert outcome(text[:at] + text[at + 1 :]) != whole, (at, letter)
        assert outcome(text[:at] + letter + text[at:]) != whole, (at, letter)


def test_a_changed_letter_in_the_payload_is_noticed_however_the_extra_is_written(log):
    proof, true = log.proof(1), opening(1, DAY)
    for harm in (
        replace(true, payload=true.payload.replace("submit", "submot")),
        replace(true, salt=bytes(32)),
        replace(true, day=DAY + dt.timedelta(days=1)),
        replace(true, day=None),
        opening(3, DAY),
    ):
        with pytest.raises(BadProof, match="is not entry 1 of"):
            replace(proof, extra=harm.extra).check(KEYS)


def as_extra(**told: object) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        b"{}",
        b"[]",
        b"nothing",
        b"\xff",
        b"[" * 100_000,
        as_extra(salt=encode(bytes(32))),
        as_extra(salt=encode(bytes(31)), payload="{}"),
        as_extra(salt="*", payload="{}"),
        as_extra(salt=7, payload="{}"),
        as_extra(salt=encode(bytes(32)), payload=7),
        as_extra(salt=encode(bytes(32)), payload="\ud800"),
        as_extra(salt=encode(bytes(32)), payload="{}", day="kemarin"),
        as_extra(salt=encode(bytes(32)), payload="{}", leaf="mine"),
        as_extra(payload="{}", salt=encode(bytes(32))),
        opening().extra + b" ",
    ],
)
def test_an_extra_line_of_another_form_is_refused(log, extra):
    with pytest.raises(BadProof, match="extra"):
        replace(log.proof(0), extra=extra).check(KEYS)


@pytest.mark.parametrize(
    "payload", ["", "[]", "7", "{}", '{"subject":7,"op":"event"}', '{"ent":"a.b"}', "[" * 99_999]
)
def test_a_payload_that_names_no_table_opens_no_leaf_that_tells_one(payload):
    with pytest.raises(BadProof, match="names no table"):
        _ = Opening(bytes(32), payload, DAY).leaf


def test_table_and_step_come_from_the_payload_alone():
    captured = Opening(bytes(32), '{"op":"update","ent":"worktime.holiday","pk":"1","changed":{}}', DAY)
    assert captured.leaf.startswith(
        b'{"v":1,"app":"worktime","ent":"holiday","op":"update","d":"2026-11-24","c":"'
    )
    assert opening(0).leaf == b'{"v":1,"c":"%s"}' % encode(opening(0).commitment).encode()


@pytest.mark.parametrize(
    ("harm", "to"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 5", "index 05"),
        ("index 5", "index -5"),
        ("index 5", "index 5 "),
        ("index 5", "index ٥"),
        ("index 5", "extra AAAA"),
        ("\nextra ", "\nextra AAAA\nextra "),
        ("index 5\n", "index 5\nAAAA\n"),
        ("index 5\n", "index 5\nindex 5\n"),
        ("\n", "\r\n"),
        ("\n\n", "\n"),
        ("\n\n", "\n\n\n"),
    ],
)
def test_a_malformed_receipt_is_refused_with_a_sentence(log, harm, to):
    text = log.proof(5).text
    assert harm in text
    with pytest.raises(BadNote, match=" "):
        Proof.parse(text.replace(harm, to)).check(KEYS)


@pytest.mark.parametrize(
    "text", ["", "\n", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\nextra AAAA\n", "\ud800"]
)
def test_what_is_no_receipt_at_all_is_refused(text):
    with pytest.raises(BadProof, match="not a receipt"):
        Proof.parse(text)


def test_another_log_and_another_key_under_its_name_prove_nothing(log):
    other = key("tiruan.example/log")
    with pytest.raises(BadProof, match=r"no key of the log tiruan\.example/log"):
        log.proof(0, signer=other).check(KEYS)
    with pytest.raises(BadNote, match="nobody we know"):
        log.proof(0, witness=None).check([replace(LOG.verifier, key=other.verifier.key)])
    with pytest.raises(BadNote, match="not signed by"):  # a witness alone is no log
        log.proof(0, signer=other).check([WITNESS.verifier, replace(other, seed=bytes(32)).verifier])


def test_a_promise_says_what_will_stand_in_the_log_and_until_when():
    note = promise()
    assert is_promise(note)
    assert note.split("\n")[:5] == [
        f"{ORIGIN}/janji@v1",
        f"commitment {encode(opening().commitment)}",
        "time 2026-11-24T01:41:00Z",
        "merged by 2026-11-24T01:42:00Z",
        "",
    ]
    kept = Promise.check(note, [PROMISER.verifier])
    assert kept == Promise(ORIGIN, opening().commitment, NOW, NOW + dt.timedelta(minutes=1))


def test_one_letter_changed_anywhere_in_a_promise_is_noticed():
    note = promise()
    for at, letter in enumerate(note):
        for other in ("A", "0", "\n", chr(ord(letter) ^ 1)):
            if other != letter:
                with pytest.raises(BadNote, match=" "):
                    Promise.check(note[:at] + other + note[at + 1 :], [PROMISER.verifier])


def test_the_key_of_the_log_makes_no_promise_and_the_promise_key_no_checkpoint(log):
    text = promise().partition("\n\n")[0] + "\n"
    with pytest.raises(BadNote):
        Promise.check(sign(text, [LOG]), [LOG.verifier, PROMISER.verifier])
    with pytest.raises(BadNote):
        log.proof(0, signer=PROMISER, witness=None).check([LOG.verifier])


def test_a_hash_of_another_length_is_refused(log):
    for hashes in ([bytes(31)], [bytes(33)]):
        with pytest.raises(BadProof, match="line is missing"):
            Proof.parse(replace(log.proof(0), hashes=hashes).text)


PROMISED = promise().partition("\n\n")[0] + "\n"


@pytest.mark.parametrize(
    ("harm", "to"),
    [
        (PROMISED, ""),
        ("@v1", "@v2"),
        ("/janji", ""),
        (encode(opening().commitment), encode(bytes(31))),
        ("commitment ", "commitment  "),
        ("commitment ", "hash "),
        ("T01:41:00Z", "T1:41:00Z"),
        ("T01:41:00Z", "T01:41:00+00:00"),
        ("2026-11-24T01:42:00Z\n", "2026-11-24T01:42:00Z"),
        ("2026-11-24T01:42:00Z\n", "2026-11-24T01:42:00Z\nmore\n"),
        ("merged by", "merged"),
    ],
)
def test_a_promise_of_another_form_is_refused_though_it_was_signed(harm, to):
    assert harm in PROMISED
    with pytest.raises(BadProof, match="not a promise"):
        Promise.parse(PROMISED.replace(harm, to, 1))
