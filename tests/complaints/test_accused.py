"""Who is complained about has no part in the case, whatever their role; what they held goes to their superior.

What each finds at the doors of such a case stands in test_visibility.
"""

import datetime as dt

import pytest
from django.core.cache import cache

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, Position, Unit
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.notifications.models import Notification
from biroumum.portal.demo.complaints import create_complaints
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, RoutingRule
from complaints.services import accused, check_publishable, name_accused
from complaints.services.routing import proposal
from complaints.states import Visibility
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road
from tests.complaints.test_steps_by_role import WHOSE
from tests.races import overtake, went

STAFF_STEPS = [step.name for step in COMPLAINT if isinstance(step.permission, str)]


def chair(title):
    return Position.objects.get(title=title)


def name(road, officer, *, who="sekar", **more):
    case = name_accused(
        road.case,
        actor=Actor.staff(getattr(road.cast, who)),
        officer=officer,
        **{"reason": "Disebut dalam uraian."} | more,
    )
    road.case = case
    return case


# -- nothing can be done by whom it is about


def test_every_step_is_refused_to_whom_it_accuses_whoever_may_take_it_else(db, cast):
    cases, asked = create_complaints(vars(cast)), 0
    data = {"unit": Unit.objects.first(), "scheduled_for": dt.date(2030, 1, 1), "reason": "x", "text": "x"}
    for step in STAFF_STEPS:
        case = next(case for case in cases if case.state in COMPLAINT[step].sources)
        for who in WHOSE[step].split():
            officer = getattr(cast, who)
            Complaint.objects.filter(pk=case.pk).update(accused_officer=officer)
            with pytest.raises(Refused, match="pihak yang dilaporkan"):
                COMPLAINT.perform(case, step, actor=Actor.staff(officer), **data)
            asked += 1
    assert asked > 20


def test_they_neither_publish_it_nor_are_told_of_it(road, cast):
    road.work()
    Complaint.objects.filter(pk=road.case.pk).update(accused_officer=cast.sekar)
    with pytest.raises(Refused, match="pihak yang dilaporkan"):
        check_publishable(Complaint.objects.get(), Actor.staff(cast.sekar))
    Notification.objects.all().delete()
    Complaint.objects.filter(pk=road.case.pk).update(accused_officer=cast.bagas)
    road.go("wulan", "ask_reporter", text="Di mana?")
    road.go(road.holder, "reply", text="Di gedung B.")
    assert not Notification.objects.filter(user=cast.bagas).exists()


def test_an_accused_head_is_not_called_to_decide_after_the_third_return(road, cast):
    road.verify(accused_officer=cast.hartono)
    for _turn in range(3):
        road.assign()
        road.go("rini", "return_assignment", reason="Bukan tugas kami.")
    assert road.case.returns == 3
    assert not Notification.objects.filter(user=cast.hartono).exists()


def test_the_verifier_does_not_classify_what_is_about_her(road, cast):
    with pytest.raises(Refused, match="Anda sendiri"):
        road.verify(accused_officer=cast.sekar)
    with pytest.raises(Refused, match="Minta verifikator lain"):
        name(road, cast.sekar)


def test_only_a_verifier_names(road, cast):
    with pytest.raises(Forbidden):
        name(road, cast.bagas, who="rini")


# -- where it goes


def test_it_is_not_sent_to_them_nor_to_an_office_they_alone_head(road, cast):
    road.verify(accused_officer=cast.bagas)
    with pytest.raises(Refused, match="Pilih atasannya"):
        road.assign(chair("Pengelola Rumah Tangga"))
    assert road.assign().unit.code == "subbag-rumah-tangga"
    other = Road(cast, road.at)
    other.verify(accused_officer=cast.rini)
    with pytest.raises(Refused, match="belum punya kepala"):
        other.assign()


def test_no_rule_proposes_them(road, cast):
    seat = chair("Pengelola Rumah Tangga")
    RoutingRule.objects.create(name="x", unit=seat.unit, position=seat)
    road.verify()
    assert proposal(road.case) is not None
    assert proposal(name(road, cast.bagas)) is None


def test_named_later_it_goes_to_their_head_with_its_deadlines(road, cast):
    road.work()
    due = road.case.clock.due_at
    case = name(road, cast.bagas)
    assert (case.unit.code, case.position) == ("subbag-rumah-tangga", None)
    assert case.clock.due_at == due
    assert case.dispositions.last().position is None
    assert Notification.objects.filter(user=cast.rini, text__contains="beralih").exists()
    assert road.go("rini", "answer", text="Sudah diperiksa.", result="explained").state == "answered"


