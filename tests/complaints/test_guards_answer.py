"""What the guards hold an answer, a verification and an objection to."""

import re
from contextlib import nullcontext

import pytest

from biroumum.accounts.models import Position, Unit
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from biroumum.worktime.queries import clocks_of
from complaints import tasks
from complaints.models import Complaint
from complaints.states import State as S
from complaints.workflow import COMPLAINT
from tests.complaints.road import evidence
from tests.complaints.test_guards import HOUSEHOLD, SECOND


@pytest.mark.parametrize("lacking", [{"text": " "}, {"result": ""}, {"result": "selesai saja"}])
def test_an_answer_has_words_for_the_citizen_and_a_known_result(road, lacking):
    road.work()
    with pytest.raises(Refused, match="pilih hasilnya"):
        road.answer(**lacking)


def test_done_needs_evidence_and_other_results_do_not(road):
    road.work()
    with pytest.raises(Refused, match="bukti"):
        road.answer(result="resolved")
    assert road.answer(result="resolved", files=[evidence()]).state == S.ANSWERED


def pressed(client, case: Complaint, step: str, **data: object):
    """The page after the button was pressed in the state the case stands in."""
    return client.post(f"/kerja/pengaduan/{case.pk}/{step}/", data | {"expected_state": case.state})


@pytest.mark.parametrize(("oversight", "field"), [(False, "files"), (True, "inspection_ref")])
def test_the_page_of_the_answer_says_what_is_missing_at_its_field(road, client_for, cast, oversight, field):
    road.work()
    Complaint.objects.filter(pk=road.case.pk).update(oversight=oversight)
    page = pressed(client_for(cast.bagas), road.case, "answer", text="Sudah.", result="resolved")
    assert page.status_code == 422
    assert f'href="#id_{field}"' in page.text
    assert "Sudah." in page.text


def test_an_oversight_case_is_not_answered_without_its_report_whoever_asks(road):
    road.verify(oversight=True)
    road.assign()
    road.go("rini", "start", text="Kami periksa.")
    with pytest.raises(Refused, match="LHP"):
        road.go("rini", "answer", text="Sudah.", result="explained")


def test_the_time_of_the_first_answer_is_frozen(road):
    road.work()
    first = road.answer().first_answered_at
    road.go(road.holder, "object", reason="Masih mati.")
    road.go("sekar", "grant_reopening", reason="Benar.")
    road.go("sekar", "resume_reopened")
    again = road.answer()
    assert (again.first_answered_at, again.answers.count()) == (first, 2)
    assert again.first_answered_at < road.at


def test_a_rating_does_not_outlive_the_answer_it_was_given_for(road):
    road.work()
    road.answer()
    road.go(road.holder, "accept", rating=5, comment="Cepat.")
    road.go(road.holder, "object", reason="Mati lagi.")
    road.go("sekar", "grant_reopening", reason="Benar.")
    road.go("sekar", "resume_reopened")
    assert (road.answer().rating, road.case.rating_comment) == (None, "")


def test_only_a_complaint_is_of_oversight(road, client_for, cast):
    words = {"title": "Usul", "kind": "aspiration", "oversight": "on", "visibility": "confidential"}
    page = pressed(client_for(cast.sekar), road.case, "verify", **words, category=road.case.category_id)
    assert (page.status_code, 'href="#id_oversight"' in page.text) == (422, True)


def test_nobody_lets_more_people_know_than_the_reporter_chose_without_a_reason(road, client_for, cast):
    """The reporter chose confidential, and what is confidential never becomes open by a form left as it was."""
    client, words = client_for(cast.sekar), {"title": "Lampu", "kind": "complaint"}
    words["category"] = road.case.category_id
    form = client.get(f"{road.case.get_absolute_url()}verify/").content.decode()
    assert "Sekarang: Rahasia." in form
    assert not re.search(r'name="visibility"[^>]*checked', form)
    for chosen in ("open", "anonymous"):
        page = pressed(client, road.case, "verify", **words, visibility=chosen)
        assert (page.status_code, 'href="#id_visibility_reason"' in page.text) == (422, True)
    assert pressed(client, road.case, "verify", **words).status_code == 422
    assert pressed(client, road.case, "verify", **words, visibility="confidential").status_code == 302


