"""Ended cases past their time: no personal data left in rows, index, mails, files and log; the rest stays."""

import datetime as dt
from io import StringIO

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.management import call_command
from django.db import transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Unit
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.documents import store
from biroumum.documents.models import Attachment
from biroumum.documents.services import attach
from biroumum.documents.tasks import sweep_store
from biroumum.notifications import models as mail
from biroumum.notifications.services import retry
from biroumum.web import context
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import TimeLimit
from complaints import models, services
from complaints.models import Complaint, Erasure, Reporter, Subtask
from complaints.queries import Words
from complaints.services import personal, retention
from complaints.services.intake import Contact
from complaints.states import Retained, Visibility
from complaints.tasks import anonymise_ended
from complaints.workflow import SUBTASK
from tests.complaints.road import Road, evidence
from tests.complaints.test_intake import content, file
from tests.kernel.test_audit_erasure import unproven
from tests.races import at_once, meeting

NAME, EMAIL, PHONE = "Mertosono Widyakrama", "mertosono@contoh.id", "+6281234567890"
NIK, PLATE = "3374012305780001", "H 1234 AB"
LEAKS = (NAME, "mertosono", "81234567890", NIK, PLATE)
TEXT = f"Saya {NAME}, NIK {NIK}, telepon 0812-3456-7890, mobil {PLATE}."
YEAR, SIX_YEARS = dt.timedelta(days=366), dt.timedelta(days=6 * 366)


class Filled(Road):
    """A case with the marker in all it may stand in, walked to its end and published."""

    def __init__(self, cast, now):
        self.cast, self.at = cast, now
        told = content(
            title=f"Mobil {PLATE}", description=TEXT, place=f"Rumah {NAME}", details={"siapa": [NIK]}
        )
        filed = file(now, content=told | {"visibility": Visibility.OPEN}, contact=Contact(NAME, EMAIL, PHONE))
        self.case, self.code = filed.complaint, filed.code
        self.holder = Actor.holder(subject_key(self.case))
        self.key = subject_key(self.case)

    def walk(self):
        verified = self.verify(title=f"Mobil {PLATE}")
        with context.bind(view="pengaduan:files"), transaction.atomic():
            attach(self.key, evidence(), actor=self.holder)
            Attachment.objects.filter(subject=self.key).update(name=f"ktp {NAME}.png")
        self.assign()
        self.go("bagas", "start", text=TEXT)
        unit = Unit.objects.exclude(pk=self.case.unit_id).filter(code__startswith="subbag").first()
        services.send_message(verified, actor=self.holder, text=TEXT, at=self.at)
        with transaction.atomic():
            self.part = Subtask.objects.create(
                complaint=self.case,
                ordinal=1,
                state="open",
                unit=unit,
                text=TEXT,
                asked_by=self.cast.bagas,
                asked_at=self.at,
            )
        SUBTASK.perform(self.part, "cancel", actor=Actor.staff(self.cast.bagas), reason=TEXT, at=self.at)
        attachment = Attachment.objects.get(subject=self.key)
        words = {"title": f"Mobil {PLATE}", "description": TEXT, "captions": {attachment: f"Foto {PLATE}"}}
        publication = services.publish(
            self.case, actor=Actor.staff(self.cast.sekar), at=self.at, checked=True, **words
        )
        services.ask_to_follow(
            publication, "pengikut@contoh.id", actor=Actor.holder(), language="id", at=self.at
        )
        self.answer(text=TEXT)
        return self.go(self.holder, "accept")


@pytest.fixture
def ended(real_db, cast, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    road = Filled(cast, now)
    road.walk()
    return road


def clean_up(road, after=SIX_YEARS):
    with transaction.atomic():
        mail.Message.objects.update(state="sent", sent_at=road.at)
    return anonymise_ended((road.at + after).isoformat())


def everything(db):
    """Every row of every table as text, the log's payloads and the names of what is searched for included."""
    tables = db.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'audit') "
        "AND tablename NOT IN ('accounts_user', 'regions_region')"
    ).fetchall()
    for (table,) in tables:
        rows = "convert_from(t.body, 'UTF8')" if table.startswith("audit.payload") else "t::text"
        for (row,) in db.execute(f"SELECT {rows} FROM ONLY {table} t").fetchall():
            yield table, row


