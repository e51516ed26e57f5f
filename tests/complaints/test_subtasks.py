"""A part of a case asked of another unit: who sees what, ten at most, and the case waits or says why not."""

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.audit.queries import history
from biroumum.notifications.models import Message, Notification
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints import services
from complaints.kernel import subtask_work
from complaints.models import Complaint, Subtask
from complaints.services import subtasks
from complaints.states import SubtaskState, Visibility
from complaints.workflow import SUBTASK
from tests.complaints.road import Road
from tests.races import at_once, meeting

ASKED, TEXT = "subbag-aset", "Mohon daftar lampu gedung B."


def ask(road, who="bagas", unit=ASKED, text=TEXT):
    actor = Actor.staff(getattr(road.cast, who))
    return services.ask_unit(road.case, unit=Unit.objects.get(code=unit), text=text, actor=actor, at=road.at)


def take(road, part, who, name, **data):
    actor = Actor.staff(getattr(road.cast, who))
    return SUBTASK.perform(part, name, actor=actor, at=road.at, **data)


@pytest.fixture
def asked(road):
    road.work()
    road.part = ask(road)
    return road


def test_the_asked_unit_finds_it_on_its_list_does_it_and_the_officer_is_told(asked, client_for):
    client = client_for(asked.cast.wulan)
    page = client.get("/kerja/").text
    assert TEXT in page
    assert Notification.objects.filter(user=asked.cast.wulan, text__contains=str(asked.part)).exists()
    address = f"{asked.part.get_absolute_url()}finish/"
    assert client.post(address, {"result": " ", "expected_state": "open"}).status_code == 422
    assert client.post(address, {"result": "12 lampu.", "expected_state": "open"}).status_code == 302
    assert Subtask.objects.get().state == SubtaskState.DONE
    assert Notification.objects.filter(user=asked.cast.bagas, text__contains="Subtugas selesai").exists()
    assert "12 lampu." in client_for(asked.cast.bagas).get(asked.part.get_absolute_url()).text
    assert not list(subtask_work(asked.cast.wulan))


@pytest.mark.parametrize("visibility", [Visibility.OPEN, Visibility.CONFIDENTIAL])
def test_it_sees_the_request_and_nothing_of_the_case(asked, client_for, visibility):
    Complaint.objects.update(visibility=visibility)
    client = client_for(asked.cast.wulan)
    pages = client.get(asked.part.get_absolute_url()).text + client.get("/kerja/").text
    pages += client.get(f"{asked.part.get_absolute_url()}finish/").text
    assert TEXT in pages
    for sealed in (asked.case.title, asked.case.description):
        assert sealed not in pages
    assert client.get(asked.case.get_absolute_url()).status_code == 404
    assert asked.case.number not in client.get("/kerja/pengaduan/").text


def test_others_see_nothing_of_it(asked, client_for):
    assert client_for(asked.cast.danu).get(asked.part.get_absolute_url()).status_code == 404
    assert client_for(asked.cast.tamu).get(asked.part.get_absolute_url()).status_code == 403


def test_the_officer_asks_on_the_page_of_the_case(road, client_for):
    road.work()
    client, address = client_for(road.cast.bagas), f"{road.case.get_absolute_url()}subtugas/"
    assert address in client.get(road.case.get_absolute_url()).text
    unit = Unit.objects.get(code=ASKED)
    assert client.post(address, {"unit": unit.pk, "text": TEXT}).status_code == 302
    assert f"{road.case.number}/1" in client.get(road.case.get_absolute_url()).text
    own = client.post(address, {"unit": road.case.unit_id, "text": TEXT})
    assert (own.status_code, "Pilih unit lain" in own.text, TEXT in own.text) == (422, True, True)


def test_the_reporter_is_never_written_to_and_reads_nothing_of_it(asked, client):
    mails = Message.objects.count()
    take(asked, asked.part, "wulan", "finish", result="12 lampu.")
    assert Message.objects.count() == mails
    steps = history(subject_key(asked.case))
    assert [step.public for step in steps if "subtask" in step.verb or "ask_unit" in step.verb] == [False] * 2


# -- who may not


def test_the_accused_office_and_an_accused_officer_alone_in_theirs_cannot_be_asked(road):
    road.work()
    Complaint.objects.update(accused_unit=Unit.objects.get(code="keuangan-aset"))
    with pytest.raises(Refused, match="dilaporkan"):
        ask(road)
    Complaint.objects.update(accused_unit=None, accused_officer=road.cast.wulan)
    with pytest.raises(Refused, match="tidak ada petugas"):
        ask(road)


