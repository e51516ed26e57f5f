"""The ledger of erasures outside the database: written after the commit, on disk, complete again after a crash."""

import json
import os
import stat

import pytest
from django.db import connection, transaction

from biroumum.audit import ledger
from biroumum.audit.models import Entry
from biroumum.audit.tasks import reconcile_ledger
from biroumum.web.subjects import subject_key
from tests.kernel.test_audit_erasure import erase_all, told_of, unit
from tests.races import at_once

__all__ = ["unit"]


@pytest.fixture(autouse=True)
def _own_file(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_an_erasure_stands_in_it_once_it_is_committed_and_not_before(unit):
    doomed = told_of(unit)
    with transaction.atomic():
        erase_all(unit, data={"what": "words"})
        assert ledger.read() == []
    (line,) = ledger.read()
    assert (line.case, line.subject, line.what) == (subject_key(unit), subject_key(unit), ["words"])
    assert (line.entries, len(line.marks), line.verb) == (doomed, 2, "accounts.unit.anonymise")
    assert len(line.id) == len(line.born) == 64


def test_what_is_rolled_back_never_stands_in_it(unit):
    with transaction.atomic():
        erase_all(unit)
        transaction.set_rollback(True)
    assert not ledger.path().exists()


def test_it_says_nothing_about_anybody_and_only_its_owner_reads_it(unit):
    erase_all(unit, data={"reason": "Kata-kata", "fields": 3})
    text = ledger.path().read_text()
    assert "Rahasia" not in text
    assert "Kata" not in text
    assert stat.S_IMODE(ledger.path().stat().st_mode) == 0o600


def test_what_a_crash_kept_from_it_comes_from_the_database(unit, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(ledger, "append", lambda lines: os.fsync(-1))
        erase_all(unit)  # done all the same: it was committed before
    assert ledger.read() == []
    assert (reconcile_ledger(), reconcile_ledger()) == (1, 0)
    assert [line.id for line in ledger.read()] == [line.id for line in ledger.stored()]


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_the_rest_of_a_line_whose_writer_was_killed_is_passed_over_and_written_anew(unit, cut):
    erase_all(unit)
    whole = ledger.read()
    ledger.path().write_bytes(ledger.path().read_bytes()[:-cut])
    assert len(ledger.read()) == (1 if cut == 1 else 0)
    erase_all(unit, [])
    ledger.reconcile()
    assert {line.id for line in ledger.read()} == {whole[0].id, ledger.stored()[1].id}


def test_a_line_that_was_changed_is_told_with_its_number(unit):
    erase_all(unit)
    ledger.path().write_text('{"v":1}\n' + ledger.path().read_text())
    with pytest.raises(ledger.Damaged, match=r"erasures.jsonl, line 1"):
        ledger.read()


def test_writers_at_once_leave_whole_lines(unit):
    erase_all(unit)
    lines = ledger.read() * 200
    at_once(*[lambda: ledger.append(lines)] * 4)
    assert len(ledger.read()) == 801
    assert all(json.loads(row)["v"] == 1 for row in ledger.path().read_text().splitlines())


def test_an_entry_of_the_same_number_and_another_content_is_not_the_one_meant(unit):
    entry = Entry.objects.filter(subject=subject_key(unit)).first()
    found = "SELECT id FROM audit.unerased(%s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(found, [[entry.pk], ["0" * 16]])
        assert cursor.fetchall() == []
        cursor.execute(found, [[entry.pk], [""]])
        assert cursor.fetchall() == [(entry.pk,)]


def test_the_health_page_says_when_it_cannot_be_written(db, client, settings, tmp_path):
    assert client.get("/readyz").json()["parts"]["erasures"] == "ok"
    settings.DATA_DIR = tmp_path / "gone"
    assert "erasures.jsonl cannot be written" in client.get("/readyz").json()["parts"]["erasures"]