def leaks(db):
    return [(table, word) for table, row in everything(db) for word in LEAKS if word.lower() in row.lower()]


def test_after_all_times_no_table_and_no_payload_of_the_log_holds_the_marker(ended, owner_db):
    before = {table for table, _word in leaks(owner_db)}
    assert {
        "public.complaints_message",
        "public.complaints_subtask",
        "public.complaints_publication",
    } <= before
    assert any(table.startswith("audit.payload") for table in before)
    assert clean_up(ended) == 1
    assert leaks(owner_db) == []
    assert unproven(owner_db) == []


def test_number_state_dates_office_and_steps_stay(ended):
    def kept():
        case = Complaint.objects.get(pk=ended.case.pk)
        return (
            case.number,
            case.state,
            case.received_at,
            case.ended_at,
            case.unit_id,
            case.rating,
            case.category_id,
        )

    def steps():
        return [(step.verb, step.at, step.who, step.office) for step in history(ended.key)]

    before, walked = kept(), steps()
    clean_up(ended)
    assert kept() == before
    assert [step for step in steps() if not step[0].endswith("anonymise")] == walked


def test_the_erasure_says_by_which_rule_and_how_much(ended):
    clean_up(ended, YEAR)
    (step,) = [step for step in history(ended.key) if step.verb == "complaints.complaint.anonymise"]
    assert step.data["what"] == "contact"
    assert (step.data["limit"], step.data["days"]) == ("retention.contact", 365)
    assert step.data["rule"] == subject_key(TimeLimit.objects.get(code="retention.contact"))
    assert "UU 27/2022" in step.data["basis"]
    assert step.data["payloads"] > 1


def test_contact_goes_first_and_the_name_goes_from_the_texts_with_it(ended):
    assert clean_up(ended, YEAR) == 1
    case = Complaint.objects.get(pk=ended.case.pk)
    assert NIK in case.description
    assert NAME not in case.description
    assert not Reporter.objects.exists()
    assert not case.followers.exists()
    assert not mail.Message.objects.filter(subject_key=ended.key).exclude(to="", text="", html="").exists()
    assert Attachment.objects.get(subject=ended.key).is_clean


def test_a_mail_that_was_given_up_is_forgotten_and_not_sent_again(ended):
    with transaction.atomic():
        mail.Message.objects.filter(subject_key=ended.key).update(state="failed")
        services.anonymise(ended.case, actor=SYSTEM, at=ended.at + YEAR)
    assert retry(mail.Message.objects.filter(subject_key=ended.key), actor=SYSTEM) == 0


def test_the_search_finds_the_case_no_more_by_what_is_gone(ended):
    def found(model, word):
        query = SearchQuery(word, config="indonesian")
        return model.objects.alias(words=Words()).filter(words=query).exists()

    assert found(Complaint, NIK)
    clean_up(ended)
    assert not any(
        found(model, word) for model in (Complaint, models.Publication) for word in (NIK, "Mertosono")
    )
    assert found(Complaint, "mobil")


def test_files_leave_the_store_and_their_rows_say_so(ended, client_for, cast):
    digest = Attachment.objects.get(subject=ended.key).sha256
    clean_up(ended)
    row = Attachment.objects.get(subject=ended.key)
    assert (row.state, row.name) == ("destroyed", "berkas.png")
    with pytest.raises(FileNotFoundError):
        store.open_content(digest)
    client = client_for(cast.sekar)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert "Sudah dimusnahkan" in client.get(ended.case.get_absolute_url()).content.decode()
    assert client.get(models.Publication.objects.get().get_absolute_url()).status_code == 200


def test_bytes_that_another_case_has_too_stay(ended, cast, now):
    with transaction.atomic():
        other = attach(subject_key(file(now).complaint), evidence(), actor=Actor.holder())
    clean_up(ended)
    sweep_store((dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).isoformat())
    assert store.open_content(other.sha256).read()


def test_it_is_done_once_and_again_only_for_a_case_that_ended_again(ended):
    assert [clean_up(ended), clean_up(ended)] == [1, 0]
    later = ended.at + SIX_YEARS
    with transaction.atomic():
        Complaint.objects.filter(pk=ended.case.pk).update(ended_at=later + dt.timedelta(days=9))
    assert anonymise_ended((later + 2 * SIX_YEARS).isoformat()) == 1
    assert Erasure.objects.count() == 3


