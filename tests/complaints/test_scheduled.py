"""Work with a day of its own: dated in form and database, known to the holder, and a reminder when it comes."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.models import Unit
from biroumum.audit.queries import history
from biroumum.notifications.models import Message, Notification
from biroumum.web.subjects import subject_key
from complaints import services, tasks
from complaints.models import Complaint
from tests.complaints.road import Road
from tests.races import at_once, meeting

DAY = dt.date(2026, 12, 3)
MORNING = "2026-12-03T06:25:00+07:00"


def told():
    return Message.objects.filter(key__startswith="complaints.warning/scheduled/")


@pytest.fixture
def scheduled(road):
    road.work()
    road.go("bagas", "schedule", scheduled_for=DAY, text="Tukang datang hari Kamis.")
    return road


def test_the_date_is_mandatory_in_the_form_and_in_the_database(scheduled, client_for):
    with pytest.raises(IntegrityError, match="complaint_schedule_dated"), transaction.atomic():
        Complaint.objects.update(scheduled_for=None)
    scheduled.go("bagas", "continue_work", reason="Tukang batal.")
    address, data = f"{scheduled.case.get_absolute_url()}schedule/", {"text": "Nanti.", "scheduled_for": ""}
    page = client_for(scheduled.cast.bagas).post(address, data | {"expected_state": "in_progress"})
    assert (page.status_code, "Isi tanggal" in page.text) == (422, True)


def test_the_holder_reads_the_date(scheduled, client):
    shown = client.post("/pengaduan/lacak/", {"number": scheduled.case.number, "code": scheduled.code})
    page = client.get(shown["Location"]).text
    assert "dijadwalkan Kamis, 3 Desember 2026" in page
    assert "Tukang datang hari Kamis." in page


def test_who_acts_is_reminded_when_the_day_comes_and_not_before_and_once(scheduled):
    assert tasks.remind_scheduled("2026-12-02T23:00:00+07:00") == 0
    assert tasks.remind_scheduled(MORNING) == 1
    assert tasks.remind_scheduled(MORNING) == 0
    mail = told().get()
    assert mail.to == scheduled.cast.bagas.email
    assert scheduled.case.number in mail.subject_line
    assert "ampu" not in mail.subject_line + mail.text
    assert Notification.objects.filter(
        user=scheduled.cast.bagas, text__startswith="Dijadwalkan hari ini"
    ).exists()
    assert not history(subject_key(scheduled.case), limit=1)[0].public


def test_a_late_start_reminds_all_the_same_and_another_day_reminds_again(scheduled):
    assert tasks.remind_scheduled("2026-12-05T06:25:00+07:00") == 1
    scheduled.go("bagas", "continue_work", reason="Tukang batal.")
    scheduled.go("bagas", "schedule", scheduled_for=DAY + dt.timedelta(days=7), text="Kamis depan.")
    assert tasks.remind_scheduled("2026-12-10T06:25:00+07:00") == 1
    assert told().count() == 2


def test_nobody_is_reminded_of_what_is_answered_and_no_one_it_accuses(scheduled):
    Complaint.objects.update(accused_unit=Unit.objects.get(code="biro-umum"))
    tasks.remind_scheduled(MORNING)
    assert not told().exists()
    Complaint.objects.update(accused_unit=None, reminded_at=None)
    scheduled.answer()
    assert tasks.remind_scheduled(MORNING) == 0


def test_a_day_after_the_answers_deadline_is_warned_of_and_taken_with_both_dates_told(
    road, client_for, client
):
    road.work()
    officer, address = client_for(road.cast.bagas), f"{road.case.get_absolute_url()}schedule/"
    form = officer.get(address).text
    assert "Jawaban paling lambat Selasa, 15 Desember 2026." in form
    assert "beyond" not in form
    data = {"text": "Tahun depan.", "scheduled_for": "2027-11-24", "expected_state": "in_progress"}
    warned = officer.post(address, data)
    assert (warned.status_code, "sesudah batas jawaban, Selasa, 15 Desember 2026" in warned.text) == (
        422,
        True,
    )
    assert Complaint.objects.get().state == "in_progress"
    assert officer.post(address, data | {"beyond": "on"}).status_code == 302
    shown = client.post("/pengaduan/lacak/", {"number": road.case.number, "code": road.code})
    page = client.get(shown["Location"]).text
    assert "Dijadwalkan Rabu, 24 November 2027." in page
    assert "Ini sesudah batas jawaban, Selasa, 15 Desember 2026." in page


def test_the_deadlines_own_day_needs_no_such_word(road):
    road.work()
    road.go("bagas", "schedule", scheduled_for=dt.date(2026, 12, 15), text="Hari terakhir.")
    assert "due" not in history(subject_key(road.case), limit=1)[0].data


def test_the_work_list_shows_the_day(scheduled, client_for):
    assert "Dijadwalkan Kamis, 3 Desember 2026" in client_for(scheduled.cast.bagas).get("/kerja/").text


@pytest.fixture
def two_beats(real_db, cast, now, monkeypatch):
    road, meet, record = Road(cast, now), meeting(1), services.warning.record
    road.work()
    road.go("bagas", "schedule", scheduled_for=DAY, text="Kamis.")

    def slow(*args, **data):
        meet()
        record(*args, **data)

    monkeypatch.setattr(services.warning, "record", slow)
    return lambda: sum(at_once(*[lambda: tasks.remind_scheduled(MORNING)] * 2))


def test_two_beats_at_once_remind_once(two_beats):
    assert two_beats() == 1


def test_without_the_row_lock_both_would(two_beats, no_row_locks):
    assert two_beats() == 2
