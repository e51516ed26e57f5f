"""Several cases sent at once: checked first, each by itself, each refusal said by number and reason, twice is once."""

import re

import pytest
from django.db import connection

from biroumum.accounts.models import Position, Unit
from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints.models import Complaint, Disposition
from complaints.states import State
from complaints.views import together
from tests.complaints.road import Road
from tests.races import at_once

LIST, TOGETHER = "/kerja/pengaduan/", "/kerja/pengaduan/bersama/"


@pytest.fixture
def roads(cast, now):
    roads = [Road(cast, now) for _case in range(4)]
    for road in roads[:3]:
        road.verify()
    return roads


@pytest.fixture
def order(db):
    unit = Unit.objects.get(code="subbag-rumah-tangga")
    position = Position.objects.get(title="Pengelola Rumah Tangga")
    return {"unit": unit.pk, "position": position.pk, "instruction": "Periksa bersama."}


def ids(roads):
    return [road.case.pk for road in roads]


def states(roads):
    return [Complaint.objects.get(pk=road.case.pk).state for road in roads]


def test_the_list_offers_boxes_to_who_may_assign_and_only_when_asked(roads, client_for):
    cast, box = roads[0].cast, 'type="checkbox" name="pilih"'
    assert box not in client_for(cast.sekar).get(LIST).text
    page = client_for(cast.sekar).get(f"{LIST}?memilih=1&q=lampu").text
    assert page.count(box) == 4
    assert 'action="/kerja/pengaduan/bersama/"' in page
    roads[0].assign()
    assert box not in client_for(cast.bagas).get(f"{LIST}?memilih=1").text


def test_the_page_to_check_shows_what_would_be_sent_and_changes_nothing(roads, client_for):
    page = client_for(roads[0].cast.sekar).get(TOGETHER, {"pilih": ids(roads)}).text
    assert all(road.case.number in page for road in roads)
    assert (page.count("Siap"), page.count("Tidak dapat didisposisi")) == (3, 1)
    assert states(roads) == [State.VERIFIED] * 3 + [State.RECEIVED]


def test_each_is_sent_with_its_own_trace_and_the_refused_is_said_by_number_and_reason(
    roads, client_for, order
):
    page = client_for(roads[0].cast.sekar).post(TOGETHER, order | {"pilih": ids(roads)})
    assert page.status_code == 200
    assert states(roads) == [State.ASSIGNED] * 3 + [State.RECEIVED]
    for road in roads[:3]:
        step = history(subject_key(road.case), limit=1)[0]
        assert (step.verb, step.who) == (
            "complaints.complaint.assign",
            "Verifikator Pengaduan, Sekar Contohwati",
        )
    said = re.sub(r"<[^>]+>|\s+", " ", page.text)
    assert re.search(rf"Ditolak {roads[3].case.number} Keadaannya Diterima", re.sub(" +", " ", said))


def test_one_that_is_refused_takes_no_other_back(roads, client_for, order):
    Complaint.objects.filter(pk=roads[1].case.pk).update(accused_unit=order["unit"])
    page = client_for(roads[0].cast.sekar).post(TOGETHER, order | {"pilih": ids(roads[:3])})
    assert states(roads[:3]) == [State.ASSIGNED, State.VERIFIED, State.ASSIGNED]
    assert "tidak dapat diteruskan ke unit yang dilaporkan" in page.text


def test_sent_twice_it_is_done_once_and_the_second_says_so(roads, client_for, order):
    client, data = client_for(roads[0].cast.sekar), order | {"pilih": ids(roads[:3])}
    client.post(TOGETHER, data)
    page = client.post(TOGETHER, data)
    assert page.text.count("Sudah ada di sana.") == 3
    assert Disposition.objects.count() == 3


def test_without_an_office_or_a_choice_nothing_happens_and_the_choice_is_kept(roads, client_for, order):
    client = client_for(roads[0].cast.sekar)
    page = client.post(TOGETHER, {"pilih": ids(roads[:2])})
    assert (page.status_code, "Pilih unit" in page.text, page.text.count("checked")) == (422, True, 2)
    assert client.post(TOGETHER, order).status_code == 422
    assert "Belum ada pengaduan" in client.get(TOGETHER, {"pilih": ["x", "9" * 30]}).text


def test_a_case_one_may_not_see_is_neither_named_nor_sent(roads, client_for, order):
    page = client_for(roads[0].cast.rini).post(TOGETHER, order | {"pilih": ids(roads[:1])})
    assert page.status_code == 422
    assert roads[0].case.number not in page.text
    assert states(roads[:1]) == [State.VERIFIED]


def test_no_more_than_a_page_at_once(roads, client_for, order, monkeypatch):
    monkeypatch.setattr(together, "MOST", 2)
    page = client_for(roads[0].cast.sekar).post(TOGETHER, order | {"pilih": ids(roads[:3])})
    assert states(roads[:3]) == [State.ASSIGNED, State.ASSIGNED, State.VERIFIED]
    assert "1 yang dipilih tidak ikut" in page.text


def test_the_head_gives_the_cases_of_the_office_to_its_people(roads, client_for, order):
    roads[0].assign()
    roads[1].assign()
    page = client_for(roads[0].cast.rini).post(TOGETHER, order | {"pilih": ids(roads[:2])})
    assert page.text.count("Terkirim.") == 2
    assert set(Complaint.objects.filter(pk__in=ids(roads[:2])).values_list("position", flat=True)) == {
        order["position"]
    }
    assert history(subject_key(roads[0].case), limit=1)[0].verb == "complaints.complaint.delegate"


def test_a_head_delegates_to_who_works_in_the_office_and_not_to_who_has_it(roads):
    roads[0].assign()
    own, other = (Position.objects.get(title=f"Pengelola {name}") for name in ("Rumah Tangga", "Aset"))
    with pytest.raises(Refused, match="unit yang sama"):
        roads[0].go("rini", "delegate", position=other)
    due = roads[0].case.clock
    assert roads[0].go("rini", "delegate", position=own).position == own
    assert roads[0].case.clock == due
    with pytest.raises(Refused, match="sudah memegang"):
        roads[0].go("rini", "delegate", position=own)


def test_two_sendings_at_once_make_one_disposition_each(real_db, cast, now, client_for):
    roads = [Road(cast, now) for _case in range(3)]
    for road in roads:
        road.verify()
    unit = Unit.objects.get(code="subbag-rumah-tangga")
    data = {"unit": unit.pk, "position": "", "instruction": "", "pilih": ids(roads)}
    clients = [client_for(cast.sekar) for _tab in range(2)]
    pages = at_once(*[lambda client=client: client.post(TOGETHER, data) for client in clients])
    assert [page.status_code for page in pages] == [200, 200]
    assert Disposition.objects.count() == 3
    connection.close()
