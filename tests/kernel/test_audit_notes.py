"""Signed notes, checkpoints and cosignatures: the examples of C2SP and Go, and no other form."""

from dataclasses import replace

import pytest

from biroumum.audit.notes import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Signer,
    Verifier,
    decode,
    encode,
    open_checkpoint,
    open_note,
    sign,
)
from tests.kernel.small_log import LOG, NOW, ORIGIN, WITNESS, SmallLog, key, opening

# https://c2sp.org/signed-note, "Example"
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# Documentation of golang.org/x/mod/sumdb/note
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO = (
    GO_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# https://c2sp.org/tlog-cosignature; whose keys it does not say
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


@pytest.fixture
def note() -> str:
    return SmallLog([opening(number) for number in range(3)]).note()


@pytest.mark.parametrize(("note", "vkey"), [(C2SP, C2SP_KEY), (GO, GO_KEY)])
def test_the_examples_of_the_specification_open(note, vkey):
    verifier = Verifier.parse(vkey)
    assert verifier.vkey == vkey
    text, signatures = open_note(note, [verifier])
    assert note.startswith(text + "\n")
    assert [(signature.name, signature.time) for signature in signatures] == [(verifier.name, 0)]


def test_we_sign_as_go_does():
    signer = Signer.parse(GO_SECRET + "\n")
    assert signer.text == GO_SECRET
    assert signer.verifier.vkey == GO_KEY
    assert sign(GO_TEXT, [signer]) == GO


def test_the_checkpoint_of_the_specification_is_read():
    checkpoint = Checkpoint.parse(SOFA.partition("\n\n")[0] + "\n")
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert SOFA.startswith(checkpoint.text)
    with pytest.raises(BadNote, match="nobody we know"):
        open_note(SOFA, [LOG.verifier])


def test_lines_of_extension_are_passed_over():
    text = Checkpoint(ORIGIN, 1, bytes(32)).text
    assert Checkpoint.parse(text + "more\n") == Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        f"log\n1\n{encode(bytes(32))}",
        f"\n1\n{encode(bytes(32))}\n",
        f"log\n01\n{encode(bytes(32))}\n",
        f"log\n-1\n{encode(bytes(32))}\n",
        f"log\n1 \n{encode(bytes(32))}\n",
        f"log\n٣\n{encode(bytes(32))}\n",
        f"log\n{10**19}\n{encode(bytes(32))}\n",
        f"log\n1\n{encode(bytes(31))}\n",
        f"log\n1\n{encode(bytes(32))}=\n",
        f"log\n1\n {encode(bytes(32))}\n",
        f"log\n1\n{encode(bytes(32))}\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadNote, match="checkpoint"):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        C2SP_KEY.replace("530d903a", "530d903b"),
        C2SP_KEY.replace("530d903a", "530D903A"),
        C2SP_KEY.replace("example.com/foo", "example.com/bar"),
        C2SP_KEY.replace("example.com/foo", ""),
        C2SP_KEY.replace("example.com/foo", "example com"),
        C2SP_KEY[:-4],
        C2SP_KEY + "AAAA",
        C2SP_KEY.replace("+Ae", "+Be"),  # another type of signature
        C2SP_KEY.replace("yeR", "*eR"),
    ],
)
def test_a_changed_verifier_key_is_refused(vkey):
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


@pytest.mark.parametrize(
    "text", ["", GO_KEY, GO_SECRET[:-1], GO_SECRET.replace("c74f20a3", "c74f20a4"), "PRIVATE+KEY"]
)
def test_a_changed_secret_key_is_refused_and_not_repeated(text):
    with pytest.raises(BadNote) as refused:
        Signer.parse(text)
    assert "+" not in str(refused.value)


def test_the_same_key_is_another_one_under_another_name_or_for_another_use():
    same = [Verifier("a", bytes(32)), Verifier("b", bytes(32)), Verifier("a", bytes(32), COSIGNATURE)]
    assert len({verifier.key_id for verifier in same}) == 3


@pytest.mark.parametrize(
    ("harm", "to"),
    [
        ("\n\n", "\n"),
        ("— ", "- "),
        ("— ", "—  "),
        ("— ", "—"),
        ("=\n", "\n"),
        ("=\n", "= \n"),
        ("=\n", "==\n"),
        ("\n3\n", "\n4\n"),
        ("\n3\n", "\n3\t\n"),
        ("\n3\n", "\n3\r\n"),
        ("\n3\n", "\n3\0\n"),
    ],
)
def test_a_changed_note_is_refused(note, harm, to):
    assert harm in note
    with pytest.raises(BadNote):
        open_checkpoint(note.replace(harm, to, 1), [LOG.verifier, WITNESS.verifier], ORIGIN)


