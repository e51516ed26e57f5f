"""Keys: made once on one's own machine, never by themselves in production; a rotation loses nothing that was signed."""

import json
import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from biroumum.audit import keys
from biroumum.audit.models import Entry
from biroumum.audit.notes import Checkpoint, Signer, open_checkpoint, sign
from biroumum.audit.proofs import Promise
from tests.kernel.small_log import NOW, key

ROOT = Path(__file__).resolve().parents[2]
CHECKPOINT = Checkpoint("portal.example/transparansi/log", 1, bytes(32)).text


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.AUDIT_KEYS = tmp_path / "keys"
    settings.PUBLIC_URL, settings.AUDIT_LOG_NAME = "https://portal.example", "log"
    return settings.AUDIT_KEYS


@pytest.fixture
def made(folder) -> Path:
    keys.make_missing()
    return folder


def id_of(signer: Signer) -> str:
    return signer.verifier.key_id.hex()


def test_first_keys_have_the_names_of_their_log_and_lie_shut(made):
    (log,) = keys.log_signers()
    assert log.name == keys.origin() == "portal.example/transparansi/log"
    assert keys.promise_signer().name == "portal.example/transparansi/log/janji"
    assert keys.log_verifiers() == [log.verifier]
    assert keys.promise_verifiers() == [keys.promise_signer().verifier]
    assert (made / f"log.{id_of(log)}.pub").read_text() == log.verifier.vkey + "\n"
    assert (
        (made / f"log.{id_of(log)}.key")
        .read_text()
        .startswith("PRIVATE+KEY+portal.example/transparansi/log+")
    )
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.glob("*.key")} == {0o600}
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert keys.make_missing() == []  # a second start makes no others


def test_the_name_of_a_log_has_no_port_so_that_another_port_needs_no_other_key(settings, folder):
    settings.PUBLIC_URL = "http://127.0.0.1:8010"
    assert keys.origin() == "127.0.0.1/transparansi/log"


@pytest.mark.parametrize("name", ["", "..", "a/b", "Log", "log 2", "log+2"])
def test_a_log_name_that_is_no_part_of_an_address_is_refused(settings, folder, name):
    settings.AUDIT_LOG_NAME = name
    with pytest.raises(keys.KeyTrouble, match="small letters"):
        keys.origin()


def test_while_the_log_key_rotates_both_sign_and_readers_of_either_believe(made):
    (old,) = keys.log_signers()
    new = keys.rotate("log")
    assert keys.log_signers() == [old, new]
    note = sign(CHECKPOINT, keys.log_signers())
    for reader in ([old.verifier], [new.verifier], keys.log_verifiers()):
        open_checkpoint(note, reader, keys.origin())


def test_what_a_retired_key_signed_can_be_checked_for_ever(made):
    (old,) = keys.log_signers()
    before = sign(CHECKPOINT, [old])
    keys.rotate("log")
    keys.retire("log", id_of(old))
    assert old not in keys.log_signers()
    assert not (made / f"log.{id_of(old)}.key").exists()
    open_checkpoint(before, keys.log_verifiers(), keys.origin())


def test_a_new_promise_key_signs_alone_and_old_promises_hold(made):
    old = keys.promise_signer()
    note = sign(Promise.of(keys.origin(), bytes(32), NOW).text, [old])
    new = keys.rotate("promise")
    assert keys.promise_signer() == new != old
    assert len(list(made.glob("promise.*.key"))) == 1
    Promise.check(note, keys.promise_verifiers())


def test_the_last_key_that_signs_and_an_unknown_one_do_not_retire(made):
    (only,) = keys.log_signers()
    with pytest.raises(keys.KeyTrouble, match="audit_keys rotate log"):
        keys.retire("log", id_of(only))
    for unknown in ("ffffffff", "../log", ""):
        with pytest.raises(keys.KeyTrouble, match="to retire"):
            keys.retire("log", unknown)
    assert keys.log_signers() == [only]


def test_retiring_leaves_the_public_half_even_where_it_was_lost(made):
    (old,) = keys.log_signers()
    (made / f"log.{id_of(old)}.pub").unlink()
    assert old.verifier in keys.log_verifiers()
    keys.rotate("log")
    keys.retire("log", id_of(old))
    assert old.verifier in keys.log_verifiers()


