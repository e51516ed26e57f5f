"""Whoever is away names who stands in: rights for those days, work in their list, and the log says for whom."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, Position, User
from biroumum.audit.queries import history
from biroumum.notifications.models import Notification
from biroumum.portal import stand_ins
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint
from complaints.states import Visibility
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road
from tests.races import at_once, meeting, went

DAY = dt.timedelta(days=1)


def again(user):
    return User.objects.get(pk=user.pk)


def name(by, title, user, *, start=0, days=5):
    starts = timezone.localdate() + start * DAY
    position = Position.objects.get(title=title)
    return stand_ins.name_stand_in(
        position, user, starts=starts, ends=starts + days * DAY, actor=Actor.staff(by)
    )


@pytest.fixture
def away(cast):
    """Wulan of another office stands in for Bagas from today."""
    return name(cast.bagas, "Pengelola Rumah Tangga", cast.wulan)


def test_the_page_names_one_and_the_person_hears_of_it(cast, client_for):
    client, position = client_for(cast.bagas), Position.objects.get(title="Pengelola Rumah Tangga")
    day = timezone.localdate()
    data = {"position": position.pk, "user": cast.wulan.pk, "starts": str(day), "last": str(day + DAY)}
    assert client.post("/kerja/pengganti/", data).status_code == 302
    assert "Plh. Pengelola Rumah Tangga" in client_for(again(cast.wulan)).get("/kerja/pengganti/").text
    assert Notification.objects.get(user=cast.wulan).url == "/kerja/pengganti/"
    row = Assignment.objects.get(kind="plh")
    assert (row.starts, row.ends) == (day, day + 2 * DAY)
    assert history(subject_key(row))[0].label == "Pengganti ditunjuk"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last": "2020-01-01"}, "tidak mendahului"),
        ({"starts": "2020-01-01"}, "hari ini atau sesudahnya"),
        ({"starts": ""}, "Isi hari pertama"),
        ({"position": "0"}, "Pilih salah satu"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(cast, client_for, changes, said):
    day = str(timezone.localdate() + DAY)
    position = Position.objects.get(title="Pengelola Rumah Tangga")
    data = {"position": position.pk, "user": cast.wulan.pk, "starts": day, "last": day} | changes
    page = client_for(cast.bagas).post("/kerja/pengganti/", data)
    assert (page.status_code, said in page.text) == (422, True)
    assert not Assignment.objects.filter(kind="plh").exists()


def test_one_names_for_oneself_a_head_for_those_below_and_nobody_for_others(cast):
    name(cast.rini, "Pengelola Rumah Tangga", cast.wulan)
    name(cast.hartono, "Kepala Subbagian Rumah Tangga", cast.bagas)
    with pytest.raises(Forbidden):
        name(cast.bagas, "Pengelola Aset", cast.tamu)
    with pytest.raises(Forbidden):
        name(cast.wulan, "Kepala Biro Umum", cast.wulan)


def test_rights_over_rights_are_not_lent_and_a_stand_in_lends_nothing_on(cast, away):
    with pytest.raises(Forbidden):
        name(cast.hartono, "Administrator Sistem", cast.bagas)
    with pytest.raises(Forbidden):  # or one examiner could make the second who opens an identity
        name(cast.irma, "Pemeriksa Madya", cast.bagas)
    with pytest.raises(Forbidden):
        name(again(cast.wulan), "Pengelola Rumah Tangga", cast.danu, start=9)


def test_the_work_of_who_is_away_is_in_the_list_also_the_confidential_and_can_be_done(cast, away, client_for):
    road = Road(cast, timezone.now() - 10 * DAY)
    road.work()
    Complaint.objects.update(visibility=Visibility.CONFIDENTIAL)
    client = client_for(again(cast.wulan))
    assert road.case.number in client.get("/kerja/").text
    data = {"text": "Lampu sudah diganti.", "result": "explained", "expected_state": road.case.state}
    assert client.post(f"{road.case.get_absolute_url()}answer/", data).status_code == 302
    done = history(subject_key(road.case))[0]
    assert done.who == "Plh. Pengelola Rumah Tangga, Wulan Sampel, menggantikan Bagas Umpama"
    assert done.office == "Subbagian Rumah Tangga"


def test_own_work_is_still_done_from_the_own_chair(cast, away, now):
    road = Road(cast, now)
    road.verify()
    own = Position.objects.get(title="Pengelola Aset")
    road.go("sekar", "assign", unit=own.unit, position=own)
    COMPLAINT.perform(road.case, "start", actor=Actor.staff(again(cast.wulan)), at=road.at)
    assert history(subject_key(road.case))[0].who == "Pengelola Aset, Wulan Sampel"


def test_it_begins_and_ends_with_its_days(cast, now):
    road = Road(cast, now)
    road.work()
    row = name(cast.bagas, "Pengelola Rumah Tangga", cast.wulan, start=1)

    def sees():
        return Complaint.objects.visible_to(again(cast.wulan)).filter(pk=road.case.pk).exists()

    assert not sees()
    Assignment.objects.filter(pk=row.pk).update(starts=timezone.localdate())
    assert sees()
    stand_ins.end_stand_in(row, actor=Actor.staff(cast.bagas))
    assert not sees()


def test_only_who_may_name_may_end(cast, away, client_for):
    address = f"/kerja/pengganti/{away.pk}/akhiri/"
    assert client_for(cast.danu).post(address).status_code == 404
    assert client_for(again(cast.wulan)).post(address).status_code == 403
    assert client_for(cast.rini).post(address).status_code == 302
    assert not Assignment.objects.live().filter(pk=away.pk).exists()


def test_no_two_for_one_chair_at_a_time_and_none_for_oneself(cast, away):
    with pytest.raises(Refused, match="sudah punya pengganti"):
        name(cast.rini, "Pengelola Rumah Tangga", cast.danu, start=2)
    with pytest.raises(Refused, match="sendiri menduduki"):
        name(cast.bagas, "Pengelola Rumah Tangga", cast.bagas, start=9)
    name(cast.rini, "Pengelola Rumah Tangga", cast.danu, start=5)


def test_the_database_wants_a_last_day(cast):
    position = Position.objects.get(title="Pengelola Aset")
    with pytest.raises(IntegrityError, match="assignment_stand_in_for_days"), transaction.atomic():
        Assignment.objects.create(position=position, user=cast.danu, kind="plh", starts=timezone.localdate())


@pytest.fixture
def name_two_at_once(real_db, cast, monkeypatch):
    meet, record = meeting(2), stand_ins.record

    def slow(*args, **data):
        meet()
        record(*args, **data)

    monkeypatch.setattr(stand_ins, "record", slow)

    def naming(user):
        return went(lambda: name(cast.rini, "Pengelola Rumah Tangga", user))

    return lambda: sum(at_once(naming(cast.wulan), naming(cast.danu)))


def test_of_two_named_at_once_one_stands_in_and_the_other_is_told(name_two_at_once):
    assert name_two_at_once() == 1


def test_without_lock_and_constraint_both_would(name_two_at_once, owner_db, no_row_locks):
    owner_db.execute("ALTER TABLE accounts_assignment DROP CONSTRAINT assignment_one_stand_in")
    assert name_two_at_once() == 2
