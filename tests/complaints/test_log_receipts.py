"""`audit_receipt NUMBER`: the receipt of a complaint as its reporter is given it."""

import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from biroumum.audit import keys, merkle
from biroumum.audit.notes import encode
from biroumum.audit.proofs import Proof
from biroumum.audit.tiles import Folder
from complaints.services.filed import text_hash
from tests.complaints.test_intake import file
from tests.fixtures_log import sequenced
from tests.kernel.test_audit_receipt_commands import NOWHERE, ROOT


@pytest.fixture
def case(real_db, now):
    return file(now).complaint


def printed(capsys, *arguments: str) -> str:
    call_command("audit_receipt", *arguments)
    return capsys.readouterr().out


def test_it_prints_exactly_the_file_and_the_file_proves_what_was_filed(case, log_sequencer, capsys, tmp_path):
    sequenced(log_sequencer)
    text = printed(capsys, case.number)
    proved = Proof.parse(text).check(keys.log_verifiers())
    told = json.loads(proved.opening.payload)["data"]
    assert (told["number"], told["text_sha256"]) == (case.number, text_hash(case))
    assert json.loads(printed(capsys, case.number, "--json")) == {
        "ok": True,
        "number": case.number,
        "receipt": text,
    }
    (tmp_path / "receipt").write_text(text)
    call_command("receipt_verify", str(tmp_path / "receipt"))
    assert f'"number": "{case.number}"' in capsys.readouterr().out


def test_the_bridge_from_a_stolen_log_has_a_receipt_too(real_db, log_sequencer, capsys, settings, tmp_path):
    sequenced(log_sequencer)
    last = tmp_path / "last-of-log"
    last.write_bytes(log_sequencer.folder.read("checkpoint"))
    settings.AUDIT_LOG_NAME = "log2"
    keys.make_missing()
    call_command("audit_keys", "follow", str(last))
    log_sequencer.folder = Folder(settings.AUDIT_DIR / "log2")
    log_sequencer.origin, log_sequencer.signers = keys.origin(), keys.log_signers()
    log_sequencer.verifiers = keys.log_verifiers()
    sequenced(log_sequencer)
    capsys.readouterr()
    proved = Proof.parse(printed(capsys, "audit.log/log2")).check(keys.log_verifiers())
    assert proved.origin == "portal.example/transparansi/log2"
    told = json.loads(proved.opening.payload)["data"]
    assert told["checkpoint_sha256"] == sha256(last.read_bytes()).hexdigest()
    root = merkle.root(log_sequencer.folder.hashes, told["size"])  # the new log begins with the old one
    assert encode(root) == told["root"]


def test_before_the_sequencer_came_there_is_the_promise_alone(case, log_sequencer, capsys, tmp_path):
    with pytest.raises(CommandError, match="Does the sequencer run") as refused:
        printed(capsys, case.number)
    assert refused.value.returncode == 1
    (tmp_path / "promise").write_text(printed(capsys, case.number, "--promise"))
    call_command("receipt_verify", str(tmp_path / "promise"))
    assert "has promised" in capsys.readouterr().out


def test_what_is_not_there_is_one_object_too_when_asked_for(case, log_sequencer, capsys):
    with pytest.raises(CommandError) as refused:
        printed(capsys, case.number, "--json")
    assert refused.value.returncode == 1
    assert json.loads(capsys.readouterr().out) == {"ok": False, "why": str(refused.value)}


def test_without_a_database_it_says_so_and_exits_with_2(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_receipt", "ADU-2026-000001"],
        cwd=ROOT,
        env=os.environ | NOWHERE | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert "127.0.0.1" in done.stderr


def test_without_a_key_an_unknown_number_and_an_erased_entry_say_so(
    case, log_sequencer, capsys, settings, owner_db
):
    with pytest.raises(CommandError, match="There is no complaint ADU-1") as refused:
        printed(capsys, "ADU-1")
    assert refused.value.returncode == 2
    keys_of_before, settings.AUDIT_KEYS = settings.AUDIT_KEYS, settings.AUDIT_DIR / "none"
    with pytest.raises(CommandError, match="No promise key") as refused:
        printed(capsys, case.number, "--promise")
    assert refused.value.returncode == 2
    settings.AUDIT_KEYS = keys_of_before
    owner_db.execute("INSERT INTO audit.erasure (entry_id, erased_by) SELECT id, id FROM audit.entry")
    owner_db.execute("DELETE FROM audit.payload")
    with pytest.raises(CommandError, match="were erased") as refused:
        printed(capsys, case.number)
    assert refused.value.returncode == 1
