"""Open311 before judges that are not ours: a client from PyPI against a running portal; and the file of all cases."""

import csv
import datetime as dt
import io
import tracemalloc

import georeport
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from complaints.exchange import bulk
from complaints.models import Complaint, Publication, Question
from complaints.states import Source, State, Visibility
from tests.complaints.open311_schema import SCHEMAS, TIME, check
from tests.complaints.road import Road

BULK = "/open311/bulk/requests.csv"
# The columns of open311.org/GeoReport/bulk, in its order.
COLUMNS = (
    "service_request_id,requested_datetime,updated_datetime,closed_date,status_description,status_notes,source,"
    "service_name,service_subtype,description,agency_responsible,address,lat,long"
)
ROW = {
    "service_request_id": "ADU-1",
    "status": "open",
    "lat": -6.9,
    "long": 110.4,
} | dict.fromkeys(("requested_datetime", "updated_datetime", "expected_datetime"), "2026-11-24T01:41:00Z")


@pytest.fixture
def road(cast, now):
    road = Road(cast, timezone.now() - dt.timedelta(days=9))
    road.work()
    road.publish()
    return road


class TestClient:
    """georeport reads; it files nothing."""

    @pytest.fixture(params=["json", "xml"])
    def theirs(self, live, road, request):
        with transaction.atomic():
            Question.objects.create(
                category=road.case.category, code="lantai", label="Lantai?", datatype="number"
            )
        return georeport.GeoReport(f"{live}/open311/v2", output_format=request.param)

    def test_finds_its_way_from_the_services_to_one_request(self, theirs, road):
        services = {row["service_code"]: row for row in theirs.get_service_list()}
        asked = theirs.get_service_definition(road.case.category.code)
        assert services[asked["service_code"]]["metadata"] in (True, "true")
        listed = theirs.get_service_requests(service_code=asked["service_code"], status="open")
        one = theirs.get_service_request(road.case.number)
        assert one == (listed[0] if isinstance(listed, list) else listed)
        assert one["service_request_id"] == road.case.number

    def test_asks_for_several_at_once_and_gets_the_published_alone(self, theirs, road, cast):
        hidden = Road(cast, road.at)
        numbers = f"{road.case.number},{hidden.case.number}"
        found = theirs.get_service_requests(service_request_id=numbers)
        assert [row["service_request_id"] for row in (found if isinstance(found, list) else [found])] == [
            road.case.number
        ]


