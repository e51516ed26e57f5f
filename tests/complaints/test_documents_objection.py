"""An objection about documents has the information law's own clocks: to file it, to decide it, to take it further."""

import datetime as dt

import pytest
from django.utils import timezone

from biroumum.web.subjects import subject_key
from biroumum.worktime.calendar import working_days_between
from biroumum.worktime.models import TimeLimit
from biroumum.worktime.queries import holidays_since, running
from complaints import tasks
from complaints.models import Complaint
from complaints.services import deadlines, retention
from complaints.states import State

CODES = (deadlines.DOCUMENTS_OBJECTION, deadlines.DOCUMENTS_REOPENING, deadlines.DISPUTE)


@pytest.fixture
def answered(road):
    road.verify(kind="information", documents=True)
    road.assign()
    road.go("rini", "start")
    road.go("rini", "answer", text="Salinan terlampir.", result="explained")
    return road


def days_of(clock):
    started, due = timezone.localdate(clock.started_at), timezone.localdate(clock.due_at)
    return working_days_between(started, due, holidays_since(started))


def codes_running(road):
    return {clock.code for clock in running(subject_key(road.case))}


def a_second_after(clock):
    return (clock.due_at + dt.timedelta(seconds=1)).isoformat()


def promised(road, client):
    sent = {"number": road.case.number, "code": road.code}
    return client.get(client.post("/pengaduan/lacak/", sent)["Location"]).text


def test_none_of_the_three_counts_as_checked_against_the_statute(db):
    assert [limit.verified for limit in TimeLimit.objects.filter(code__in=CODES)] == [False] * 3


def test_thirty_working_days_to_object_and_no_silent_close_before(answered, client):
    clock = answered.clock(deadlines.DOCUMENTS_OBJECTION)
    assert (days_of(clock), answered.clock(deadlines.OBJECTION)) == (30, None)
    assert "Anda dapat mengajukan keberatan sampai" in promised(answered, client)
    assert tasks.close_silent(clock.due_at.isoformat()) == 0
    assert tasks.close_silent(a_second_after(clock)) == 1
    assert answered.clock(clock.code).outcome == "expired"


def test_thirty_to_decide_and_a_refusal_opens_fourteen_for_the_dispute(answered, client):
    answered.go(answered.holder, "object", days=25, reason="Salinannya tidak lengkap.")
    clock = answered.clock(deadlines.DOCUMENTS_REOPENING)
    assert (days_of(clock), codes_running(answered)) == (30, {clock.code})
    assert answered.case.clock == clock  # the office's deadline
    assert "Keberatan diputus paling lambat" in promised(answered, client)
    answered.go("sekar", "refuse_reopening", reason="Sudah lengkap.")
    dispute = answered.clock(deadlines.DISPUTE)
    assert (days_of(dispute), codes_running(answered)) == (14, {dispute.code})
    assert answered.case.clock == clock
    assert "sengketa ke Komisi Informasi sampai" in promised(answered, client)


def test_the_time_of_the_dispute_ends_by_itself_and_until_then_nothing_is_erased(answered, client):
    answered.go(answered.holder, "object", reason="Tidak lengkap.")
    answered.go("sekar", "refuse_reopening", reason="Sudah lengkap.")
    dispute = answered.clock(deadlines.DISPUTE)
    assert answered.case not in retention.at_rest(dispute.due_at)
    assert tasks.close_silent(a_second_after(dispute)) == 0
    assert (answered.clock(dispute.code).outcome, codes_running(answered)) == ("expired", set())
    assert Complaint.objects.get().state == State.CLOSED
    assert answered.case in retention.at_rest(dispute.due_at)


def test_a_granted_objection_starts_the_answer_about_documents_anew(answered):
    answered.go(answered.holder, "object", reason="Tidak lengkap.")
    answered.go("sekar", "grant_reopening", reason="Benar, ada yang kurang.")
    assert codes_running(answered) == {deadlines.DOCUMENTS}
    assert answered.clock(deadlines.DOCUMENTS_REOPENING).outcome == "granted"


def test_a_question_without_documents_keeps_ten_and_three_and_no_dispute(road):
    road.verify(kind="information")
    road.assign()
    road.go("rini", "start")
    road.go("rini", "answer", text="Senin sampai Jumat.", result="explained")
    assert days_of(road.clock(deadlines.OBJECTION)) == 10
    road.go(road.holder, "object", reason="Kurang jelas.")
    assert days_of(road.clock(deadlines.REOPENING)) == 3
    road.go("sekar", "refuse_reopening", reason="Sudah jelas.")
    assert codes_running(road) == set()
