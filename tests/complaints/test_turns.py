"""Whose turn a case is: nothing stays with an office that let it go, and nothing waits where nobody looks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.models import Unit
from biroumum.audit.queries import history
from biroumum.notifications.models import Message
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal
from complaints import kernel, tasks
from complaints.kernel import work
from complaints.models import Complaint, Reporter
from complaints.public_views.words import holding, without_reply
from complaints.states import UNHELD, State

DAY = dt.timedelta(days=1)
HANDOVER = {"agency": "Dinas Contoh", "reason": "Jalan kabupaten.", "follow_up": "Telepon 024 000"}


@pytest.fixture
def held(road):
    """A case on the officer's desk."""
    road.work()
    return road


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
        monkeypatch.setattr(kernel.timezone, "now", lambda: asked.at + day * DAY)
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
