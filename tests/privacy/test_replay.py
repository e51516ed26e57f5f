"""A backup from before an erasure, restored: what was erased is erased again, and nothing else is."""

import json
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg import sql

from biroumum.accounts.actors import SYSTEM
from biroumum.audit import ledger
from biroumum.documents import store
from biroumum.documents.models import Attachment
from biroumum.privacy import replay
from biroumum.privacy.models import LegalBasis
from biroumum.web.subjects import subject_key
from complaints import services as complaints
from complaints.models import Complaint, Disposal, Reporter
from complaints.services import retention
from tests.complaints.test_anonymising import clean_up, everything
from tests.complaints.test_archiving import schedule, take, years_after
from tests.complaints.test_intake import file
from tests.complaints.test_nothing_left import in_store, leaks, plant, sealed
from tests.conftest import OWNER, PASSWORD, drop, point_at
from tests.kernel.test_audit_erasure import unproven
from tests.privacy.conftest import mails_have_left


class Backup:
    """A copy of the database and of the store, to go back to."""

    def __init__(self, cluster, name, media):
        self.cluster, self.name, self.media = cluster, f"{name}_backup", media
        connection.close()
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as db:
            words = "CREATE DATABASE {} OWNER biro_owner TEMPLATE {} STRATEGY file_copy"
            db.execute(sql.SQL(words).format(sql.Identifier(self.name), sql.Identifier(name)))
        self.files = {path: path.read_bytes() for path in (media / store.FOLDER).rglob("*") if path.is_file()}

    def restore(self):
        point_at(self.cluster, self.name)
        for path, content in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def owner(self):
        return psycopg.connect(self.cluster.url(self.name, "biro_migrate", PASSWORD, OWNER), autocommit=True)