@pytest.mark.parametrize("after", [dt.timedelta(days=364), dt.timedelta(days=0)])
def test_nothing_goes_before_its_time(ended, after):
    assert clean_up(ended, after) == 0


def test_a_case_that_still_runs_keeps_everything(real_db, cast, now):
    road = Filled(cast, now)
    assert anonymise_ended((now + SIX_YEARS).isoformat()) == 0
    assert Reporter.objects.get(complaint=road.case).name == NAME


def test_a_new_time_of_the_admin_counts_at_once(ended):
    with transaction.atomic():
        TimeLimit.objects.filter(code="retention.contact").update(days=30)
    assert clean_up(ended, dt.timedelta(days=31)) == 1


def test_a_dry_run_says_what_the_real_one_does_and_changes_nothing(ended, owner_db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: ended.at + SIX_YEARS)
    with transaction.atomic():
        mail.Message.objects.update(state="sent", sent_at=ended.at)
    before = list(everything(owner_db))
    said = []
    for arguments in (["--archive", "--dry-run"], ["--archive"]):
        out = StringIO()
        call_command("complaints_anonymise", *arguments, stdout=out)
        said.append(out.getvalue())
        if "--dry-run" in arguments:
            assert list(everything(owner_db)) == before
    assert said[0] == said[1]
    assert said[0].startswith("contact: 1 cases, ")
    assert said[0].count(ended.case.number) == 4  # and once for the archive schedule
    assert "unverified: 1 cases" in said[0]
    assert not [word for word in LEAKS if word in said[0]]


def test_a_killed_run_leaves_whole_cases_and_the_next_goes_on(ended, cast, now, monkeypatch):
    second = Filled(cast, now)
    second.go("sekar", "archive", reason_code="unclear", reason="Tidak jelas.")
    at, mask = max(ended.at, second.at) + YEAR, personal.forget_contact

    def break_off(case):
        if case.pk == second.case.pk:
            raise KeyboardInterrupt
        return mask(case)

    monkeypatch.setitem(retention.EFFECTS, Retained.CONTACT, break_off)
    with pytest.raises(KeyboardInterrupt):
        anonymise_ended(at.isoformat())
    assert list(Reporter.objects.values_list("complaint", flat=True)) == [second.case.pk]
    monkeypatch.setitem(retention.EFFECTS, Retained.CONTACT, mask)
    assert anonymise_ended(at.isoformat()) == 1


@pytest.fixture
def two_runs(ended, monkeypatch):
    """Two runs meet where both have looked and neither has written; gives how often each did something."""
    meet, forget = meeting(1), personal.forget_contact

    def both(case):
        meet()
        return forget(case)

    monkeypatch.setitem(retention.EFFECTS, Retained.CONTACT, both)

    def run():
        return services.anonymise(ended.case, actor=SYSTEM, at=ended.at + YEAR)

    return lambda: sum(bool(done) for done in at_once(run, run))


def test_of_two_runs_at_once_one_does_it_and_the_other_leaves_it_alone(two_runs):
    assert two_runs() == 1
    assert Entry.objects.filter(op="erase", subject=subject_key(Complaint.objects.get())).count() == 1


def test_without_the_row_lock_both_would_do_it_and_the_log_say_it_twice(two_runs, no_row_locks):
    assert two_runs() == 2
    assert Entry.objects.filter(op="erase", subject=subject_key(Complaint.objects.get())).count() == 2


def test_what_is_masked_once_is_not_masked_again_and_fits_its_column(ended):
    with transaction.atomic():
        Complaint.objects.filter(pk=ended.case.pk).update(title=" ".join([PLATE] * 11)[:120])
        personal.mask_words(ended.case)
        first = Complaint.objects.get(pk=ended.case.pk).title
        assert len(first) <= 120
        assert personal.mask_words(ended.case) == 0


def test_the_public_page_says_how_long_in_words_from_the_rows(db, client):
    TimeLimit.objects.filter(code="retention.contact").update(days=77)
    page = client.get("/data-pribadi/").content.decode()
    assert "77 hari" in page
    assert "1825 hari" in page
    assert "belum diperiksa pada naskahnya" in page
