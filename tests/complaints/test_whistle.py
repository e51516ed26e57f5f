"""Wrongs done by officials: the Inspektorat alone has the case, from the filing or from a verifier's hand-in."""

import datetime as dt
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment
from biroumum.notifications.models import Message as Mail, Notification
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from biroumum.workflow.transition import Door
from biroumum.worktime.queries import clocks_of, running
from complaints import services
from complaints.kernel import work
from complaints.models import Complaint, Reporter
from complaints.public_views import words
from complaints.reports import public
from complaints.services import Contact
from complaints.services.deadlines import promised
from complaints.states import ENDED, Kind, State, Visibility
from complaints.workflow import COMPLAINT
from tests.complaints.citizen import Citizen
from tests.complaints.test_intake import content, file

DAY = dt.timedelta(days=1)
CONTACT = Contact(name="Warga Contoh", email="warga@contoh.example")
TWICE = {"kind": "complaint", "oversight": False, "documents": False}


@pytest.fixture
def case(cast, now):
    return file(now, content=content(kind=Kind.WHISTLE), contact=CONTACT).complaint


def go(case, who, name, **data):
    return COMPLAINT.perform(case, name, actor=who if isinstance(who, Actor) else Actor.staff(who), **data)


def clocks(case):
    return {clock.code for clock in running(subject_key(case))}


def test_a_report_is_the_inspektorats_from_birth_under_a_number_and_limits_of_its_own(case):
    assert (case.number, case.sealed, case.unit) == ("WBS-2026-000001", True, None)
    assert case.visibility == Visibility.CONFIDENTIAL
    assert clocks(case) == {"complaint.verification.whistle"}
    assert not case.clock.limit.verified
    assert "belum ditemukan" in case.clock.limit.legal_basis


def test_of_its_two_limits_the_earlier_is_promised_and_holds(case, cast):
    filed = promised(case)  # looked at by Friday 27 November: sixty days on, not sixty working days
    assert timezone.localdate(filed.answered).isoformat() == "2027-01-26"
    case = go(case, cast.irma, "inspect", text="", at=filed.verified)
    assert case.clock.code == "complaint.answer.whistle_days"
    assert case.clock.due_at == filed.answered


def test_whoever_asks_for_it_to_be_open_gets_it_secret_all_the_same(cast, now):
    asked = content(kind=Kind.WHISTLE, visibility=Visibility.OPEN)
    assert file(now, content=asked).complaint.visibility == Visibility.CONFIDENTIAL


@pytest.mark.parametrize(
    "change",
    [
        {"visibility": "open"},
        {"visibility": "anonymous"},
        {"sealed": False},
        {"kind": "complaint", "visibility": "open"},
    ],
)
def test_the_database_keeps_it_secret_and_sealed(case, change):
    with pytest.raises(IntegrityError, match=r"complaint_(whistle|sealed)"), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(**change)


def test_its_reporter_gets_no_mail_and_no_administrator_finds_an_address(case, cast):
    go(case, cast.irma, "inspect", text="Kami periksa.")
    services.send_message(case, actor=Actor.staff(cast.irma), text="Ada saksi?")
    assert Reporter.objects.get().email == "warga@contoh.example"
    assert not Mail.objects.exists()


def test_without_a_reader_at_the_inspektorat_the_form_says_so_and_nothing_is_taken(cast, client):
    with transaction.atomic():
        Assignment.objects.filter(user__in=[cast.irma, cast.galih]).update(ends="2026-01-01")
    answer = Citizen(client).answer("jenis", kind="whistle")
    assert (answer.status_code, "belum ada yang membacanya" in answer.text) == (422, True)
    with pytest.raises(Refused):
        file(dt.datetime(2026, 11, 24, tzinfo=dt.UTC), content=content(kind=Kind.WHISTLE))
    assert not Complaint.objects.exists()