class TestSchemas:
    """They can fail: each trap between the judges is one of theirs."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"service_request_id": 638344},
            {"zipcode": None},
            {"requested_datetime": "2026-11-24T08:41:00+07:00"},
            {"requested_datetime": "2026-11-24T01:41:00.5Z"},
            {"lat": "-6.9"},
            {"lat": 110.4, "long": 181},
            {"description": ""},
            {"status": "Closed"},
            {"email": "sari@contoh.id"},
        ],
    )
    def test_refuse_what_a_strict_client_would(self, changes):
        texts = dict.fromkeys(SCHEMAS["service_requests"]["items"]["properties"], "teks")
        good = texts | ROW
        check(SCHEMAS["service_requests"], [good])
        with pytest.raises(AssertionError):
            check(SCHEMAS["service_requests"], [good | changes])

    def test_refuse_wrapped_lists_and_truth_in_words(self):
        with pytest.raises(AssertionError):
            check(SCHEMAS["services"], {"services": []})
        service = dict.fromkeys(SCHEMAS["services"]["items"]["properties"], "x") | {"type": "realtime"}
        check(SCHEMAS["services"], [service | {"metadata": False}])
        with pytest.raises(AssertionError):
            check(SCHEMAS["services"], [service | {"metadata": "false"}])


@pytest.mark.django_db
class TestNotes:
    def ask(self, road, form="json", **query):
        return Client().get(f"/open311/v2/requests/{road.case.number}.{form}", query)

    def test_come_to_who_asks_for_extensions_alone(self, road):
        check(SCHEMAS["service_requests"], self.ask(road).json())
        check(SCHEMAS["service_requests"], self.ask(road, extensions="false").json())
        told = self.ask(road, extensions="true").json()
        check(SCHEMAS["with_notes"], told)
        said = [note["summary"] for note in told[0]["notes"]]
        assert said == [
            "Diterima",
            "Terverifikasi",
            "Diteruskan ke unit",
            "Mulai ditangani",
            "Diterbitkan untuk umum",
        ]
        assert b"<notes><note><datetime>" in self.ask(road, "xml", extensions="true").content

    def test_tell_nothing_of_what_office_and_reporter_say_to_each_other(self, road, cast):
        road.go("bagas", "ask_reporter", text="Lantai berapa?")
        said = self.ask(road, extensions="true").content.decode()
        assert "Pertanyaan untuk pelapor" not in said
        assert "Lantai berapa?" not in said
        assert not [person for person in vars(cast).values() if getattr(person, "name", "?") in said]


@pytest.mark.django_db
class TestBulk:
    def rows(self):
        answer = Client().get(BULK)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
        text = b"".join(answer.streaming_content).decode()
        assert text.splitlines()[0] == COLUMNS
        return list(csv.DictReader(io.StringIO(text)))

    def test_has_the_published_cases_as_the_interface_tells_them(self, road, cast, now):
        Road(cast, now).work()
        (row,) = self.rows()
        told = Client().get(f"/open311/v2/requests/{road.case.number}.json").json()[0]
        for name in set(row) & set(told):
            assert row[name] == str(told[name]), name
        assert (row["status_description"], row["closed_date"], row["source"]) == ("Processing", "", "")

    def test_asks_as_few_statements_for_many_cases_as_for_one(
        self, road, cast, now, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(4) as one:
            self.rows()
        for _turn in range(2):
            other = Road(cast, now)
            other.work()
            other.publish()
        with django_assert_max_num_queries(4) as many:
            assert len(self.rows()) == 3
        assert len(one) == len(many)

    def test_tells_when_a_case_was_closed(self, road):
        road.answer()
        road.go(road.holder, "accept", rating=5, comment="")
        (row,) = self.rows()
        check(TIME, row["closed_date"])
        assert (row["status_description"], row["closed_date"]) == ("Closed", row["updated_datetime"])

    def test_a_case_turned_confidential_or_taken_down_is_gone(self, road):
        Publication.objects.update(withdrawn_at=timezone.now())
        assert self.rows() == []
        Publication.objects.update(withdrawn_at=None)
        Complaint.objects.update(visibility=Visibility.CONFIDENTIAL)
        assert self.rows() == []

    def test_no_words_become_a_formula(self, road):
        Publication.objects.update(title="=HYPERLINK(1)")
        (row,) = self.rows()
        assert row["description"].startswith("'=")
        assert float(row["lat"]) < 0  # a number stays one

    def test_every_state_has_its_word(self):
        words = {state: bulk.status_word(state) for state in State}
        assert set(words.values()) == {"Open", "Processing", "Hold", "Closed"}
        assert (words[State.WITHDRAWN], words[State.AWAITING_REPORTER]) == ("Closed", "Hold")

    def test_rows_are_read_as_they_leave(self, road, monkeypatch):
        case = Publication.objects.told_to_systems().get()
        monkeypatch.setattr(bulk, "rows", lambda: (bulk.bulk_row(case) for _n in range(20_000)))
        tracemalloc.start()
        try:
            lines = sum(1 for _line in Client().get(BULK).streaming_content)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert lines == 20_001
        assert peak < 20 * 2**20

    def test_one_address_takes_it_only_so_often(self, road, monkeypatch):
        monkeypatch.setattr(bulk, "FILES", 1)
        first, second = Client().get(BULK), Client().get(BULK)
        assert (first.status_code, second.status_code) == (200, 429)
        assert 0 < int(second["Retry-After"]) <= 3600


def test_the_way_somebody_came_is_no_part_of_any_answer(road):
    Complaint.objects.update(source=Source.DESK)
    said = Client().get(f"/open311/v2/requests/{road.case.number}.json").content.decode()
    said += b"".join(Client().get(BULK).streaming_content).decode()
    assert "desk" not in said
    assert "Loket" not in said