@pytest.fixture
def backup(cluster, real_db, asking, ended, tmp_path, settings):
    """Taken before anything was erased; the test ends on it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    plant(ended)
    taken = Backup(cluster, real_db, settings.MEDIA_ROOT)
    yield taken
    connection.close()
    point_at(cluster, real_db)
    drop(cluster, taken.name)


def run(*arguments, status=0):
    out = StringIO()
    try:
        call_command("audit_replay_erasures", *arguments, stdout=out)
        found = 0
    except SystemExit as ended:
        found = ended.code
    assert found == status, out.getvalue()
    return out.getvalue()


def test_nothing_is_left_after_restore_and_replay(backup, asking, ended, settings):
    asking.erase()
    mails_have_left()
    backup.restore()
    with backup.owner() as db:
        assert leaks(db)
        assert in_store(settings.MEDIA_ROOT)
        assert "1 cases erased again" in run()
        assert leaks(db) == sealed(db) == []
        assert unproven(db) == []
    assert in_store(settings.MEDIA_ROOT) == []
    assert Attachment.objects.get(subject=ended.key).state == "destroyed"
    assert not Reporter.objects.exists()


def test_the_trace_says_that_it_was_done_again_and_under_which_ground(backup, asking):
    asking.erase()
    first = ledger.read()
    backup.restore()
    run()
    again = [line for line in ledger.stored() if line.replays]
    assert {key for line in again for key in line.replays} == {line.id for line in first}
    assert {line.rule for line in again} == {subject_key(LegalBasis.objects.get(code="request"))}
    assert [line.id for line in ledger.read()] == [line.id for line in (*first, *again)]


def test_a_second_run_and_one_without_a_restore_do_nothing(backup, asking):
    asking.erase()
    assert "0 cases" in run()
    backup.restore()
    run()
    with backup.owner() as db:
        before = list(everything(db))
        assert "0 cases" in run()
        assert list(everything(db)) == before


def test_two_restores_of_the_same_backup_do_it_once_each(backup, asking, cluster, real_db):
    asking.erase()
    lines = len(ledger.read())
    backup.restore()
    run()
    once = len(ledger.read())
    point_at(cluster, real_db)
    assert replay.pending() == {}  # there it never was undone
    assert once > lines


def test_a_dry_run_says_it_and_changes_nothing(backup, asking, ended):
    asking.erase()
    backup.restore()
    with backup.owner() as db:
        before = list(everything(db))
        assert f"would be erased again: {ended.key}" in run("--dry-run")
        assert list(everything(db)) == before


@pytest.mark.parametrize("kind", ["times", "archive"])
def test_what_time_and_the_archive_schedule_took_goes_again_too(backup, ended, kind):
    with transaction.atomic():
        schedule()
    if kind == "times":
        clean_up(ended)
    else:
        take(ended.case, years_after(ended.at, 6))
    backup.restore()
    run()
    with backup.owner() as db:
        assert leaks(db) == sealed(db) == []
    assert Disposal.objects.exists() is (kind == "archive")


def test_a_case_filed_after_the_restore_under_the_same_key_is_left_alone(backup, asking, ended, cast, now):
    later = file(now)  # after the backup
    with transaction.atomic():
        retention.take_out(
            later.complaint, ["words"], rule=LegalBasis.objects.first(), verb="complaints.complaint.erase",
            data={"what": ["words"]}, actor=SYSTEM, at=asking.at,
        )  # fmt: skip
    backup.restore()
    stranger = file(now, content={**_content(), "description": "Telepon saya 081234567890."}).complaint
    assert subject_key(stranger) == subject_key(later.complaint)
    told = json.loads(run("--json"))
    assert (told["done"], told["absent"]) == ([], [subject_key(stranger)])
    assert "081234567890" in Complaint.objects.get(pk=stranger.pk).description


def _content():
    from tests.complaints.test_intake import content

    return content()


def test_entries_that_the_rules_of_today_would_leave_go_by_their_numbers(backup, asking, monkeypatch):
    asking.erase()
    backup.restore()
    monkeypatch.setattr(retention, "entries_of", lambda case, whats, known: {subject_key(case): []})
    run()
    numbers = [line for line in ledger.read() if not line.replays]
    with connection.cursor() as cursor:
        for line in numbers:
            cursor.execute("SELECT * FROM audit.unerased(%s, %s)", [line.entries, line.marks])
            assert cursor.fetchall() == []


def test_a_ground_that_came_after_the_backup_is_told_and_another_stands_in(backup, asking):
    with transaction.atomic():
        LegalBasis.objects.create(code="new", name="x", legal_basis="UU x", valid_from="2018-01-01")
    asking.take(asking.record(basis=LegalBasis.objects.get(code="new")), "approve")
    gone = subject_key(LegalBasis.objects.get(code="new"))
    backup.restore()
    run()
    assert not Reporter.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM audit.erasures(NULL)")
        assert {json.loads(row[0])["rule_then"] for row in cursor.fetchall()} == {gone}


def test_what_fails_is_named_and_the_portal_does_not_open(backup, asking, monkeypatch):
    asking.erase()
    backup.restore()
    monkeypatch.setattr(complaints.retention, "take_out", lambda *args, **how: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    monkeypatch.setattr(
        complaints.retention, "take_out", lambda *args, **how: (_ for _ in ()).throw(LookupError("x"))
    )
    assert "NOT erased: " in run(status=1)
    assert Reporter.objects.exists()


def test_a_damaged_ledger_stops_it_with_its_line(asking):
    ledger.path().write_text('{"v":1}\n')
    with pytest.raises(CommandError, match="line 1") as stopped:
        run()
    assert stopped.value.returncode == 2


def test_files_of_a_newer_database_that_came_back_with_older_media_go_again(backup, asking, ended, settings):
    asking.erase()
    for path, content in backup.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert in_store(settings.MEDIA_ROOT)
    run()
    assert in_store(settings.MEDIA_ROOT) == []


def test_a_held_or_reopened_case_of_the_backup_is_erased_all_the_same(backup, asking, ended, cast):
    """What two persons have erased stays erased, whatever the backup says of the case."""
    asking.erase("contact")
    backup.restore()
    with transaction.atomic():
        complaints.hold(ended.case, actor=asking_sekar(cast), reason="x")
    run()
    assert not Reporter.objects.exists()


def asking_sekar(cast):
    from biroumum.accounts.actors import Actor

    return Actor.staff(cast.sekar)


def test_the_start_replays_before_anyone_can_look(monkeypatch):
    from biroumum.local import prepare

    ran = []
    monkeypatch.setattr(prepare, "compile_all", lambda: None)
    monkeypatch.setattr(prepare, "manage", lambda *command, environment: ran.append(command[0]))
    prepare.prepare({})
    assert ran == ["migrate", "audit_replay_erasures", "furnish"]