def test_through_the_form_it_is_secret_without_being_asked_and_needs_no_name(cast, client):
    citizen = Citizen(client)
    citizen.answer("jenis", kind="whistle")
    citizen.answer("kejadian", title="Uang diminta", description="Uang diminta di loket.")
    page = client.get("/pengaduan/baru/kejadian/")
    assert "Hanya pemeriksa Inspektorat" in page.text
    assert "mirip" not in page.text  # what is typed goes nowhere before it is sent
    case, code = citizen.file(kind="whistle", name="Warga")
    assert (case.kind, case.visibility, case.watched) == ("whistle", "confidential", None)
    page = client.get(citizen.track(case, code)).text
    assert "Diperiksa Inspektorat paling lambat" in page
    assert "Dua pemeriksa" in page


def test_a_choice_of_an_earlier_kind_does_not_survive_the_change_to_this_one(cast, client):
    citizen = Citizen(client)
    citizen.fill_in(visibility="anonymous")
    citizen.answer("jenis", kind="whistle")
    assert 'name="name"' in client.get("/pengaduan/baru/kontak/").text
    answer = citizen.send()
    assert answer.context["case"].visibility == "confidential"


def test_no_step_of_anyone_else_moves_it(case, cast):
    others = [user for name, user in vars(cast).items() if name not in ("irma", "galih")]
    for step in COMPLAINT:
        if not isinstance(step.permission, Door) and case.state in step.sources:
            for user in others:
                with pytest.raises((Forbidden, Refused)):
                    go(case, user, step.name, reason="x")
    case.refresh_from_db()
    assert (case.kind, case.state) == ("whistle", "received")


@pytest.mark.parametrize("step", ["reclassify_work", "hand_in"])
def test_it_does_not_leave_the_class_by_another_door(case, cast, step):
    case = go(case, cast.irma, "inspect", text="")
    with pytest.raises((Refused, Forbidden)):
        go(case, cast.irma, step, reason="x", **(TWICE if step != "hand_in" else {}))
    with pytest.raises(Refused):
        services.ask_unit(case, unit=cast.bagas.live[0].position.unit, text="x", actor=Actor.staff(cast.irma))


STEPS = {
    "dismiss": {"reason": "x", "reason_code": "unclear"},
    "ask_reporter": {"text": "x"},
    "reply": {"text": "x"},
    "schedule": {"text": "x", "scheduled_for": dt.date(2026, 12, 1)},
    "hand_over_work": {"agency": "x", "reason": "x", "follow_up": "x", "reason_code": "central"},
    "answer": {"text": "x", "result": "explained"},
} | {
    name: {"reason": "x"}
    for name in "continue_work return_assignment object object_outcome uphold overrule".split()
}


def walk(case, people, seen):
    """Every state its examiners and its reporter bring it to, with what an examiner can do there; tried, not kept."""
    seen[case.state] = set()
    for who in people:
        for step in COMPLAINT.available(case, who):
            with transaction.atomic():
                with suppress(Refused):
                    after = go(case, who, step.name, **STEPS.get(step.name, {}))
                    if who.user:
                        seen[case.state].add(step.name)
                    if after.is_whistle and after.state not in seen:
                        walk(after, people, seen)
                transaction.set_rollback(True)


def test_wherever_it_can_come_to_an_examiner_can_go_on(case, cast):
    seen = {}
    walk(case, [Actor.staff(cast.irma), Actor.staff(cast.galih), Actor.holder(subject_key(case))], seen)
    assert {"in_progress", "scheduled", "reopen_requested", "reopened", "archived", "handed_over"} <= set(
        seen
    )
    waits_for_nobody = {*ENDED, State.ANSWERED}
    assert [state for state, steps in seen.items() if not steps and state not in waits_for_nobody] == []


def test_no_two_buttons_of_it_bear_the_same_words_whatever_rights_meet_in_one_person(case):
    for state in State:
        labels = [str(s.label) for s in COMPLAINT if state in s.sources and (s.fits is None or s.fits(case))]
        assert len(labels) == len(set(labels)), (state, labels)


