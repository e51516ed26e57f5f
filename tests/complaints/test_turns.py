"""Whose turn a case is: nothing stays with an office that let it go, and nothing waits where nobody looks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.audit.queries import history
from biroumum.notifications.models import Message, Notification
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal
from biroumum.workflow.engine import Refused
from complaints import kernel, services, tasks
from complaints.kernel import work
from complaints.models import Complaint, Reporter
from complaints.public_views.words import holding, without_reply
from complaints.states import UNHELD, State, SubtaskState

DAY = dt.timedelta(days=1)
HANDOVER = {"agency": "Dinas Contoh", "reason": "Jalan kabupaten.", "follow_up": "Telepon 024 000"}


@pytest.fixture
def held(road):
    """A case on the officer's desk."""
    road.work()
    return road


def vacate(road) -> None:
    """The officer leaves the chair; the next reading of anyone's rights is fresh."""
    Assignment.objects.filter(user=road.cast.bagas).update(ends=dt.date(2026, 11, 24))
    for name, user in vars(road.cast).items():
        setattr(road.cast, name, User.objects.get(pk=user.pk))


def listed(road) -> set[str]:
    """On whose work list it is."""
    return {
        name
        for name in ("sekar", "rini", "bagas", "wulan", "hartono")
        if list(work(getattr(road.cast, name)))
    }


@pytest.mark.parametrize("step", ["object_outcome", "restore"])
def test_what_an_office_handed_over_comes_back_to_the_verifier_and_leaves_that_office(held, step):
    held.go("bagas", "hand_over_work", reason_code="regency", **HANDOVER)
    held.go(held.holder if step == "object_outcome" else "hartono", step, reason="Bukan jalan kabupaten.")
    assert (held.case.state, held.case.unit, held.case.position) == (State.RECEIVED, None, None)
    assert holding(held.case) == "Verifikator pengaduan"
    assert listed(held) == {"sekar"}


@pytest.mark.parametrize("state", UNHELD)
def test_the_database_lets_no_office_have_what_the_verifier_has(road, state):
    reason = {"reason_code": "place"} if state == State.INCOMPLETE else {}
    for holder in (
        {"unit": Unit.objects.get(code="subbag-aset")},
        {"position": road.cast.bagas.live[0].position},
    ):
        with pytest.raises(IntegrityError, match="of_no_office"), transaction.atomic():
            Complaint.objects.update(state=state, **reason, **holder)


@pytest.fixture
def asked(held):
    """An officer has asked, and the reporter left an address."""
    Reporter.objects.update_or_create(complaint=held.case, defaults={"email": "sinta@contoh.example"})
    held.go("bagas", "ask_reporter", text="Lantai berapa?")
    return held


def reminders() -> int:
    return Message.objects.filter(key__contains="/reply_reminder/").count()


def daily(road, days: range) -> None:
    """The night's task of so many days after the question."""
    for ahead in days:
        tasks.lapse_incomplete((road.at + ahead * DAY).isoformat())


def test_who_does_not_answer_an_officer_is_reminded_once_after_a_week(asked):
    assert "kami mengingatkan Anda" in without_reply(asked.case)
    daily(asked, range(8))
    assert reminders() == 0
    daily(asked, range(8, 40))
    assert reminders() == 1
    case = Complaint.objects.get()
    assert case.state == State.AWAITING_REPORTER
    assert history(subject_key(case), limit=1)[0].verb == "complaints.complaint.remind"
    assert tanggal(asked.at + 15 * DAY) in without_reply(case)  # the reminder's day and a week


def test_a_week_after_the_reminder_it_is_on_the_officers_work_list_again(asked, monkeypatch, client_for):
    daily(asked, range(9))

    def listed_on(day: int) -> set[str]:
        monkeypatch.setattr(kernel.turns.timezone, "now", lambda: asked.at + day * DAY)
        return listed(asked)

    assert listed_on(14) == set()
    assert listed_on(16) == {"bagas"}
    assert "Tanpa balasan pelapor" in client_for(asked.cast.bagas).get("/kerja/").text
    asked.go("bagas", "continue_work", reason="Diperiksa di tempat.", days=16)
    asked.go("bagas", "ask_reporter", text="Kapan terakhir menyala?")
    assert listed_on(40) == set()  # a new question waits anew
    assert asked.case.reminded_at is None


def test_who_answered_is_not_reminded(asked):
    asked.go(asked.holder, "reply", text="Lantai dua.")
    daily(asked, range(30))
    assert reminders() == 0


WAYS = {
    State.IN_PROGRESS: ("", {}),
    State.AWAITING_REPORTER: ("ask_reporter", {"text": "Lantai berapa?"}),
    State.SCHEDULED: ("schedule", {"scheduled_for": dt.date(2026, 12, 3), "text": "Kamis."}),
}


def walk(road, state) -> None:
    """From work in progress to this state."""
    name, data = WAYS[state]
    if name:
        road.go("bagas", name, **data)


@pytest.mark.parametrize("state", WAYS)
def test_what_is_begun_can_be_given_to_another_officer_and_stays_where_it_is(held, state):
    walk(held, state)
    other = Position.objects.get(title="Kepala Subbagian Rumah Tangga")
    clock = held.case.clock
    held.go("rini", "delegate", position=other)
    assert (held.case.state, held.case.position, held.case.clock) == (state, other, clock)
    assert Notification.objects.filter(user=held.cast.rini, text__startswith="Disposisi baru").exists()


def test_a_case_of_the_wrong_office_goes_back_also_once_work_began_and_waits_for_no_part_of_it(held):
    unit = Unit.objects.get(code="subbag-aset")
    part = services.ask_unit(held.case, actor=Actor.staff(held.cast.bagas), unit=unit, text="Berapa lampu?")
    held.go("bagas", "return_assignment", reason="Gedung B dirawat Bagian Keuangan dan Aset.")
    assert (held.case.state, held.case.unit) == (State.VERIFIED, None)
    part.refresh_from_db()
    assert part.state == SubtaskState.CANCELLED
    assert listed(held) == {"sekar"}


def test_a_case_on_a_vacant_chair_is_on_the_work_list_of_the_head_who_gives_it_away(held):
    assert listed(held) == {"bagas"}
    vacate(held)
    assert listed(held) == {"rini"}
    held.go("rini", "delegate", position=Position.objects.get(title="Kepala Subbagian Rumah Tangga"))
    assert listed(held) == {"rini"}


def test_who_writes_to_a_vacant_chair_is_heard_by_the_head(asked):
    vacate(asked)
    asked.go(asked.holder, "reply", text="Lantai dua.")
    assert Notification.objects.get(text__startswith="Pelapor menjawab").user == asked.cast.rini


def test_a_reopened_case_does_not_go_back_to_a_vacant_chair(held):
    held.answer()
    held.go(held.holder, "object", reason="Masih mati.")
    held.go("hartono", "grant_reopening", reason="Benar.")
    assert listed(held) == {"sekar"}
    vacate(held)
    with pytest.raises(Refused, match="sedang kosong"):
        held.go("sekar", "resume_reopened")
    held.go("sekar", "assign", unit=held.case.unit)
    assert listed(held) == {"rini"}


def test_whoever_gets_a_reopened_case_back_is_told(held):
    held.answer()
    held.go(held.holder, "object", reason="Masih mati.")
    held.go("hartono", "grant_reopening", reason="Benar.")
    held.go("sekar", "resume_reopened")
    assert Notification.objects.get(text__startswith="Kembali untuk ditangani").user == held.cast.bagas