@pytest.mark.parametrize(
    ("chosen", "decided", "lower"),
    [("open", "anonymous", False), ("open", "confidential", False), ("anonymous", "open", True)],
)
def test_more_closed_than_chosen_needs_no_reason(road, chosen, decided, lower):
    Complaint.objects.update(visibility=chosen)
    with pytest.raises(Refused) if lower else nullcontext():
        assert road.verify(visibility=decided, visibility_reason="").visibility == decided


def test_the_officer_named_is_of_the_office_named(road, client_for, cast):
    road.verify()
    elsewhere = Position.objects.get(title="Pengelola Aset")
    unit = Unit.objects.get(code=HOUSEHOLD)
    page = pressed(client_for(cast.sekar), road.case, "assign", unit=unit.pk, position=elsewhere.pk)
    assert (page.status_code, 'href="#id_position"' in page.text) == (422, True)


def test_work_is_not_scheduled_for_a_day_gone_by(road):
    road.work()
    with pytest.raises(Refused, match="hari ini atau sesudahnya"):
        road.go("bagas", "schedule", scheduled_for=road.at.date(), text="Kemarin.")  # a day later
    assert (
        road.go("bagas", "schedule", days=0, scheduled_for=road.at.date(), text="Hari ini.").state
        == S.SCHEDULED
    )


def test_a_new_answer_opens_a_new_window_and_one_objection(road):
    road.work()
    road.answer()
    road.go(road.holder, "object", reason="Masih mati.")
    road.go("sekar", "grant_reopening", reason="Benar.")
    road.go("sekar", "resume_reopened")
    road.answer()
    assert road.go(road.holder, "object", reason="Tetap mati.").state == S.REOPEN_REQUESTED


def test_after_acceptance_the_citizen_may_object_until_the_window_is_over(road):
    road.work()
    road.answer()
    due = road.clock("complaint.objection").due_at
    road.go(road.holder, "accept")
    with pytest.raises(Refused, match="sudah lewat"):
        COMPLAINT.perform(road.case, "object", actor=road.holder, at=due + SECOND, reason="Mati lagi.")
    case = COMPLAINT.perform(road.case, "object", actor=road.holder, at=due, reason="Mati lagi.")
    assert (case.state, case.ended_at) == (S.REOPEN_REQUESTED, None)


@pytest.mark.parametrize("how", ["accept", "hand_over"])
def test_a_window_that_is_over_stops_its_clock_whatever_ended_the_case(road, how):
    if how == "accept":
        road.work()
        road.answer()
        road.go(road.holder, "accept")
    else:
        road.hand_over()
    due = road.clock("complaint.objection").due_at
    tasks.close_silent(due.isoformat())
    assert road.clock("complaint.objection").stopped_at is None
    tasks.close_silent((due + SECOND).isoformat())
    assert road.clock("complaint.objection").outcome == "expired"


def test_reopening_runs_a_new_clock_and_the_old_breach_stays(road):
    road.work()
    road.go("bagas", "answer", days=40, text="Maaf terlambat.", result="explained")
    road.go(road.holder, "object", reason="Masih mati.")
    road.go("sekar", "grant_reopening", reason="Benar.")
    old, new = clocks_of(subject_key(road.case)).filter(code="complaint.answer.complaint")
    assert (old.is_late(road.at), new.is_late(road.at)) == (True, False)
    assert new.started_at == road.at
    assert road.case.clock == new


def test_a_refusal_says_where_to_appeal(road):
    road.work()
    road.answer()
    road.go(road.holder, "object", reason="Masih mati.")
    road.go("sekar", "refuse_reopening", reason="Sudah menyala.")
    said = road.case.messages.last().text
    assert "Ombudsman" in said
    assert "Komisi Informasi" in said