def test_who_holds_nothing_of_it_moves_nothing(road, cast):
    road.work()
    case = name(road, cast.wulan)
    assert case.position.title == "Pengelola Rumah Tangga"
    assert case.dispositions.count() == 1


def test_a_head_without_superior_who_works_on_cases_needs_a_successor(road, cast):
    road.verify()
    road.assign()
    with pytest.raises(Refused, match="Pilih penggantinya"):
        name(road, cast.rini)
    assert Complaint.objects.get().accused_officer is None
    case = name(road, cast.rini, position=chair("Pengelola Aset"))
    assert (case.unit.code, case.position.title) == ("subbag-aset", "Pengelola Aset")


def test_the_next_office_above_with_a_head_who_works_on_cases_takes_over(road, cast):
    above = Unit.objects.get(code="rumah-tangga")
    seat = Position.objects.create(title="Kepala Bagian", unit=above, roles=["unit_head"], is_head=True)
    Assignment.objects.create(user=cast.tamu, position=seat, starts=dt.date(2025, 1, 1))
    road.verify()
    road.assign()
    assert name(road, cast.rini).unit == above


def test_a_mistaken_name_is_taken_back(road, cast):
    name(road, cast.bagas)
    assert name(road, None, reason="Salah orang.").accused_officer is None


# -- what is told


def test_the_log_says_who_named_and_why_and_never_whom(road, cast):
    name(road, cast.bagas)
    step = history(subject_key(road.case), limit=1)[0]
    assert (step.label, step.data["reason"]) == ("Petugas yang dilaporkan dicatat", "Disebut dalam uraian.")
    assert "Sekar" in step.who
    assert [change.shown for change in step.changes if change.label == "petugas terlapor"] == [False]
    assert cast.bagas.name not in str(
        [entry.body for entry in Entry.objects.filter(subject=subject_key(road.case))]
    )


def test_a_colleague_learns_of_it_only_when_it_is_theirs(road, cast):
    road.verify(visibility=Visibility.OPEN)
    road.assign()
    assert Complaint.objects.visible_to(cast.bagas).exists()
    name(road, cast.wulan)
    assert not Complaint.objects.visible_to(cast.bagas).exists()
    assert Complaint.objects.visible_to(cast.rini).exists()


def test_numbers_leave_it_out_for_them_alone(road, cast, client_for):
    road.work()
    cache.clear()

    def counted(who):
        page = client_for(getattr(cast, who)).get("/kerja/laporan/complaints-summary/")
        return Complaint.objects.counted_for(getattr(cast, who)).count(), page.status_code

    assert counted("hartono") == (1, 200)
    Complaint.objects.update(accused_officer=cast.hartono)
    assert counted("hartono") == (0, 200)
    assert counted("rini") == (1, 200)


def test_the_page_names_and_says_what_is_wrong(road, cast, client_for):
    road.work()
    client, address = client_for(cast.sekar), f"/kerja/pengaduan/{road.case.pk}/terlapor/"
    assert client.post(address, {"officer": cast.bagas.pk}).status_code == 422
    answer = client.post(address, {"officer": cast.sekar.pk, "reason": "x"})
    assert "Minta verifikator lain" in answer.content.decode()
    answer = client.post(address, {"officer": cast.bagas.pk, "reason": "Disebut."}, follow=True)
    assert cast.bagas.name in answer.content.decode()
    assert client_for(cast.bagas).get(f"/kerja/pengaduan/{road.case.pk}/").status_code == 404
    assert client_for(cast.bagas).get(address).status_code == 404


# -- named in the moment it is given to them


@pytest.fixture
def named_while_delegated(real_db, cast, now, monkeypatch):
    """Rini hands the case to Bagas once the verifier, naming him, has seen that he does not hold it.

    Gives whether Rini was let, and on which position the case then is.
    """
    road = Road(cast, now)
    road.verify()
    road.assign()
    given = went(lambda: road.go("rini", "delegate", position=chair("Pengelola Rumah Tangga")))
    delegated = overtake(monkeypatch, accused, "_lies_with", given)

    def run():
        name(road, cast.bagas)
        return delegated(), Complaint.objects.get().position

    return run


def test_who_is_being_named_is_given_nothing_of_it(named_while_delegated):
    assert named_while_delegated() == (False, None)


def test_without_the_row_lock_the_order_would_be_taken_and_lost(named_while_delegated, no_row_locks):
    assert named_while_delegated() == (True, None)