@pytest.mark.parametrize(
    "note", ["", "\n", "\n\n", "t\n", "t\n\n", "t\n\n— a\n", "t\n\n— a b c\n", "t\n\n— a AAAA"]
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(BadNote):
        open_note(note, [LOG.verifier])


def test_text_may_have_empty_lines_and_ends_at_the_last_one():
    text = "one\n\ntwo\n\n"
    assert open_note(sign(text, [LOG]), [LOG.verifier])[0] == text


@pytest.mark.parametrize("text", ["", "no end", "tab\there\n", "\r\n"])
def test_what_cannot_be_the_text_of_a_note_is_not_signed(text):
    with pytest.raises(BadNote):
        sign(text, [LOG])


def test_a_control_character_is_refused_even_when_it_was_signed():
    for text in ("a\tb\n", "a\r\n", "a\0\n"):
        with pytest.raises(BadNote, match="not a signed note"):
            open_note(text + "\n" + LOG.line(text), [LOG.verifier])


def test_what_a_log_signed_of_another_is_no_checkpoint_of_it():
    text = Checkpoint("lain.example/log", 1, bytes(32)).text
    with pytest.raises(BadNote, match=r"of lain\.example/log, not of"):
        open_checkpoint(sign(text, [LOG]), [LOG.verifier], ORIGIN)


def test_signatures_of_strangers_are_passed_over_and_a_bad_one_of_a_friend_is_not(note):
    text = note.partition("\n\n")[0] + "\n"
    open_note(note + key("asing.example").line("another text\n"), [LOG.verifier])
    with pytest.raises(BadNote, match="not over this text"):
        open_note(note + WITNESS.line("another text\n"), [LOG.verifier, WITNESS.verifier])
    sixteen = sign(text, [LOG, *(key(f"saksi{number}.example") for number in range(15))])
    assert len(open_note(sixteen, [LOG.verifier])[1]) == 1
    with pytest.raises(BadNote, match="signature line"):
        open_note(text + "\n" + LOG.line(text) * 101, [LOG.verifier])


def test_a_key_counts_once_however_often_it_signed(note):
    again = note + WITNESS.line(note.partition("\n\n")[0] + "\n", time=7)
    _text, signatures = open_note(again, [LOG.verifier, WITNESS.verifier])
    assert [signature.name for signature in signatures] == [ORIGIN, WITNESS.name]


def test_a_cosignature_holds_its_time_and_another_program_makes_the_same():
    """The line: `sign_cosignature` of aics-tlog 0.2.1 with this key, over this checkpoint, at this second."""
    root = decode("+5/9zW+i5j6jl2cd3CpKbDtVkrt0ke5ASvLVXG+2M48=")
    text = Checkpoint(ORIGIN, 5, root).text
    line = WITNESS.line(text, time=int(NOW.timestamp()))
    assert line == (
        "— saksi.example/w1 f6EJCAAAAABrBOssNkoH5dtgoKQ9bQTkZfZSZYcl8kevzz4A3XkJ645ZjXm+"
        "SI715gU2rg6ykRnAFmBwmITJpoqLyO1OdBKKH9f6Aw==\n"
    )
    (found,) = open_note(text + "\n" + line, [WITNESS.verifier])[1]
    assert (found.name, found.time, found.line) == (WITNESS.name, NOW.timestamp(), line)


def test_a_cosignature_of_another_second_or_of_no_time_is_refused(note):
    text = note.partition("\n\n")[0] + "\n"
    signed = bytearray(decode(WITNESS.line(text, time=1000).split(" ")[2].strip()))
    signed[11] ^= 1
    with pytest.raises(BadNote, match="not over this text"):
        open_note(f"{text}\n— {WITNESS.name} {encode(bytes(signed))}\n", [WITNESS.verifier])
    with pytest.raises(BadNote, match="time"):
        open_note(text + "\n" + WITNESS.line(text, time=2**63), [WITNESS.verifier])


def test_a_cosignature_is_no_signature_of_the_log(note):
    text = note.partition("\n\n")[0] + "\n"
    double = replace(LOG, kind=COSIGNATURE)
    with pytest.raises(BadNote, match="not signed by"):
        open_checkpoint(text + "\n" + double.line(text, time=1), [double.verifier], ORIGIN)


def test_only_canonical_base64_is_read():
    assert decode("AA==") == b"\0"
    for text in ("AB==", "AA=", "AA", "A A=", "AA==\n", "-_==", "AA==AA=="):
        with pytest.raises(ValueError, match=" "):
            decode(text)
