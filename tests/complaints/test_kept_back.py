"""What keeps an ended case from losing its data when its time is over: a hold, an open objection, a running original."""

import datetime as dt

import pytest
from django.db import transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from biroumum.worktime.models import TimeLimit
from complaints import services
from complaints.models import Complaint, Erasure, Hold, Reporter
from complaints.services import retention
from complaints.states import Retained
from complaints.tasks import anonymise_ended
from tests.complaints.road import Road

YEAR = dt.timedelta(days=366)


class Met(Road):
    """A road whose reporter can be reached, so that there is something to forget."""

    def __init__(self, cast, now):
        super().__init__(cast, now)
        with transaction.atomic():
            Reporter.objects.create(complaint=self.case, name="Mertosono Widyakrama")

    def archive(self, reason_code="unclear"):
        return self.go("sekar", "archive", reason_code=reason_code, reason="Tidak dapat ditindaklanjuti.")

    def close(self):
        self.work()
        self.answer()
        return self.go(self.holder, "accept")


@pytest.fixture
def road(real_db, cast, now):
    return Met(cast, now)


@pytest.fixture
def archived(road):
    road.archive()
    return road


def forgotten(road, after=YEAR):
    """Whether the nightly run at that time takes the case."""
    return bool(anonymise_ended((road.at + after).isoformat()))


def act(road, name, who="sekar", **data):
    data = {"reason": "Perkara 12/G/2027", "at": road.at} | data
    return getattr(services, name)(road.case, actor=Actor.staff(getattr(road.cast, who)), **data)


def test_a_case_at_rest_is_taken_when_its_time_is_over(archived):
    assert forgotten(archived)


def test_a_held_case_is_not_taken_until_the_hold_is_lifted(archived):
    act(archived, "hold")
    assert not forgotten(archived)
    act(archived, "lift_hold", at=archived.at + YEAR)
    assert forgotten(archived)


def test_a_case_in_court_is_held_by_the_step_that_ends_it(road):
    road.archive("in_court")
    assert services.held(road.case).placed_by == road.cast.sekar
    assert not forgotten(road)
    act(road, "lift_hold")
    assert forgotten(road)


def test_a_case_that_ends_in_court_a_second_time_keeps_its_one_hold(road):
    road.archive("in_court")
    road.go("sekar", "restore", reason="Keliru.")
    road.archive("in_court")
    assert Hold.objects.filter(complaint=road.case).count() == 1


def test_one_hold_at_a_time_and_none_is_lifted_twice(archived):
    with pytest.raises(Refused):
        act(archived, "lift_hold")
    act(archived, "hold")
    with pytest.raises(Refused):
        act(archived, "hold")
    act(archived, "lift_hold")
    act(archived, "hold")
    assert Hold.objects.count() == 2


@pytest.mark.parametrize("who", ["danu", "rini", "bagas", "admin", "laras"])
def test_only_who_decides_disputes_holds_and_lifts(archived, who):
    for name in ("hold", "lift_hold"):
        with pytest.raises(Forbidden):
            act(archived, name, who)


def test_the_accused_hold_nothing(archived):
    with transaction.atomic():
        Complaint.objects.update(accused_officer=archived.cast.sekar)
    with pytest.raises(Forbidden):
        act(archived, "hold")
    act(archived, "hold", "hartono")


def test_holding_and_lifting_are_steps_of_the_history_with_their_reason(archived):
    act(archived, "hold")
    act(archived, "lift_hold", reason="Putusan tetap.")
    lifted, held = history(subject_key(archived.case))[:2]
    assert (held.label, held.data["reason"]) == ("Penghapusan data ditahan", "Perkara 12/G/2027")
    assert (lifted.label, lifted.data["reason"]) == ("Penahanan data dicabut", "Putusan tetap.")
    assert not held.public


def test_nothing_goes_while_the_citizen_may_still_object(road):
    road.archive()
    with transaction.atomic():
        TimeLimit.objects.filter(code="retention.contact").update(days=1)
    assert not forgotten(road, dt.timedelta(days=3))
    assert forgotten(road, dt.timedelta(days=30))


def test_nothing_goes_while_an_objection_is_open(road):
    road.close()
    road.go(road.holder, "object", reason="Lampu masih mati.")
    assert not forgotten(road, 9 * YEAR)


def test_a_duplicate_waits_for_its_original(road, cast, now):
    original = Road(cast, now)
    original.verify()
    road.merge(original.case)
    assert not forgotten(road)
    original.hand_over()
    assert forgotten(road)


def test_what_is_done_already_is_skipped_without_a_new_trace(archived):
    at = archived.at + YEAR
    assert set(services.anonymise(archived.case, actor=SYSTEM, at=at)) == {Retained.CONTACT}
    steps = history(subject_key(archived.case))
    assert services.anonymise(archived.case, actor=SYSTEM, at=at) == {}
    assert history(subject_key(archived.case)) == steps


def test_a_hold_that_came_first_is_seen_by_the_run_that_found_the_case_before(archived):
    """The run lists its cases, then one is held, then it comes to that one."""
    at = archived.at + YEAR
    listed = list(retention.due(at))
    act(archived, "hold")
    assert [services.anonymise(case, actor=SYSTEM, at=at) for case in listed] == [{}]
    assert not Erasure.objects.exists()


def test_the_page_holds_and_lets_go(archived, client_for, cast):
    page = f"{archived.case.get_absolute_url()}tahan/"
    client = client_for(cast.hartono)
    assert "Tahan data" in client.get(page).content.decode()
    assert client.post(page, {"lift": "False", "reason": ""}).status_code == 422
    assert client.post(page, {"lift": "False", "reason": "Diperiksa Ombudsman"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Diperiksa Ombudsman" in shown
    assert "Cabut penahanan" in shown
    stale = client.post(page, {"lift": "False", "reason": "Lagi"})
    assert (stale.status_code, "sudah ditahan" in stale.content.decode()) == (422, True)
    assert client.post(page, {"lift": "True", "reason": "Selesai"}).status_code == 302
    assert "Penahanan data" in client.get(archived.case.get_absolute_url()).content.decode()
    assert "tahan/" not in client_for(cast.rini).get(archived.case.get_absolute_url()).content.decode()


def test_data_of_a_whistle_blowers_report_are_held_by_the_inspektorat_alone(archived):
    with transaction.atomic():
        Complaint.objects.update(kind="whistle", sealed=True, visibility="confidential")
    archived.case.refresh_from_db()
    for who in ("sekar", "hartono"):
        with pytest.raises(Forbidden):
            act(archived, "hold", who)
    act(archived, "hold", "irma")
    assert not forgotten(archived)


def test_a_contact_no_key_opens_any_more_goes_all_the_same(archived, settings):
    settings.SEAL_KEYS = ["another one"]
    assert forgotten(archived)
    assert not Reporter.objects.exists()
