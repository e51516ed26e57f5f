"""Warnings before and after a deadline: who, when, once, and never a word of the case."""

import datetime as dt
import threading

import pytest

from biroumum.accounts.models import Assignment, Unit
from biroumum.audit.queries import history
from biroumum.notifications.models import Message, Notification
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import Holiday, TimeLimit
from complaints import services, tasks
from complaints.kernel import work
from complaints.models import Complaint, DeadlineWarning
from complaints.services import warning
from complaints.states import Visibility
from tests.complaints.road import Road
from tests.races import at_once, meeting

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def held(road):
    """A case on the officer's desk whose first answer to the citizen went out; the answer is due."""
    road.work()
    return road


def morning(day: dt.datetime, *, days: int = 0) -> dt.datetime:
    """Quarter past six of that day in the province, or some days on."""
    return (day.astimezone(dt.timezone(HOUR * 7)) + dt.timedelta(days=days)).replace(hour=6, minute=15)


def due(road) -> dt.datetime:
    return Complaint.objects.select_related("clock").get(pk=road.case.pk).clock.due_at


def told(level: str = "") -> set[str]:
    keys = f"complaints.warning/{level}/" if level else "complaints.warning/"
    return {mail.to.partition("@")[0] for mail in Message.objects.filter(key__startswith=keys)}


def test_two_working_days_before_the_due_date_the_officer_is_told_and_nobody_else(held):
    end = due(held)
    assert end.date() == dt.date(2026, 12, 15)  # a Tuesday
    assert services.warn_of_deadlines(at=morning(end, days=-5)) == 0  # Thursday: three working days left
    assert services.warn_of_deadlines(at=morning(end, days=-3)) == 0  # Saturday: a day off
    assert services.warn_of_deadlines(at=morning(end, days=-4)) == 1
    assert told() == {"bagas"}
    assert Notification.objects.get(subject_key="complaints.deadlines").user == held.cast.bagas


def test_a_holiday_between_brings_the_warning_forward(held):
    Holiday.objects.create(date=dt.date(2026, 12, 14), name="Libur contoh", decree="Contoh")
    end = due(held)  # not timed anew here, so that only the warning moves
    assert services.warn_of_deadlines(at=morning(end, days=-5)) == 1


def test_when_it_is_late_the_head_of_the_office_hears_and_three_working_days_on_the_head_of_the_bureau(held):
    end = due(held)
    services.warn_of_deadlines(at=morning(end, days=1))
    assert told("late") == {"bagas", "rini"}
    assert told("bureau") == set()
    services.warn_of_deadlines(at=morning(end, days=3))  # Friday, the third working day
    assert told("bureau") == set()
    services.warn_of_deadlines(at=morning(end, days=6))
    assert told("bureau") == {"hartono"}


def test_the_days_are_data(held):
    TimeLimit.objects.filter(code=warning.SOON).update(days=5)
    assert services.warn_of_deadlines(at=morning(due(held), days=-7)) == 1


def test_each_clock_and_level_once_however_often_the_task_runs(held):
    at = morning(due(held), days=1)
    assert tasks.warn_of_deadlines(at.isoformat()) == 1
    assert tasks.warn_of_deadlines((at + HOUR).isoformat()) == 0
    assert len(Message.objects.filter(key__startswith="complaints.warning/")) == 2


def test_a_late_start_gives_what_is_still_true_and_no_soon_for_what_has_passed(held):
    assert services.warn_of_deadlines(at=morning(due(held), days=13)) == 2
    assert told("soon") == set()
    assert told("late") | told("bureau") == {"bagas", "rini", "hartono"}


def test_a_paused_clock_warns_nobody_and_an_answered_case_neither(held):
    end = due(held)
    held.go("bagas", "ask_reporter", text="Lantai berapa?")
    assert services.warn_of_deadlines(at=morning(end, days=1)) == 0
    held.go(held.holder, "reply", text="Lantai dua.")
    held.answer()
    assert services.warn_of_deadlines(at=morning(end, days=20)) == 0