@pytest.mark.parametrize(
    "step", ["hand_over", "archive", "ask_completion", "mark_duplicate", "withdraw", "return_assignment"]
)
def test_not_even_who_has_both_rights_takes_it_down_the_ordinary_road(case, cast, step):
    actor = Actor.staff(cast.irma)
    with pytest.raises(Refused):
        COMPLAINT[step].guard(case, actor=actor, at=case.received_at, reason="x")


def test_the_examiners_go_the_whole_road_and_another_judges_the_objection(case, cast):
    holder = Actor.holder(subject_key(case))
    case = go(case, cast.irma, "inspect", text="Kami periksa.")
    assert case.unit.code == "inspektorat"
    assert clocks(case) == {"complaint.answer.whistle", "complaint.answer.whistle_days"}
    case = go(case, cast.galih, "ask_reporter", text="Kapan?")
    case = go(case, holder, "reply", text="Senin.")
    case = go(case, cast.irma, "answer", text="Terbukti dan ditindak.", result="explained")
    case = go(case, holder, "object", reason="Belum tuntas.")
    with pytest.raises(Refused):
        go(case, cast.irma, "uphold", reason="x")
    case = go(case, cast.galih, "uphold", reason="Benar.")
    assert go(case, cast.irma, "inspect", text="").state == State.IN_PROGRESS


def test_it_waits_in_the_work_list_of_the_examiners_and_in_no_other(case, cast):
    for name, user in vars(cast).items():
        labels = [item.action_label for item in work(user) if item.number == case.number]
        assert labels == (["Mulai periksa"] if name in ("irma", "galih") else []), name


def test_a_missed_deadline_warns_the_examiners_in_the_portal_and_nobody_by_mail(case, cast):
    services.warn_of_deadlines(at=case.received_at + 6 * DAY)
    assert {line.user for line in Notification.objects.all()} == {cast.irma, cast.galih}
    assert not Mail.objects.exists()


def test_public_figures_stand_as_if_it_were_not_there(cast, now):
    params = public.year(now.date())
    without = public.count(params, now)
    file(now, content=content(kind=Kind.WHISTLE))
    assert public.count(params, now) == without
    file(now)
    assert public.count(params, now) != without


def test_an_examiner_it_accuses_is_named_by_the_other_and_the_last_reader_by_no_one(case, cast):
    galih = Actor.staff(cast.galih)
    services.name_accused(case, actor=galih, officer=cast.irma, reason="Disebut.")
    assert not Complaint.objects.visible_to(cast.irma).exists()
    with pytest.raises(Forbidden):
        services.name_accused(case, actor=Actor.staff(cast.sekar), officer=None, reason="x")
    Assignment.objects.filter(user=cast.irma).update(ends="2026-01-01")
    other = file(case.received_at, content=content(kind=Kind.WHISTLE)).complaint
    with pytest.raises(Refused):
        services.name_accused(other, actor=galih, officer=cast.galih, reason="x")


def test_its_page_promises_no_word_to_superiors_when_the_deadline_is_missed(case, now):
    (told,) = words.running_deadlines(case, clocks_of(subject_key(case)), now)
    assert told.then == "Bila lewat, Anda dapat mengunduh surat keterangan di halaman ini."


def test_an_examiner_filters_by_this_kind_and_finds_it_by_its_last_digits(case, cast, client_for, now):
    other = file(now).complaint
    irma, sekar = client_for(cast.irma), client_for(cast.sekar)
    for asked in ("?kind=whistle", "?q=1"):
        page = irma.get(f"/kerja/pengaduan/{asked}").text
        assert (case.number in page, other.number in page) == (True, False)
    assert 'value="whistle"' in irma.get("/kerja/pengaduan/").text
    assert 'value="whistle"' not in sekar.get("/kerja/pengaduan/").text
    assert other.number in sekar.get("/kerja/pengaduan/?q=1").text
