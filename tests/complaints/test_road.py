"""The main road, walked by those whose steps they are, from filing to a close the citizen accepts."""

import datetime as dt

import psycopg
import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Position, Unit
from biroumum.audit.queries import history, public_history
from biroumum.web.subjects import subject_key
from biroumum.workflow.database import moves
from biroumum.workflow.engine import Forbidden, Refused, Stale
from biroumum.worktime.queries import clocks_of
from complaints import tasks
from complaints.models import Complaint
from complaints.states import State
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road

S = State


def test_a_case_goes_from_filing_to_a_close_the_citizen_accepts(road):
    road.work()
    road.answer()
    case = road.go(road.holder, "accept", rating=5, comment="Cepat.")
    assert (case.state, case.rating, case.ended_at) == (S.CLOSED, 5, road.at)
    told = [step.label for step in public_history(subject_key(case))]
    assert told == [
        "Diterima",
        "Terverifikasi",
        "Diteruskan ke unit",
        "Mulai ditangani",
        "Dijawab",
        "Pelapor menerima jawaban",
    ]
    assert not any(
        "Sekar" in step.office or "Bagas" in step.office for step in public_history(subject_key(case))
    )


def test_the_question_stops_the_clock_and_the_reply_moves_the_deadline_by_the_pause(road):
    road.work()
    before = road.clock("complaint.answer.complaint").due_at
    road.go("bagas", "ask_reporter", text="Lantai berapa?")
    assert road.clock("complaint.answer.complaint").paused_at == road.at
    road.go(road.holder, "reply", days=7, text="Lantai dua.")
    after = road.clock("complaint.answer.complaint").due_at
    assert (after - before).days >= 7
    assert road.case.state == S.IN_PROGRESS


def test_silence_closes_an_answered_case_and_not_a_day_early(road):
    road.work()
    road.answer()
    due = road.clock("complaint.objection").due_at
    with pytest.raises(Refused, match="belum lewat"):
        COMPLAINT.perform(road.case, "close_silent", actor=SYSTEM, at=due)
    assert tasks.close_silent((due + dt.timedelta(seconds=1)).isoformat()) == 1
    assert Complaint.objects.get().state == S.CLOSED
    assert tasks.close_silent((due + dt.timedelta(days=1)).isoformat()) == 0


def test_an_objection_is_decided_by_another_than_the_answerer(road, cast):
    road.work()
    road.answer()
    road.go(road.holder, "object", reason="Masih mati.")
    cast.bagas.assignments.first().position.__class__.objects.filter(title="Pengelola Rumah Tangga").update(
        roles=["complaint_officer", "complaint_verifier"]
    )
    road.cast.bagas = type(cast.bagas).objects.get(pk=cast.bagas.pk)
    with pytest.raises(Refused, match="petugas lain"):
        road.go("bagas", "grant_reopening", reason="Tidak perlu.")
    road.go("sekar", "grant_reopening", reason="Diperiksa lagi.")
    assert road.case.state == S.REOPENED
    assert clocks_of(subject_key(road.case)).filter(code="complaint.answer.complaint").count() == 2
    road.go("sekar", "resume_reopened")
    assert road.case.unit is not None


def test_one_answer_is_objected_to_once_and_only_in_its_window(road):
    road.work()
    road.answer()
    late = road.clock("complaint.objection").due_at + dt.timedelta(days=1)
    with pytest.raises(Refused, match="sudah lewat"):
        COMPLAINT.perform(road.case, "object", actor=road.holder, at=late, reason="x")
    road.go(road.holder, "object", reason="Masih mati.")
    road.go("sekar", "refuse_reopening", reason="Sudah menyala saat diperiksa.")
    assert road.case.state == S.CLOSED
    assert "Ombudsman" in road.case.messages.last().text
    with pytest.raises(Refused, match="sudah pernah"):
        road.go(road.holder, "object", reason="Lagi.")


def test_an_incomplete_case_lapses_after_a_reminder_and_its_time(road):
    road.go("sekar", "ask_completion", text="Di gedung mana?", reason_code="place")
    clock = road.clock("complaint.completion")
    assert (clock.due_at.date() - road.at.date()).days == 30
    with pytest.raises(Refused, match="belum diingatkan"):
        COMPLAINT.perform(road.case, "lapse", actor=SYSTEM, at=clock.due_at + dt.timedelta(days=1))
    assert tasks.lapse_incomplete((clock.due_at - dt.timedelta(days=7)).isoformat()) == 0
    assert tasks.lapse_incomplete((clock.due_at - dt.timedelta(days=6)).isoformat()) == 0
    reminders = [step for step in history(subject_key(road.case)) if step.verb.endswith(".remind")]
    assert len(reminders) == 1
    assert tasks.lapse_incomplete((clock.due_at + dt.timedelta(days=1)).isoformat()) == 1
    assert Complaint.objects.get().state == S.WITHDRAWN


