"""Warnings before and after a deadline: who, when, once, and never a word of the case."""

import datetime as dt
import threading

import pytest

from biroumum.accounts.models import Assignment, Position, Unit
from biroumum.audit.queries import history
from biroumum.notifications.models import Message, Notification
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import Holiday, TimeLimit
from complaints import services, tasks
from complaints.kernel import work
from complaints.models import Complaint, DeadlineWarning
from complaints.services import warning
from complaints.states import ENDED, State, Visibility
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


def warn_daily(day: dt.datetime, days: range) -> None:
    for ahead in days:
        services.warn_of_deadlines(at=morning(day, days=ahead))


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


OFFICE, VERIFIER, JUDGES = {"bagas"}, {"sekar"}, {"sekar", "hartono"}
TURN = {
    State.RECEIVED: VERIFIER,
    State.VERIFIED: VERIFIER,
    State.REOPENED: VERIFIER,
    State.REOPEN_REQUESTED: JUDGES,
    State.ASSIGNED: OFFICE,
    State.IN_PROGRESS: OFFICE,
    State.SCHEDULED: OFFICE,
}


def walked_to(road, state) -> None:
    """Walk the case into this state; one that waits for its reporter, or is answered, warns nobody."""
    if state == State.RECEIVED:
        return
    road.verify()
    if state == State.VERIFIED:
        return
    road.assign(Position.objects.get(title="Pengelola Rumah Tangga"))
    if state == State.ASSIGNED:
        return
    road.go("bagas", "start", text="Kami periksa besok.")
    if state == State.SCHEDULED:
        road.go("bagas", "schedule", scheduled_for=dt.date(2027, 6, 1), text="Juni.", beyond=True)
    if state in (State.REOPEN_REQUESTED, State.REOPENED):
        road.answer()
        road.go(road.holder, "object", reason="Masih mati.")
    if state == State.REOPENED:
        road.go("sekar", "grant_reopening", reason="Benar.")


@pytest.mark.parametrize("state", TURN)
def test_in_each_state_whose_turn_it_is_is_warned_and_once_late_the_heads_of_an_office(road, state):
    walked_to(road, state)
    assert road.case.state == state
    warn_daily(due(road), range(-5, 1))  # a weekend may lie between
    assert told("soon") == TURN[state]
    assert told("late") == set()
    warn_daily(due(road), range(1, 5))
    assert told("late") == TURN[state] | ({"rini"} if TURN[state] == OFFICE else set())


def test_the_other_states_have_no_deadline_of_the_office():
    waiting = {State.INCOMPLETE, State.AWAITING_REPORTER, State.ANSWERED}
    assert set(State) == set(TURN) | waiting | set(ENDED)


def inbox(word: str) -> set[str]:
    lines = Notification.objects.filter(text__startswith=word).select_related("user")
    return {line.user.email.partition("@")[0] for line in lines}


def test_who_may_decide_reads_of_an_objection_and_the_verifiers_of_what_comes_back_to_them(road):
    road.go("sekar", "ask_completion", text="Di mana?", reason_code="place")
    road.go(road.holder, "complete", text="Lantai dua.")
    assert inbox("Pelapor melengkapi") == VERIFIER
    walked_to(road, State.REOPEN_REQUESTED)
    assert inbox("Pelapor menyanggah jawaban") == JUDGES


def test_who_gave_the_answer_is_not_told_to_judge_it(held):
    chair = Position.objects.get(title="Verifikator Pengaduan")
    Assignment.objects.create(user=held.cast.bagas, position=chair, kind="plt", starts=dt.date(2026, 1, 1))
    held.answer()
    held.go(held.holder, "object", reason="Masih mati.")
    services.warn_of_deadlines(at=morning(due(held), days=0))
    assert inbox("Pelapor menyanggah") == told() == JUDGES


def test_the_head_of_the_office_does_not_have_an_objection_on_the_work_list(held):
    held.answer()
    held.go(held.holder, "object", reason="Masih mati.")
    services.warn_of_deadlines(at=morning(due(held), days=1))
    assert not list(work(held.cast.rini))


def test_a_missed_first_word_does_not_silence_the_deadline_of_the_answer(road):
    road.verify()
    road.assign(Position.objects.get(title="Pengelola Rumah Tangga"))
    first, answer = road.clock("complaint.first_follow_up"), road.clock("complaint.answer.complaint")
    services.warn_of_deadlines(at=morning(first.due_at, days=7))
    assert {warned.clock for warned in DeadlineWarning.objects.all()} == {first}
    warn_daily(answer.due_at, range(-1, 14))
    assert set(DeadlineWarning.objects.filter(clock=answer).values_list("level", flat=True)) == {1, 2, 3}


def test_two_clocks_of_one_case_name_it_once_in_a_mail(road):
    road.verify()
    road.assign(Position.objects.get(title="Pengelola Rumah Tangga"))
    assert services.warn_of_deadlines(at=morning(due(road), days=60)) == 4
    mail = Message.objects.get(to=road.cast.bagas.email, key__startswith="complaints.warning/")
    assert mail.text.count(road.case.number) == 1


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
