"""Another class times the answer anew, and documents have a clock of their own with one extension."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from biroumum.worktime import services as worktime
from biroumum.worktime.calendar import due_at
from biroumum.worktime.models import Holiday
from biroumum.worktime.queries import running
from complaints import guards
from complaints.models import Complaint
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road
from tests.races import at_once, meeting, went

QUESTION = {"kind": "information", "oversight": False}
DOCUMENTS = {"kind": "information", "documents": True, "reason": "Yang diminta salinan dokumen."}


def due(road, code):
    return str(timezone.localdate(road.clock(code).due_at))


@pytest.fixture
def asked(road):
    """A question about the office's work, verified on Wednesday 25 November: five working days."""
    road.verify(**QUESTION)
    return road


@pytest.fixture
def documents(asked):
    asked.go("sekar", "reclassify", **DOCUMENTS)
    asked.assign()
    asked.go("rini", "start")
    return asked


def test_a_question_for_documents_gets_ten_working_days_from_its_own_start_and_the_old_due_date_is_kept(
    asked,
):
    assert due(asked, "complaint.answer.information") == "2026-12-02"
    asked.go("sekar", "reclassify", **DOCUMENTS)
    clock = asked.clock("complaint.answer.documents")
    assert due(asked, clock.code) == "2026-12-09"
    event = clock.events.last()
    assert (event.kind, event.reason) == ("retime", DOCUMENTS["reason"])
    assert (event.due_before.day, event.due_after.day) == (2, 9)
    assert [each.code for each in running(subject_key(asked.case)) if "answer" in each.code] == [clock.code]


def test_the_verifier_may_say_so_at_once(road):
    road.verify(**QUESTION, documents=True)
    assert due(road, "complaint.answer.documents") == "2026-12-09"


def test_an_officer_may_change_the_class_too_and_back_again(documents):
    documents.go("rini", "reclassify_work", kind="complaint", reason="Ternyata pengaduan.")
    assert (documents.case.kind, documents.case.documents) == ("complaint", False)
    assert due(documents, "complaint.answer.complaint") == "2026-12-15"
    documents.go("rini", "reclassify_work", **QUESTION, reason="Pertanyaan saja.")
    assert documents.clock("complaint.answer.information").events.filter(kind="retime").count() == 3


def test_oversight_runs_on_two_clocks_and_both_begin_where_the_answer_began(road):
    road.verify()
    begun = road.clock("complaint.answer.complaint").started_at
    road.go("sekar", "reclassify", kind="complaint", oversight=True, reason="Ada dugaan pungli.")
    codes = ("complaint.answer.oversight", "complaint.answer.oversight_statute")
    assert [road.clock(code).started_at for code in codes] == [begun, begun]
    road.go("sekar", "reclassify", kind="complaint", reason="Bukan pungli.")
    open_now = [each.code for each in running(subject_key(road.case)) if "answer" in each.code]
    assert open_now == ["complaint.answer.complaint"]
    outcomes = {road.clock(code).outcome for code in codes if road.clock(code)}
    assert outcomes == {"reclassified"}


def test_both_clocks_of_oversight_count_the_pauses_there_were_and_the_old_date_is_kept(road):
    road.work()
    road.go("bagas", "ask_reporter", text="Siapa?")
    paused = road.clock("complaint.answer.complaint")
    road.go(road.holder, "reply", days=4, text="Petugas loket.")
    before = road.clock("complaint.answer.complaint").due_at
    assert before > paused.due_at
    road.go("rini", "reclassify_work", kind="complaint", oversight=True, reason="Ada dugaan pungli.")
    working, days = (road.clock(f"complaint.answer.{code}") for code in ("oversight", "oversight_statute"))
    clocks = {clock.code: clock for clock in (working, days)}
    for clock in clocks.values():
        assert [line.at for line in clock.events.filter(kind="pause")] == [paused.paused_at]
        assert clock.events.filter(kind="retime", reason="Ada dugaan pungli.").exists()
    assert before in {
        line.due_before for clock in clocks.values() for line in clock.events.filter(kind="retime")
    }
    (pause,) = days.events.filter(kind="pause")
    (resume,) = days.events.filter(kind="resume")
    plain = due_at(days.started_at, 60, "day", (), timezone.get_default_timezone())
    assert days.due_at == plain + (resume.at - pause.at)