def test_the_third_return_is_told_to_the_heads_above(road, cast):
    for _turn in range(3):
        if road.case.state == S.RECEIVED:
            road.verify()
        road.assign()
        road.go("rini", "return_assignment", reason="Bukan tugas kami.")
    assert road.case.returns == 3
    assert road.case.state == S.VERIFIED


def test_oversight_runs_both_limits_and_shows_the_earlier_and_needs_a_report(road):
    road.verify(oversight=True)
    codes = {clock.code for clock in clocks_of(subject_key(road.case))}
    assert {"complaint.answer.oversight", "complaint.answer.oversight_statute"} <= codes
    road.assign(Position.objects.get(title="Pengelola Rumah Tangga"))
    road.go("bagas", "start", text="Kami periksa.")
    assert road.case.clock.code == "complaint.answer.oversight_statute"
    with pytest.raises(Refused, match="LHP"):
        road.answer()
    assert road.answer(inspection_ref="700/12/2026").state == S.ANSWERED


def test_the_accused_office_neither_sees_nor_works_nor_receives_the_case(road, cast):
    accused = Unit.objects.get(code="subbag-rumah-tangga")
    road.verify(accused_unit=accused)
    assert not Complaint.objects.visible_to(cast.rini).exists()
    with pytest.raises(Refused, match="unit yang dilaporkan"):
        road.assign()


def test_a_handed_over_case_comes_back_by_objection(road):
    road.hand_over()
    assert road.case.ended_at == road.at
    road.go(road.holder, "object_outcome", reason="Jalan ini milik provinsi.")
    assert (road.case.state, road.case.ended_at) == (S.RECEIVED, None)


def test_duplicates_form_no_chain_and_no_circle(road, cast, now):
    other = Road(cast, now)
    road.merge(other.case)
    with pytest.raises(Refused, match="sudah digabung ke pengaduan ini"):
        other.merge(road.case)
    third = Road(cast, now)
    with pytest.raises(Refused, match="dirinya sendiri"):
        third.merge(third.case)


def test_a_holder_of_another_code_is_refused(road, cast, now):
    road.work()
    road.answer()
    stranger = Actor.holder(subject_key(Road(cast, now).case))
    with pytest.raises(Forbidden):
        road.go(stranger, "accept")


def test_the_database_moves_a_case_only_along_the_table_all_fifteen_by_fifteen(real_db, owner_db):
    owner_db.execute("CREATE TEMP TABLE probe (state text)")
    owner_db.execute("INSERT INTO probe VALUES ('')")
    owner_db.execute(
        "CREATE TRIGGER moves BEFORE UPDATE ON probe FOR EACH ROW EXECUTE FUNCTION complaints_complaint_moves()"
    )
    passed = set()
    for source in S.values:
        for target in S.values:
            owner_db.execute("ALTER TABLE probe DISABLE TRIGGER moves")
            owner_db.execute("UPDATE probe SET state = %s", [source])
            owner_db.execute("ALTER TABLE probe ENABLE TRIGGER moves")
            try:
                owner_db.execute("UPDATE probe SET state = %s", [target])
            except psycopg.errors.CheckViolation:
                continue
            passed.add((source, target))
    assert passed - {(state, state) for state in S.values} == set(moves(COMPLAINT))


def test_a_write_past_the_engine_is_refused_by_the_database(road):
    with pytest.raises(IntegrityError, match="does not move"), transaction.atomic():
        Complaint.objects.filter(pk=road.case.pk).update(state=S.ANSWERED)
    with pytest.raises(IntegrityError, match="begins as"), transaction.atomic():
        road.case.pk, road.case.number = None, "ADU-2026-777777"
        road.case.state = S.CLOSED
        road.case.save(force_insert=True)


def test_a_step_from_the_wrong_state_is_stale(road):
    with pytest.raises(Stale):
        road.go("sekar", "assign", unit=Unit.objects.first())