def test_what_waits_for_verification_is_told_to_the_verifiers(road):
    services.warn_of_deadlines(at=morning(due(road), days=3))
    assert told("late") == {"sekar"}


def test_an_officer_who_left_is_not_written_to_and_the_head_is_told_in_time(held):
    Assignment.objects.filter(user=held.cast.bagas).update(ends=dt.date(2026, 11, 24))
    services.warn_of_deadlines(at=morning(due(held), days=-4))
    assert told() == {"rini"}


def test_the_accused_office_is_told_of_nothing(held):
    Complaint.objects.update(accused_unit=Unit.objects.get(code="biro-umum"))
    services.warn_of_deadlines(at=morning(due(held), days=13))
    assert told() == set()


def test_the_mail_has_the_number_and_not_a_word_of_the_case(held):
    Complaint.objects.update(visibility=Visibility.CONFIDENTIAL)
    services.warn_of_deadlines(at=morning(due(held), days=13))
    mails = Message.objects.filter(key__startswith="complaints.warning/")
    assert mails
    for mail in mails:
        assert held.case.number in mail.text
        assert "ampu" not in mail.subject_line + mail.text + mail.html
    assert not Notification.objects.filter(text__icontains="lampu").exists()


def test_many_late_cases_are_one_mail_a_person(cast, now):
    roads = [Road(cast, now) for _case in range(12)]
    for road in roads:
        road.work()
    assert services.warn_of_deadlines(at=morning(due(roads[0]), days=1)) == 12
    mail = Message.objects.get(to=cast.bagas.email, key__startswith="complaints.warning/")
    assert "12 pengaduan" in mail.subject_line
    assert "(+2)" in mail.text
    assert "?progress=late" in mail.text


def test_the_holder_of_the_code_is_not_told_and_staff_read_it_in_the_history(held):
    services.warn_of_deadlines(at=morning(due(held), days=1))
    step = history(subject_key(held.case), limit=1)[0]
    assert (step.verb, step.public) == ("complaints.complaint.warn", False)


def test_the_work_list_of_those_above_has_what_they_were_told_of(held, client_for):
    end, people = due(held), ("bagas", "rini", "hartono", "wulan")

    def seen() -> set[str]:
        return {name for name in people if list(work(getattr(held.cast, name)))}

    assert seen() == {"bagas"}
    services.warn_of_deadlines(at=morning(end, days=1))
    assert seen() == {"bagas", "rini"}
    assert "kepala unit diberi tahu" in client_for(held.cast.rini).get("/kerja/").text
    services.warn_of_deadlines(at=morning(end, days=6))
    assert seen() == {"bagas", "rini", "hartono"}
    held.answer()
    assert seen() == set()


@pytest.fixture
def two_beats(real_db, cast, now, monkeypatch):
    """Both have looked for what is due before either has written."""
    road, meet = Road(cast, now), meeting(2)
    road.work()
    at, claim = morning(due(road), days=1), warning._claim

    def slow(level, cases, at):
        cases = cases.all()
        list(cases)
        meet()
        return claim(level, cases, at)

    monkeypatch.setattr(warning, "_claim", slow)
    return lambda: sorted(at_once(*[lambda: services.warn_of_deadlines(at=at)] * 2))


def test_two_beats_at_once_warn_once(two_beats):
    assert two_beats() == [0, 1]
    assert DeadlineWarning.objects.count() == 1
    assert Message.objects.filter(key__startswith="complaints.warning/").count() == 2


def test_without_the_unique_claim_two_beats_would_warn_twice(two_beats, owner_db, monkeypatch):
    owner_db.execute("ALTER TABLE complaints_deadlinewarning DROP CONSTRAINT warning_once")
    monkeypatch.setattr(
        warning, "_CLAIM", warning._CLAIM.replace("ON CONFLICT (clock_id, level) DO NOTHING", "")
    )
    gate = threading.Barrier(2)
    monkeypatch.setattr(warning, "record", lambda *a, **k: gate.wait(timeout=10))
    assert two_beats() == [1, 1]
