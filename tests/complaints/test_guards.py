"""Every guard of the table, each with a step that it refuses and one that it lets pass."""

import datetime as dt
import re
from contextlib import nullcontext

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Assignment, Position, Unit
from biroumum.audit.queries import history
from biroumum.notifications.models import Notification
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from biroumum.worktime.queries import clocks_of
from complaints import services, tasks
from complaints.models import Complaint
from complaints.states import REASONS, Reason, State
from complaints.workflow import COMPLAINT
from tests.complaints.road import evidence

S = State
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
HOUSEHOLD = "subbag-rumah-tangga"
INTO_REASONED = [
    step for step in COMPLAINT if step.target in REASONS and step.name not in ("lapse", "take_back")
]


# -- a reason code for what stops or ends a case


@pytest.mark.parametrize("step", INTO_REASONED, ids=lambda step: step.name)
def test_every_step_that_stops_or_ends_a_case_asks_for_a_code_of_its_state(step):
    codes = {code for code, _label in step.form.base_fields["reason_code"].choices}
    assert codes <= set(REASONS[step.target])
    assert step.form.base_fields["reason_code"].required


@pytest.mark.parametrize("code", ["", Reason.ABUSE])
def test_the_database_refuses_a_state_without_its_code_and_with_one_of_another(road, code):
    with pytest.raises(IntegrityError, match="complaint_reason_fits_state"), transaction.atomic():
        road.go("sekar", "ask_completion", text="Di mana?", reason_code=code)


def test_the_code_goes_when_the_case_comes_back(road):
    road.go("sekar", "ask_completion", text="Di mana?", reason_code="place")
    assert road.case.reason_code == "place"
    assert road.go(road.holder, "complete", text="Gedung B.").reason_code == ""
    road.hand_over()
    assert road.go("sekar", "restore", reason="Ternyata jalan provinsi.").reason_code == ""


def test_staff_read_the_code_in_words_in_the_history(road):
    road.go("sekar", "archive", reason="Ini iklan.", reason_code="abuse")
    assert history(subject_key(road.case), limit=1)[0].data["reason_code"] == "abuse"


# -- a reminder before the time of the reporter ends


def incomplete(road) -> dt.datetime:
    road.go("sekar", "ask_completion", text="Di mana?", reason_code="place")
    return road.clock("complaint.completion").due_at


def test_nothing_lapses_without_a_reminder(road):
    due = incomplete(road)
    with pytest.raises(Refused, match="belum diingatkan"):
        COMPLAINT.perform(road.case, "lapse", actor=SYSTEM, at=due + DAY)


def test_a_reminder_that_came_late_gives_its_week_all_the_same(road):
    due = incomplete(road)
    assert tasks.lapse_incomplete((due + DAY).isoformat()) == 0  # the worker was away: reminded only now
    assert tasks.lapse_incomplete((due + 8 * DAY).isoformat()) == 0
    assert tasks.lapse_incomplete((due + 8 * DAY + SECOND).isoformat()) == 1
    assert Complaint.objects.get().reason_code == Reason.NO_REPLY


def test_a_second_question_wants_a_second_reminder(road):
    due = incomplete(road)
    tasks.lapse_incomplete((due - DAY).isoformat())
    road.go(road.holder, "complete", text="Gedung B.")
    road.go("sekar", "ask_completion", text="Lantai berapa?", reason_code="place")
    assert road.case.reminded_at is None


# -- giving a case back


def test_giving_back_needs_a_reason(road, client_for, cast):
    road.verify()
    road.assign()
    page = client_for(cast.rini).post(
        f"/kerja/pengaduan/{road.case.pk}/return_assignment/", {"reason": " ", "expected_state": "assigned"}
    )
    assert page.status_code == 422
    assert "Isi alasan" in page.text


def returned(road, times: int) -> None:
    road.verify()
    for _turn in range(times):
        road.assign()
        road.go("rini", "return_assignment", reason="Bukan tugas kami.")


def test_the_third_return_is_told_to_the_nearest_head_above_and_the_second_to_nobody(road, cast):
    returned(road, 2)
    assert not Notification.objects.filter(user=cast.hartono).exists()
    returned_once_more = road.assign()
    road.go("rini", "return_assignment", reason="Bukan tugas kami.")
    notice = Notification.objects.get(
        user=cast.hartono
    )  # Bagian Rumah Tangga has no head, so the bureau's hears
    assert "3 kali dikembalikan" in notice.text
    assert returned_once_more.number in notice.text


def test_the_head_of_the_division_hears_before_the_head_of_the_bureau(road, cast):
    division = Unit.objects.get(code="rumah-tangga")
    head = Position.objects.create(unit=division, title="Kepala Bagian", roles=["unit_head"], is_head=True)
    Assignment.objects.create(user=cast.tamu, position=head, starts=dt.date(2025, 1, 2))
    returned(road, 3)
    assert Notification.objects.filter(user=cast.tamu).exists()
    assert not Notification.objects.filter(user=cast.hartono).exists()


# -- the answer


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


# -- rules of one field, kept by the guard and said at that field


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


# -- objection and reopening


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


# -- the office complained about


def accused(code: str) -> Unit:
    return Unit.objects.get(code=code)


@pytest.mark.parametrize(
    ("code", "who", "sees"),
    [
        (HOUSEHOLD, "rini", False),
        (HOUSEHOLD, "hartono", True),  # above it, and must judge
        (HOUSEHOLD, "sekar", True),
        ("rumah-tangga", "rini", False),  # her office belongs to it
    ],
)
def test_the_accused_office_sees_nothing_and_those_above_it_do(road, cast, code, who, sees):
    road.verify(accused_unit=accused(code))
    assert Complaint.objects.visible_to(getattr(cast, who)).exists() is sees


