"""`audit_erase`: the same two persons, rights and refusals as on the pages; nothing without --execute."""

import json
import os
import pwd
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from biroumum.audit.models import Entry
from biroumum.documents.models import IssuedDocument
from biroumum.privacy.models import ErasureRequest
from complaints.models import Complaint, Reporter
from tests.complaints.test_anonymising import everything
from tests.privacy.conftest import LATER

NADIA, HARTONO = "nadia@biroumum.example", "hartono@biroumum.example"


@pytest.fixture
def number(asking, ended, monkeypatch):
    """Long ended, by the clock on the wall."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: ended.at + LATER)
    return ended.case.number


def run(
    number, *arguments, first=NADIA, second=HARTONO, rule="request", reason="Diminta di loket.", status=0
):
    out = StringIO()
    named = ["--rule", rule, "--recorded-by", first, "--approved-by", second, "--reason", reason]
    try:
        call_command("audit_erase", number, *named, *arguments, stdout=out)
        found = 0
    except SystemExit as ended:
        found = ended.code
    assert found == status, out.getvalue()
    return out.getvalue()


def test_without_execute_it_says_what_would_go_and_changes_nothing(number, owner_db):
    before = list(everything(owner_db))
    said = run(number)
    assert list(everything(owner_db)) == before
    assert "nothing was done: add --execute" in said
    assert "stays: " in said
    assert "1 files" in said


def test_with_execute_it_is_done_and_says_the_certificate(number):
    told = json.loads(run(number, "--execute", "--json"))
    assert (told["ok"], told["executed"], told["state"]) == (True, True, "done")
    assert told["certificate"] == IssuedDocument.objects.get(kind="privacy.erasure").code
    assert not Reporter.objects.exists()
    entries = Entry.objects.filter(
        verb__in=("privacy.erasurerequest.record", "privacy.erasurerequest.approve")
    )
    user = pwd.getpwuid(os.getuid()).pw_name
    assert {(entry.task, entry.reason.partition(" (")[0]) for entry in entries} == {
        ("audit_erase", f"One operator spoke for both: {user}")
    }
    assert len(entries) == 2


def test_the_dry_run_counts_what_the_real_one_takes(number):
    names = ("fields", "payloads", "files")
    dry, real = (json.loads(run(number, "--json", *more)) for more in ([], ["--execute"]))
    assert [dry[name] for name in names] == [real[name] for name in names]


def test_only_what_is_named_goes(number):
    run(number, "--execute", "--what", "contact")
    assert ErasureRequest.objects.get().whats == ["contact"]
    assert "NIK" in Complaint.objects.get(number=number).description


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"second": NADIA}, "another officer"),
        ({"second": "sekar@biroumum.example"}, "privacy.decide_erasure"),
        ({"first": "sekar@biroumum.example"}, "privacy.record_erasure"),
        ({"reason": "Diminta Pak Budi"}, "without personal data"),
    ],
)
def test_what_the_pages_refuse_is_refused_with_exit_1_and_nothing_is_kept(number, how, why):
    assert why in run(number, "--execute", status=1, **how)
    assert Reporter.objects.exists()
    assert not ErasureRequest.objects.exists()


def test_what_keeps_the_data_keeps_them_in_the_dry_run_too(number, ended, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: ended.at)
    assert "objected to" in json.loads(run(number, "--json", status=1))["refused"]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"first": "siapa@contoh.id"}, "nobody has the address"),
        ({"rule": "karangan"}, "no legal ground karangan"),
        ({"number": "ADU-1-1"}, "no case has the number"),
    ],
)
def test_what_is_not_there_ends_with_2(number, how, why):
    with pytest.raises(CommandError, match=why) as stopped:
        run(how.pop("number", number), **how)
    assert stopped.value.returncode == 2
    with pytest.raises(CommandError, match="no such kind"):
        run(number, "--what", "semuanya")