def test_under_a_new_name_the_old_keys_sign_nothing_more_and_are_still_believed(settings, made):
    (old,) = keys.log_signers()
    settings.AUDIT_LOG_NAME = "log2"
    with pytest.raises(keys.KeyTrouble, match=r"No log key of .*log2"):
        keys.log_signers()
    keys.make_missing()
    assert [signer.name for signer in keys.log_signers()] == ["portal.example/transparansi/log2"]
    assert old.verifier in keys.log_verifiers()
    assert {key.state for key in keys.known("log")} == {"signs", "former"}
    keys.retire("log", id_of(old))  # nothing needs it now


@pytest.mark.parametrize("wanted", [keys.log_signers, keys.promise_signer])
def test_a_missing_key_says_where_and_what_to_do(folder, wanted):
    with pytest.raises(keys.KeyTrouble, match=r"in .*/keys\. Put its files back .* audit_keys make"):
        wanted()


def test_an_unreadable_and_a_damaged_key_say_which_and_what_to_do(made):
    (log,) = keys.log_signers()
    path = made / f"log.{id_of(log)}.key"
    path.write_text("PRIVATE+KEY+half")
    with pytest.raises(keys.KeyTrouble, match=f"{path} holds no key. Put it back"):
        keys.log_signers()
    path.unlink()
    path.mkdir()  # root reads every file, and no folder as a file
    with pytest.raises(keys.KeyTrouble, match=f"{path} cannot be read: .*uid"):
        keys.log_signers()


def test_errors_never_show_a_secret(made):
    (log,) = keys.log_signers()
    assert repr(log.seed) not in repr(log)
    assert log.text not in repr(log)


def say(*arguments: str, capsys) -> tuple[int, str]:
    try:
        call_command("audit_keys", *arguments)
        code = 0
    except SystemExit as stop:
        code = stop.code
    except CommandError as error:
        return error.returncode, str(error)
    return code, capsys.readouterr().out


def test_the_command_makes_shows_rotates_and_retires(folder, capsys):
    code, said = say("show", capsys=capsys)
    assert code == 1
    assert "No log key signs. Say: manage.py audit_keys make" in said
    assert say("make", capsys=capsys)[0] == 0
    (old,) = keys.log_signers()
    assert say("rotate", "log", capsys=capsys)[0] == 0
    assert say("retire", "log", id_of(old), capsys=capsys)[0] == 0
    code, said = say("show", "--json", capsys=capsys)
    told = json.loads(said)
    assert (code, told["ok"], told["origin"]) == (0, True, keys.origin())
    assert {"kind": "log", "id": id_of(old), "state": "retired"}.items() <= told["keys"][0].items()
    assert "PRIVATE" not in said
    assert say("retire", "log", id_of(old), capsys=capsys)[0] == 2


def test_a_new_log_names_the_last_checkpoint_of_the_stolen_one(settings, made, capsys, tmp_path, db):
    file = tmp_path / "last-of-log"
    file.write_text(sign(CHECKPOINT, keys.log_signers()))
    code, said = say("follow", str(file), capsys=capsys)
    assert (code, "AUDIT_LOG_NAME" in said) == (2, True)
    settings.AUDIT_LOG_NAME = "log2"
    keys.make_missing()
    assert say("follow", str(file), capsys=capsys)[0] == 0
    told = json.loads(Entry.objects.get(subject="audit.log/log2").body)
    assert told["verb"] == "log_followed"
    assert told["data"]["checkpoint_sha256"] == sha256(file.read_bytes()).hexdigest()
    assert (told["data"]["origin"], told["data"]["size"]) == ("portal.example/transparansi/log", 1)


@pytest.mark.parametrize("note", ["", "nothing", sign(CHECKPOINT, [key("portal.example/transparansi/log")])])
def test_a_checkpoint_of_nobody_is_not_followed(settings, made, capsys, tmp_path, note):
    file = tmp_path / "note"
    file.write_text(note)
    settings.AUDIT_LOG_NAME = "log2"
    assert say("follow", str(file), capsys=capsys)[0] == 2
    assert say("follow", str(tmp_path / "missing"), capsys=capsys)[0] == 2


def test_a_key_that_others_may_read_is_told(made, capsys):
    (path,) = made.glob("log.*.key")
    path.chmod(0o640)
    code, said = say("show", capsys=capsys)
    assert code == 1
    assert f"chmod 600 {path}" in said


def test_production_makes_no_keys_by_itself(settings, folder, db):
    settings.PRODUCTION = True
    call_command("furnish", verbosity=0)
    assert not folder.exists()
    settings.PRODUCTION = False
    call_command("furnish", verbosity=0)
    assert len(keys.log_signers()) == 1


def test_the_command_needs_no_database(tmp_path):
    said = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_keys", "make"],
        cwd=ROOT,
        env=os.environ | said,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "keys").iterdir())) == 4