def test_a_verifier_of_the_accused_office_does_not_classify_the_case(road):
    for code in ("tata-usaha", "biro-umum"):
        with pytest.raises(Refused, match="verifikator lain"):
            road.verify(accused_unit=accused(code))


def test_no_step_of_staff_is_open_to_the_accused_office(road, cast):
    road.verify()
    road.case.accused_unit = accused("tata-usaha")
    filled = {"at": road.at, "text": "x", "result": "explained", "unit": accused(HOUSEHOLD)}
    filled["scheduled_for"] = road.at.date()
    for step in COMPLAINT:
        if isinstance(step.permission, str) and step.name not in ("verify", "ask_completion", "withdraw"):
            with pytest.raises(Refused, match="pihak yang dilaporkan"):
                step.guard(road.case, actor=Actor.staff(cast.sekar), **filled)


# -- the first word from the office


@pytest.mark.parametrize(
    ("first", "heard"),
    [
        (lambda road: road.go("bagas", "start"), False),
        (lambda road: road.go("bagas", "start", text="Kami periksa."), True),
        (
            lambda road: services.send_message(
                road.case, actor=Actor.staff(road.cast.bagas), text="Ya.", at=road.at
            ),
            True,
        ),
        (lambda road: services.send_message(road.case, actor=road.holder, text="Halo?", at=road.at), False),
    ],
)
def test_the_first_follow_up_is_done_by_words_to_the_citizen_alone(road, first, heard):
    road.verify()
    road.assign(Position.objects.get(title="Pengelola Rumah Tangga"))
    first(road)
    assert (road.clock("complaint.first_follow_up").stopped_at is not None) is heard
    case = Complaint.objects.get()
    assert (case.clock.code == "complaint.answer.complaint") is heard


def test_both_clocks_of_an_oversight_case_run_and_the_earlier_is_the_deadline(road):
    road.verify(oversight=True)
    working, statute = (road.clock(f"complaint.answer.{code}") for code in ("oversight", "oversight_statute"))
    assert statute.due_at < working.due_at
    road.assign()
    road.go("rini", "start", text="Kami periksa.")
    assert road.case.clock == statute


# -- a disposition reaches someone


def test_an_office_without_a_head_gets_a_case_only_with_its_officer_named(road):
    road.verify()
    assets = Unit.objects.get(code="subbag-aset")
    with pytest.raises(Refused, match="Pilih petugasnya"):
        road.go("sekar", "assign", unit=assets)
    officer = Position.objects.get(title="Pengelola Aset")
    assert road.go("sekar", "assign", unit=assets, position=officer).position == officer


@pytest.mark.parametrize("title", ["Petugas Loket", "Kursi kosong"])
def test_a_position_that_is_empty_or_handles_nothing_gets_no_case(road, title):
    road.verify()
    unit = Unit.objects.get(code="tata-usaha")
    seat, _new = Position.objects.get_or_create(
        unit=unit, title=title, defaults={"roles": ["complaint_officer"]}
    )
    with pytest.raises(Refused, match="sedang kosong"):
        road.go("sekar", "assign", unit=unit, position=seat)


@pytest.mark.parametrize(
    ("titled", "told", "not_told"),
    [("Pengelola Rumah Tangga", "bagas", "rini"), ("", "rini", "bagas")],
)
def test_a_message_reaches_those_who_hold_the_case_and_nobody_else(road, cast, titled, told, not_told):
    road.verify(visibility="confidential")
    road.assign(Position.objects.filter(title=titled).first())
    services.send_message(road.case, actor=road.holder, text="Halo?", at=road.at)
    heard = Notification.objects.filter(text__startswith="Pesan baru").values_list("user__email", flat=True)
    assert list(heard) == [getattr(cast, told).email]
    assert getattr(cast, not_told).email not in heard


def test_a_message_in_a_case_against_an_office_is_no_news_in_that_office(road, cast):
    own = cast.sekar.live[0].position.unit
    Complaint.objects.filter(pk=road.case.pk).update(accused_unit=own)
    services.send_message(road.case, actor=road.holder, text="Halo?", at=road.at)
    assert not Notification.objects.filter(user=cast.sekar).exists()


def test_a_message_before_any_office_holds_the_case_reaches_the_verifier(road, cast):
    services.send_message(road.case, actor=road.holder, text="Halo?", at=road.at)
    assert Notification.objects.get(text__startswith="Pesan baru").user == cast.sekar


@pytest.mark.parametrize("reason", ["", "Sudah saya perbaiki sendiri."])
def test_the_holder_takes_a_complaint_back_that_nobody_works_on(road, reason):
    case = road.go(road.holder, "take_back", reason=reason)
    assert (case.state, case.reason_code) == (State.WITHDRAWN, "at_request")
    assert not clocks_of(subject_key(case)).filter(stopped_at=None).exists()
    assert [message.text for message in case.messages.all()] == ([reason] if reason else [])


def test_the_office_writes_no_more_once_the_case_has_ended(road, cast):
    road.go(road.holder, "take_back")
    with pytest.raises(Refused, match="berakhir"):
        services.send_message(road.case, actor=Actor.staff(cast.rini), text="Halo")
    services.send_message(road.case, actor=road.holder, text="Terima kasih.")
    with pytest.raises(Forbidden):
        services.send_message(road.case, actor=Actor.staff(cast.danu), text="Halo")
