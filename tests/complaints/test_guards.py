"""Every guard of the table, each with a step that it refuses and one that it lets pass."""

import datetime as dt

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
