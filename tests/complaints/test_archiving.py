"""The archive schedule: what is due, on which day, and what is done of it; under no line that nobody has checked."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.documents.models import IssuedDocument
from biroumum.documents.tasks import sweep_store
from biroumum.notifications.models import Message as Mail
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.models import ArchiveRule, Complaint, Disposal, Message, Publication
from complaints.services import archiving
from complaints.services.codes import same_code
from complaints.services.personal import EMPTIED
from complaints.states import Fate
from complaints.tasks import anonymise_ended
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road
from tests.complaints.test_anonymising import ended
from tests.complaints.test_nothing_left import dumped, in_store, leaks, plant
from tests.kernel.test_audit_erasure import unproven
from tests.races import at_once, no_row_locks

__all__ = ["ended", "no_row_locks"]
SECOND = dt.timedelta(seconds=1)
PLAIN = "kentongan"  # a word that is no personal data, so that only destroying takes it away


def schedule(**changes):
    """The line in force, as a person has checked it."""
    with transaction.atomic():
        ArchiveRule.objects.update(**{"verified": True} | changes)


def years_after(at, years=5):
    return at.replace(year=at.year + years)


def take(case, at, dry=False):
    return services.dispose(case, actor=SYSTEM, at=at, dry=dry)


def due(at):
    return list(archiving.due(at, archiving.rules_on(timezone.localdate(at))))


@pytest.fixture
def archived(real_db, cast, now):
    road = Road(cast, now)
    road.go("sekar", "archive", reason_code="unclear", reason="Tidak jelas.")
    return road


def test_the_seeded_line_says_that_nobody_has_checked_it(db):
    rule = ArchiveRule.objects.get()
    assert (rule.verified, rule.kind) == (False, "")
    assert "belum diperiksa" in rule.legal_basis


def test_a_case_is_due_a_second_after_its_last_year_and_not_before(archived):
    end = years_after(archived.case.ended_at)
    assert due(end) == []
    assert due(end + SECOND) == [archived.case]


def test_a_leap_day_is_never_too_early(archived):
    leap = dt.datetime(2028, 2, 29, 9, tzinfo=dt.UTC)
    with transaction.atomic():
        Complaint.objects.update(ended_at=leap)
    assert due(dt.datetime(2033, 2, 28, 23, tzinfo=dt.UTC)) == []
    assert due(dt.datetime(2033, 3, 1, 10, tzinfo=dt.UTC)) == [archived.case]
    with transaction.atomic():
        Complaint.objects.update(ended_at=leap - dt.timedelta(days=1, hours=-1))
    assert due(dt.datetime(2032, 2, 29, 9, tzinfo=dt.UTC)) == []


def test_a_class_with_a_line_of_its_own_follows_that_one(archived):
    own = {"kind": archived.case.kind, "active_years": 9, "inactive_years": 1, "fate": "permanent"}
    with transaction.atomic():
        ArchiveRule.objects.create(**own, legal_basis="JRA", verified=True, valid_from="2018-01-01")
    assert due(years_after(archived.case.ended_at, 9)) == []
    assert due(years_after(archived.case.ended_at, 10) + SECOND) == [archived.case]


def test_two_lines_of_a_class_at_a_time_and_a_line_without_a_basis_are_refused(db):
    for wrong in ({"legal_basis": "JRA"}, {"legal_basis": "", "kind": "complaint"}):
        line = {"active_years": 1, "inactive_years": 1, "fate": "permanent", "valid_from": "2019-01-01"}
        with pytest.raises(IntegrityError), transaction.atomic():
            ArchiveRule.objects.create(**line | wrong)


def test_a_line_that_has_ended_decides_nothing(archived):
    schedule(valid_until="2030-01-01")
    assert due(years_after(archived.case.ended_at) + SECOND) == []


def test_under_a_line_nobody_has_checked_nothing_is_done(archived):
    assert take(archived.case, years_after(archived.at, 6)) is None
    assert not Disposal.objects.exists()


@pytest.mark.parametrize("kept", ["hold", "running"])
def test_a_held_or_running_case_is_not_taken(archived, kept):
    schedule()
    sekar = Actor.staff(archived.cast.sekar)
    if kept == "hold":
        services.hold(archived.case, actor=sekar, reason="Perkara")
    else:
        archived.go("sekar", "restore", reason="Keliru.")
    assert take(archived.case, years_after(archived.at, 6)) is None


def test_no_timer_destroys_anything(archived):
    schedule()
    anonymise_ended(years_after(archived.at, 6).isoformat())
    assert not Disposal.objects.exists()


def test_a_destroyed_case_leaves_no_word_in_database_and_store(ended, owner_db, tmp_path):
    plant(ended)
    with transaction.atomic():
        Message.objects.update(text=PLAIN)
    schedule()
    gone = take(ended.case, years_after(ended.at, 6))
    sweep_store((timezone.now() + timezone.timedelta(days=2)).isoformat())
    assert gone.fields > 10
    assert gone.payloads > 10
    assert leaks(owner_db) == []
    assert in_store(tmp_path) == []
    assert [table for table, row in dumped(owner_db) if PLAIN in row] == []
    assert unproven(owner_db) == []


def test_of_a_destroyed_case_number_class_state_dates_offices_and_steps_stay(ended):
    kept = "number kind state received_at first_answered_at ended_at unit_id category_id rating".split()
    before = Complaint.objects.filter(pk=ended.case.pk).values(*kept).get()
    steps = [(step.verb, step.at, step.who) for step in history(ended.key)]
    schedule()
    take(ended.case, years_after(ended.at, 6))
    case = Complaint.objects.get(pk=ended.case.pk)
    assert Complaint.objects.filter(pk=case.pk).values(*kept).get() == before
    assert (case.title, case.region, case.accused_unit, case.details) == (EMPTIED, None, None, {})
    after = history(ended.key)
    assert [(step.verb, step.at, step.who) for step in after][-len(steps) :] == steps
    assert after[0].label == "Dimusnahkan menurut jadwal retensi arsip"
    told = after[0].data
    assert (told["active"], told["inactive"]) == (2, 3)
    assert told["basis"] == ArchiveRule.objects.get().legal_basis


def test_a_destroyed_case_is_off_the_public_pages_and_its_code_opens_nothing(ended, client, client_for):
    published = Publication.objects.get(complaint=ended.case).get_absolute_url()
    assert client.get(published).status_code == 200
    schedule()
    take(ended.case, years_after(ended.at, 6))
    assert client.get(published).status_code == 404
    assert not same_code(ended.code, Complaint.objects.get(pk=ended.case.pk).code_hash)
    page = client_for(ended.cast.sekar).get(ended.case.get_absolute_url())
    assert (page.status_code, EMPTIED in page.content.decode()) == (200, True)


def test_what_was_destroyed_is_not_looked_at_again(archived):
    schedule()
    take(archived.case, years_after(archived.at, 6))
    with pytest.raises(Refused):
        COMPLAINT.perform(archived.case, "restore", actor=Actor.staff(archived.cast.sekar), reason="Lagi.")


def test_a_case_kept_for_good_loses_nothing_and_is_asked_about_once(ended, owner_db):
    schedule(fate=Fate.PERMANENT)
    at, before = years_after(ended.at, 6), leaks(owner_db)
    assert take(ended.case, at)[:2] == (0, 0)
    assert leaks(owner_db) == before
    assert history(ended.key)[0].label == "Disimpan permanen menurut jadwal retensi arsip"
    assert take(ended.case, at) is None
    assert due(at) == []


@pytest.mark.parametrize(
    "change", [{"active_years": 9}, {"fate": "permanent"}, {"legal_basis": "JRA"}, {"kind": "whistle"}]
)
def test_a_line_something_was_destroyed_under_stays_as_it_was(archived, change):
    schedule()
    free = ArchiveRule.objects.get()
    assert not free.is_in_use
    take(archived.case, years_after(archived.at, 6))
    assert free.is_in_use
    with pytest.raises(IntegrityError, match="disposed of by this line"):
        schedule(**change)
    schedule(verified=False, valid_until="2035-01-01")  # this may change


def test_the_admin_shows_a_line_in_use_to_read_only(archived, client_for):
    address = f"/admin/complaints/archiverule/{ArchiveRule.objects.get().pk}/change/"
    admin = client_for(archived.cast.admin)
    assert 'name="active_years"' in admin.get(address).content.decode()
    schedule()
    take(archived.case, years_after(archived.at, 6))
    page = admin.get(address).content.decode()
    assert 'name="active_years"' not in page
    assert 'name="verified"' in page


def test_papers_of_a_destroyed_case_hold_no_longer_and_nobody_is_mailed(ended):
    issue = {
        "code": "A" * 16,
        "kind": "complaints.case",
        "subject": ended.key,
        "title": "x",
        "sha256": "0" * 64,
    }
    with transaction.atomic():
        paper = IssuedDocument.objects.create(**issue)
    before = Mail.objects.count()
    schedule()
    take(ended.case, years_after(ended.at, 6))
    paper.refresh_from_db()
    assert paper.revoked_reason == archiving.DESTROYED
    assert Mail.objects.count() == before


def run(*arguments):
    out = StringIO()
    call_command("complaints_anonymise", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("fate", Fate.values)
def test_the_dry_run_lists_by_number_what_the_real_one_does(ended, owner_db, monkeypatch, fate):
    schedule(fate=fate)
    monkeypatch.setattr("django.utils.timezone.now", lambda: years_after(ended.at, 6))
    before = list(dumped(owner_db))
    dry = run("--archive", "--dry-run")
    assert list(dumped(owner_db)) == before
    assert f"{fate}: 1 cases" in dry
    assert str(fate) not in run()  # no word of the schedule, and nothing done by it
    assert not Disposal.objects.exists()
    dry = run("--archive", "--dry-run")
    assert dry == run("--archive")
    assert Disposal.objects.get().fate == fate
    assert f"{fate}: 0 cases" in run("--archive", "--dry-run")


@pytest.fixture
def two_runs(ended):
    schedule()
    at = years_after(ended.at, 6)
    return lambda: sum(bool(done) for done in at_once(*[lambda: take(ended.case, at)] * 2))


def test_of_two_runs_at_once_one_destroys_and_the_other_leaves_it_alone(two_runs, ended):
    assert two_runs() == 1
    assert (
        Entry.objects.filter(verb="complaints.complaint.destroy", subject=subject_key(ended.case)).count()
        == 1
    )


def test_without_the_row_lock_the_second_would_come_too_late_and_break(two_runs, no_row_locks):
    with pytest.raises(IntegrityError):
        two_runs()
