"""`receipt_verify` and `audit_proof`: for whoever has a file and a key, and no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from biroumum.audit import keys, merkle, tiles
from biroumum.audit.notes import Checkpoint, encode, sign
from tests.kernel.small_log import LOG, ORIGIN, PROMISER, WITNESS, SmallLog, opening, promise

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = {"DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
KNOWN = [said for signer in (LOG, PROMISER, WITNESS) for said in ("--key", signer.verifier.vkey)]


@pytest.fixture
def no_keys(settings, tmp_path) -> Path:
    settings.AUDIT_KEYS = tmp_path / "keys"
    return settings.AUDIT_KEYS


@pytest.fixture
def file(tmp_path, no_keys) -> Path:
    path = tmp_path / "ADU-2026-000001.tlog-proof"
    path.write_text(SmallLog([opening(number) for number in range(5)]).proof(3).text)
    return path


def say(*arguments: object, capsys) -> tuple[int, str]:
    """Exit status, and what was said."""
    code = 0
    try:
        call_command(*map(str, arguments))
    except SystemExit as stop:
        code = int(str(stop.code))
    except CommandError as error:
        return error.returncode, str(error)
    return code, capsys.readouterr().out


def test_a_receipt_is_checked_where_there_is_no_database(file, tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "receipt_verify", str(file), *KNOWN],
        cwd=ROOT,
        env=os.environ | NOWHERE | {"DATA_DIR": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"PROVED: this is entry 3 of {ORIGIN}, as signed when it had 5 entries" in done.stdout
    assert '"subject": "complaints.complaint/3"' in done.stdout
    assert "The witness saksi.example/w1 saw the log so at 2026-11-24 01:41:00 UTC." in done.stdout
    assert not (tmp_path / "empty").exists()


def test_a_receipt_as_json(file, capsys):
    code, said = say("receipt_verify", file, "--json", *KNOWN, capsys=capsys)
    told = json.loads(said)
    assert code == 0
    assert {"ok": True, "kind": "receipt", "origin": ORIGIN, "index": 3, "size": 5}.items() <= told.items()
    assert told["payload"] == opening(3).payload
    assert told["witnesses"] == [{"name": WITNESS.name, "at": "2026-11-24T01:41:00+00:00"}]


def test_without_a_witness_it_is_said_that_the_log_speaks_alone(file, capsys):
    code, said = say("receipt_verify", file, "--key", LOG.verifier.vkey, capsys=capsys)
    assert code == 0
    assert "it is the log's word alone" in said


def test_keys_come_from_a_file_or_from_the_folder_of_keys(file, no_keys, tmp_path, capsys):
    listed = tmp_path / "kunci.txt"
    listed.write_text(f"# kunci\n{PROMISER.verifier.vkey}\n\n{LOG.verifier.vkey}\n")
    assert say("receipt_verify", file, "--key", listed, capsys=capsys)[0] == 0
    code, said = say("receipt_verify", file, capsys=capsys)
    assert (code, "Say --key" in said) == (2, True)
    no_keys.mkdir()
    (no_keys / f"log.{LOG.verifier.key_id.hex()}.pub").write_text(LOG.verifier.vkey)
    assert say("receipt_verify", file, capsys=capsys)[0] == 0


def test_witnesses_of_the_settings_are_believed_too(file, no_keys, settings, capsys):
    no_keys.mkdir()
    (no_keys / f"log.{LOG.verifier.key_id.hex()}.pub").write_text(LOG.verifier.vkey)
    settings.AUDIT_WITNESSES = [f"{WITNESS.verifier.vkey}+https://saksi.example/w1"]
    assert "The witness saksi.example/w1" in say("receipt_verify", file, capsys=capsys)[1]
    settings.AUDIT_WITNESSES = ["nonsense"]
    assert say("receipt_verify", file, capsys=capsys)[0] == 2


@pytest.mark.parametrize(
    ("harm", "to", "told"),
    [
        ("index 3", "index 2", "is not entry 2"),
        ("\nextra ey", "\nextra eZ", "extra"),
        ("c2sp.org", "c3sp.org", "not a receipt"),
        ("\n", "\r\n", "ends of lines"),
        (ORIGIN, "portal.example/lain", "no key of the log portal.example/lain"),
    ],
)
def test_a_changed_receipt_is_told_in_a_sentence_and_exits_with_1(file, capsys, harm, to, told):
    text = file.read_text()
    assert harm in text
    file.write_bytes(text.replace(harm, to).encode())
    code, said = say("receipt_verify", file, *KNOWN, capsys=capsys)
    assert (code, said[:11]) == (1, "NOT PROVED:")
    assert told in said
    told_as_json = json.loads(say("receipt_verify", file, "--json", *KNOWN, capsys=capsys)[1])
    assert told_as_json["ok"] is False
    assert told in told_as_json["why"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"%PDF-1.7", b"c2sp.org/tlog-proof@v1\n" + b"A" * 2_000_000]
)
def test_another_file_is_no_receipt(file, capsys, data):
    file.write_bytes(data)
    code, said = say("receipt_verify", file, *KNOWN, capsys=capsys)
    assert (code, "not a receipt" in said) == (1, True)


def test_what_cannot_be_checked_exits_with_2(file, tmp_path, capsys):
    assert say("receipt_verify", tmp_path / "none", *KNOWN, capsys=capsys)[0] == 2
    assert say("receipt_verify", file, "--key", "nonsense", capsys=capsys)[0] == 2


def test_a_payload_cannot_steer_the_terminal_it_is_printed_on(file, capsys):
    evil = type(opening())(
        bytes(32), '{"op":"event","data":"\x9b31m \u202e \u001b[2J"}'.replace("\x1b", "\\u001b")
    )
    file.write_text(SmallLog([evil]).proof(0).text)
    code, said = say("receipt_verify", file, *KNOWN, capsys=capsys)
    assert code == 0
    assert "\\u009b31m \\u202e \\u001b[2J" in said


def test_a_promise_is_checked_likewise(file, capsys):
    file.write_text(promise())
    code, said = say("receipt_verify", file, *KNOWN, capsys=capsys)
    assert code == 0
    assert f"{opening().commitment.hex()} stands in it at 2026-11-24 01:42:00 UTC at the latest" in said
    told = json.loads(say("receipt_verify", file, "--json", *KNOWN, capsys=capsys)[1])
    assert (told["kind"], told["commitment"]) == ("promise", opening().commitment.hex())
    file.write_text(promise().replace("01:42", "09:42"))
    assert say("receipt_verify", file, *KNOWN, capsys=capsys)[0] == 1


@pytest.fixture
def published(settings, tmp_path, no_keys) -> tiles.Folder:
    """A log of 700 leaves as its files, signed with a key of its own."""
    settings.AUDIT_DIR = tmp_path / "transparansi"
    keys.make_missing()
    folder = tiles.Folder(settings.AUDIT_DIR / settings.AUDIT_LOG_NAME)
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(700)]
    rows = [leaves, [merkle.fold(leaves[:256]), merkle.fold(leaves[256:512])]]
    files = []
    for level, row in enumerate(rows):
        for number in range(-(-len(row) // 256)):
            some = row[number * 256 : (number + 1) * 256]
            files.append((tiles.path(level, number, len(some)), b"".join(some)))
    folder.write(files)
    checkpoint = Checkpoint(keys.origin(), 700, merkle.root(folder.hashes, 700))
    folder.write([("checkpoint", sign(checkpoint.text, keys.log_signers()).encode())])
    return folder


@pytest.mark.parametrize(
    ("old", "new"), [(0, 0), (0, 700), (1, 2), (255, 257), (256, 512), (300, 300), (511, 700)]
)
def test_the_proof_between_two_sizes_leads_from_root_to_root(published, capsys, old, new):
    code, said = say("audit_proof", old, new, "--json", capsys=capsys)
    told = json.loads(said)
    assert code == 0
    roots = [merkle.root(published.hashes, size) for size in (old, new)]
    assert [told["old"]["root"], told["new"]["root"]] == list(map(encode, roots))
    assert told["proof"] == list(map(encode, merkle.consistency(published.hashes, old, new)))
    code, said = say("audit_proof", old, new, capsys=capsys)
    assert said.startswith(f"old {old}\n")
    assert f"\n\n{keys.origin()}\n{new}\n{encode(roots[1])}\n" in said
    assert "PROVED" in said


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"])
def test_changed_files_do_not_lead_to_the_signed_root(published, capsys, name):
    data = bytearray(published.read(name) or b"")
    data[5] ^= 1
    published.write([(name, bytes(data))])
    code, said = say("audit_proof", 250, 300, capsys=capsys)
    assert (code, "NOT PROVED" in said) == (1, True)


def test_a_tile_cut_off_in_a_hash_is_named_and_could_not_be_read(published, capsys):
    published.write([("tile/0/001", (published.read("tile/0/001") or b"")[:-3])])
    code, said = say("audit_proof", 250, 300, capsys=capsys)
    assert (code, "tile/0/001 is damaged" in said) == (2, True), said


def test_what_is_not_published_is_told(published, capsys):
    for old, new in ((5, 4), (0, 701)):
        code, said = say("audit_proof", old, new, capsys=capsys)
        assert (code, "0 to 700" in said) == (2, True)
    (published.root / "tile/0/001").unlink()
    assert say("audit_proof", 300, 600, capsys=capsys)[0] == 2
    published.write([("checkpoint", b"mine")])
    assert say("audit_proof", 1, 2, capsys=capsys)[0] == 2
    (published.root / "checkpoint").unlink()
    code, said = say("audit_proof", 1, 2, capsys=capsys)
    assert (code, "nothing has been published" in said) == (2, True)