def test_the_holder_reads_both_dates_and_the_reason(asked, client):
    asked.go("sekar", "reclassify", **DOCUMENTS)
    address = client.post("/pengaduan/lacak/", {"number": asked.case.number, "code": asked.code})["Location"]
    page = client.get(address).text
    assert "Jawaban paling lambat Rabu, 9 Desember 2026" in page
    assert "dari Rabu, 2 Desember 2026 menjadi Rabu, 9 Desember 2026: Yang diminta salinan dokumen." in page
    assert "meminta dokumen" in page


def test_the_same_class_again_is_refused_and_so_is_what_does_not_fit(asked):
    with pytest.raises(Refused, match="Tidak ada yang berubah"):
        asked.go("sekar", "reclassify", kind="information", reason="Sama.")
    with pytest.raises(Refused, match="Hanya permintaan informasi"):
        asked.go("sekar", "reclassify", kind="complaint", documents=True, reason="Dokumen.")
    with pytest.raises(IntegrityError, match="complaint_documents_are_asked_for"), transaction.atomic():
        Complaint.objects.update(documents=True, kind="complaint")


# -- the extension


def test_seven_working_days_more_with_a_written_reason_and_no_second_time(documents, client_for, cast):
    address = f"{documents.case.get_absolute_url()}extend/"
    state = documents.case.state
    page = client_for(cast.rini).post(address, {"reason": " ", "expected_state": state})
    assert (page.status_code, "Isi alasan" in page.text) == (422, True)
    documents.go("rini", "extend", reason="Dokumen ada di arsip statis.")
    assert due(documents, "complaint.answer.documents") == "2026-12-18"
    clock = documents.clock("complaint.answer.documents")
    assert clock.extension.days == 7
    with pytest.raises(Refused, match="satu kali"):
        documents.go("rini", "extend", reason="Sekali lagi.")
    with pytest.raises(worktime.ClockError):
        worktime.extend(clock, at=documents.at, reason="Lewat pintu lain.")


def test_a_holiday_declared_later_keeps_the_extension(documents):
    documents.go("rini", "extend", reason="Arsip.")
    Holiday.objects.create(date="2026-12-10", name="Libur contoh", decree="Contoh")
    assert worktime.retime_open(reason="Libur baru") > 0
    assert due(documents, "complaint.answer.documents") == "2026-12-21"


def test_the_extension_is_not_taken_along_to_another_class_nor_given_anew_on_the_way_back(documents):
    documents.go("rini", "extend", reason="Arsip.")
    documents.go("rini", "reclassify_work", **QUESTION, reason="Pertanyaan saja.")
    assert due(documents, "complaint.answer.information") == "2026-12-02"
    documents.go("rini", "reclassify_work", **DOCUMENTS)
    assert due(documents, "complaint.answer.documents") == "2026-12-18"
    with pytest.raises(Refused, match="satu kali"):
        documents.go("rini", "extend", reason="Sekali lagi.")


def test_no_extension_of_another_class_nor_when_it_is_too_late(documents):
    with pytest.raises(Refused, match="sudah lewat"):
        documents.go("rini", "extend", days=30, reason="Arsip.")
    documents.go("rini", "reclassify_work", **QUESTION, reason="Pertanyaan saja.")
    with pytest.raises(Refused, match="Hanya permintaan dokumen"):
        documents.go("rini", "extend", reason="Arsip.")


@pytest.fixture
def extend_twice(real_db, cast, now, monkeypatch):
    road, meet, guard = Road(cast, now), meeting(1), guards.may_extend
    road.verify(**QUESTION, documents=True)
    road.assign()
    step = COMPLAINT["extend"]

    def slow(case, **data):
        guard(case, **data)
        meet()

    object.__setattr__(step, "guard", slow)

    def more():
        COMPLAINT.perform(road.case, "extend", actor=Actor.staff(cast.rini), at=road.at, reason="Arsip.")

    extend = went(more, worktime.ClockError)
    yield lambda: sum(at_once(extend, extend))
    object.__setattr__(step, "guard", guard)


def test_two_extensions_at_once_are_one(extend_twice):
    assert extend_twice() == 1


def test_without_case_and_clock_locked_both_would_be_told_yes(extend_twice, monkeypatch, no_row_locks):
    locked = worktime._lock

    def unguarded(clock, **how):
        found = locked(clock, **how)
        found.extension = None
        return found

    monkeypatch.setattr(worktime, "_lock", unguarded)
    assert extend_twice() == 2