def test_who_is_accused_later_sees_and_finishes_it_no_more(asked):
    Complaint.objects.update(accused_officer=asked.cast.wulan)
    assert not Subtask.objects.visible_to(asked.cast.wulan).exists()
    with pytest.raises(Refused, match="unit yang diminta"):
        take(asked, asked.part, "wulan", "finish", result="Tidak ada.")


def test_only_the_asked_unit_finishes_and_only_the_asking_one_takes_back(asked):
    with pytest.raises(Refused, match="unit yang diminta"):
        take(asked, asked.part, "bagas", "finish", result="Saya sendiri.")
    with pytest.raises(Refused, match="yang memintanya"):
        take(asked, asked.part, "wulan", "cancel", reason="Malas.")
    assert take(asked, asked.part, "rini", "cancel", reason="Tidak perlu lagi.").state == "cancelled"
    with pytest.raises(Forbidden):
        ask(asked, who="danu")


def test_only_while_an_office_works_on_it(road):
    road.verify()
    with pytest.raises(Refused, match="selama pengaduan ditangani"):
        ask(road, who="rini")


# -- the case waits


def test_the_answer_waits_for_open_parts_unless_it_says_why_and_then_they_are_dropped(asked, client_for):
    with pytest.raises(Refused, match="Masih ada subtugas"):
        asked.answer()
    address = f"{asked.case.get_absolute_url()}answer/"
    data = {"text": "Sudah.", "result": "explained", "expected_state": asked.case.state}
    page = client_for(asked.cast.bagas).post(address, data)
    assert (page.status_code, 'href="#id_subtasks_reason"' in page.text) == (422, True)
    asked.answer(subtasks_reason="Datanya sudah kami punya.")
    part = Subtask.objects.get()
    assert part.state == SubtaskState.CANCELLED
    assert history(subject_key(part))[0].data["reason"] == "Datanya sudah kami punya."


def test_a_finished_part_holds_nothing_up_and_a_case_without_any_is_not_asked_about_it(asked, client_for):
    take(asked, asked.part, "wulan", "finish", result="12 lampu.")
    asked.answer()
    other = Road(asked.cast, asked.at)
    other.work()
    page = client_for(asked.cast.bagas).get(f"{other.case.get_absolute_url()}answer/").text
    assert "subtasks_reason" not in page


def test_a_case_handed_over_drops_its_parts_with_its_reason(asked):
    data = {
        "agency": "Dinas Contoh",
        "reason": "Jalan kabupaten.",
        "follow_up": "024",
        "reason_code": "regency",
    }
    asked.go("bagas", "hand_over_work", **data)
    assert Subtask.objects.get().state == SubtaskState.CANCELLED


# -- ten


def test_ten_and_no_eleventh_also_not_past_the_service(asked):
    for _more in range(9):
        ask(asked)
    with pytest.raises(Refused, match="paling banyak sepuluh"):
        ask(asked)
    with pytest.raises(IntegrityError, match="subtask_at_most_ten"), transaction.atomic():
        Subtask.objects.filter(ordinal=10).update(ordinal=11)
    with pytest.raises(IntegrityError, match="complaint_at_most_ten_subtasks"), transaction.atomic():
        Complaint.objects.update(subtasks_asked=11)


@pytest.fixture
def tenth_and_eleventh_at_once(real_db, cast, now, monkeypatch):
    road, meet, may_ask = Road(cast, now), meeting(1), subtasks._may_ask
    road.work()
    for _part in range(9):
        ask(road)

    def slow(case, unit):
        may_ask(case, unit)
        meet()

    monkeypatch.setattr(subtasks, "_may_ask", slow)

    def one_more():
        try:
            ask(road)
        except Refused:
            return "refused"
        except IntegrityError:
            return "broken"
        return "asked"

    return lambda: sorted(at_once(one_more, one_more))


def test_of_a_tenth_and_an_eleventh_at_once_one_is_refused_with_a_sentence(tenth_and_eleventh_at_once):
    assert tenth_and_eleventh_at_once() == ["asked", "refused"]
    assert Subtask.objects.count() == 10


def test_without_the_lock_the_second_would_break_on_the_database(tenth_and_eleventh_at_once, no_row_locks):
    assert tenth_and_eleventh_at_once() == ["asked", "broken"]


def test_the_position_of_the_answerer_is_in_the_history_of_the_part(asked):
    take(asked, asked.part, "wulan", "finish", result="12 lampu.")
    assert history(subject_key(asked.part))[0].who == "Pengelola Aset, Wulan Sampel"
