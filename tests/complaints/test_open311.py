"""Open311 GeoReport v2, each point of the specification, in JSON and XML; and nothing that is not published."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.web.templatetags.web import tanggal
from complaints import services
from complaints.exchange import georeport, open311
from complaints.models import ApiKey, Category, Complaint, Publication, Question, Reporter
from complaints.services import deadlines
from complaints.states import Source, Visibility
from tests.complaints.open311_schema import SCHEMAS, check
from tests.complaints.road import Road
from tests.complaints.test_intake import file

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
V2 = "/open311/v2"


@pytest.fixture
def key(db):
    with transaction.atomic():
        return ApiKey.objects.create(
            name="Aplikasi", contact="a@contoh.id", key_hash=services.hash_api_key("kunci")
        )


@pytest.fixture
def road(public_road):
    return public_road


@pytest.fixture
def questions(db):
    sector = Category.objects.get(code="infrastruktur")
    with transaction.atomic():
        Question.objects.create(
            category=sector, code="lantai", label="Lantai berapa?", datatype="number", required=True
        )
        Question.objects.create(
            category=sector,
            code="jenis",
            label="Apa yang rusak?",
            datatype="multivaluelist",
            choices="Lampu\nLift",
            order=2,
        )


def get(path, **query):
    return Client().get(f"{V2}/{path}", query)


def span(road):
    return {
        "start_date": (road.at - dt.timedelta(days=30)).isoformat(),
        "end_date": (road.at + dt.timedelta(days=1)).isoformat(),
    }


def post(form="json", **data):
    body = {
        "api_key": "kunci",
        "service_code": "infrastruktur",
        "address_string": "Gedung B",
        "description": "Lampu lorong mati. Sudah seminggu.",
    } | data
    return Client().post(
        f"{V2}/requests.{form}", {name: value for name, value in body.items() if value is not None}
    )


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("/open311/discovery", "discovery"),
        (f"{V2}/services", "services"),
        (f"{V2}/services/infrastruktur", "service_definition"),
        (f"{V2}/requests", "service_requests"),
    ],
)
def test_every_answer_is_as_the_specification_says_in_both_formats(road, questions, path, root):
    query = span(road) if root == "service_requests" else {}
    as_json = Client().get(f"{path}.json", query)
    assert (as_json.status_code, as_json["Content-Type"]) == (200, "application/json; charset=utf-8")
    check(SCHEMAS[root], as_json.json())
    as_xml = Client().get(f"{path}.xml", query)
    assert (as_xml.status_code, as_xml["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert as_xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    tree = ET.fromstring(as_xml.content)
    assert tree.tag == root
    rows = as_json.json()
    if isinstance(rows, list):
        assert len(tree) == len(rows) > 0
        assert {part.tag for part in tree[0]} == set(rows[0])


def test_lists_are_bare_in_json_and_truth_is_a_word_in_xml(road, questions):
    assert isinstance(get("services.json").json(), list)
    asks = {row["service_code"]: row["metadata"] for row in get("services.json").json()}
    assert asks["infrastruktur"] is True
    assert sum(asks.values()) == 1
    tree = ET.fromstring(get("services.xml").content)
    assert {node.findtext("metadata") for node in tree} == {"true", "false"}
    defined = ET.fromstring(get("services/infrastruktur.xml").content)
    assert [node.findtext("code") for node in defined.find("attributes")] == ["lantai", "jenis"]
    assert [node.findtext("key") for node in defined.findall("attributes/attribute/values/value")] == [
        "Lampu",
        "Lift",
    ]


def test_a_published_case_and_no_other(road, cast, now):
    other = Road(cast, now)
    other.work()
    shown = get("requests.json", **span(road)).json()
    assert [row["service_request_id"] for row in shown] == [road.case.number]
    assert get(f"requests/{road.case.number}.json").json() == shown
    assert get(f"requests/{other.case.number}.json").status_code == 404
    assert get("requests.json", service_request_id=f"{road.case.number},{other.case.number}").json() == shown
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert TIME.fullmatch(shown[0][name]), name
    assert isinstance(shown[0]["lat"], float)


def test_a_case_turned_confidential_is_gone(road):
    Complaint.objects.filter(pk=road.case.pk).update(visibility=Visibility.CONFIDENTIAL)
    assert get("requests.json", **span(road)).json() == []
    assert get(f"requests/{road.case.number}.xml").status_code == 404


def test_expected_is_the_answer_and_not_the_next_limit_on_the_way(road):
    first, answer = road.clock(deadlines.FIRST_FOLLOW_UP), road.clock("complaint.answer.complaint")
    assert first.due_at < answer.due_at

    def told():
        return get(f"requests/{road.case.number}.json").json()[0]["expected_datetime"]

    assert told() == georeport.when(answer.due_at)
    page = Client().get(f"/pengaduan/daftar/{road.case.number}/").content.decode()
    assert re.search(rf"Jawaban paling lambat</dt>\s*<dd>{tanggal(answer.due_at)}", page)
    road.answer()
    assert told() == georeport.when(answer.due_at)  # what was promised stays said
    assert "Jawaban paling lambat" not in Client().get(f"/pengaduan/daftar/{road.case.number}/").text
    road.go(road.holder, "object", reason="Belum menyala.")
    road.go("hartono", "grant_reopening", reason="Benar.")
    anew = road.clock("complaint.answer.complaint")
    assert anew.due_at > answer.due_at
    assert told() == georeport.when(anew.due_at)


def test_of_two_limits_of_an_answer_the_earlier_is_expected(cast, now):
    road = Road(cast, now)
    road.verify(oversight=True)
    road.publish()
    due = min(road.clock(deadlines.OVERSIGHT).due_at, road.clock(deadlines.OVERSIGHT_STATUTE).due_at)
    told = get(f"requests/{road.case.number}.json").json()[0]
    assert told["expected_datetime"] == georeport.when(due)
    assert tanggal(due) in Client().get(f"/pengaduan/daftar/{road.case.number}/").text


def test_updated_moves_with_each_step_the_public_is_told_and_with_no_other(road):
    def told():
        return get(f"requests/{road.case.number}.json").json()[0]["updated_datetime"]

    steps = [
        (
            "bagas",
            "schedule",
            {"scheduled_for": road.at.date() + dt.timedelta(days=9), "text": "Besok."},
            True,
        ),
        ("bagas", "continue_work", {"reason": "Suku cadang ada."}, False),
        ("bagas", "ask_reporter", {"text": "Lantai berapa?"}, False),
        (road.holder, "reply", {"text": "Dua."}, False),
        ("bagas", "answer", {"text": "Sudah.", "result": "explained"}, True),
    ]
    assert told() == georeport.when(road.at)
    for who, name, data, public in steps:
        before = told()
        road.go(who, name, **data)
        assert told() == (georeport.when(road.at) if public else before), name
    feed = Client().get("/pengaduan/daftar/umpan.atom").text
    assert f"<updated>{road.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}" in feed.partition("<entry>")[2]


def test_of_a_case_taken_down_no_step_is_noted(road, cast):
    services.unpublish(road.case, actor=Actor.staff(cast.sekar), reason="Keliru.")
    before = Publication.objects.get().told_at
    road.answer()
    assert Publication.objects.get().told_at == before


def test_filters_by_service_status_and_time(road):
    def count(**query):
        return len(get("requests.json", **span(road) | query).json())

    assert count(service_code=f"{road.case.category.code},air") == 1
    assert count(service_code="energi" if road.case.category.code != "energi" else "lain-lain") == 0
    assert count(status="open") == 1
    assert count(status="closed") == 0
    assert count(status="open,closed") == 1
    assert count(start_date=(road.at + dt.timedelta(hours=1)).isoformat()) == 0
    assert count(status="") == 1  # empty counts as absent
    road.answer()
    road.go(road.holder, "accept", rating=5, comment="")
    closed = get("requests.json", **span(road) | {"status": "closed"}).json()[0]
    assert closed["status"] == "closed"
    assert closed["updated_datetime"] == road.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_pages(road, cast, now):
    for _turn in range(2):
        other = Road(cast, now)
        other.work()
        other.publish()
    pages = [get("requests.json", **span(road), page=page, page_size=2).json() for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert len({row["service_request_id"] for page in pages for row in page}) == 3


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("requests.json", {"status": "half"}, 400),
        ("requests.json", {"start_date": "yesterday"}, 400),
        ("requests.json", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ("requests.json", {"page_size": "0"}, 400),
        ("requests.json", {"page": "x"}, 400),
        ("requests/ADU-2026-999999.json", {}, 404),
        ("services/tidak-ada.json", {}, 404),
        ("services.json", {"jurisdiction_id": "elsewhere"}, 404),
        ("tokens/1:forged.json", {}, 404),
    ],
)
def test_faults_have_a_code_and_a_description(db, path, query, status):
    for form in ("json", "xml"):
        answer = get(path.replace(".json", f".{form}"), **query)
        assert answer.status_code == status
        if form == "json":
            check(SCHEMAS["errors"], answer.json())
            assert answer.json()[0]["code"] == status
        else:
            tree = ET.fromstring(answer.content)
            assert (tree.tag, tree[0].tag, tree[0].findtext("code")) == ("errors", "error", str(status))


def test_filing_gives_a_token_whose_number_and_code_are_good(key):
    answer = post()
    assert answer.status_code == 201
    row = answer.json()[0]
    assert "service_request_id" not in row
    case = Complaint.objects.get()
    assert get(f"tokens/{row['token']}.json").json() == [
        {"service_request_id": case.number, "token": row["token"]}
    ]
    code = re.search(r"kode ([\w-]+)\.", row["service_notice"])[1]
    assert services.tracked_complaint(case.number, code) == case
    assert (case.source, case.visibility, case.title) == (
        Source.OPEN311,
        Visibility.CONFIDENTIAL,
        "Lampu lorong mati.",
    )
    assert get(f"requests/{case.number}.json").status_code == 404


def test_the_same_post_twice_is_one_case(key):
    assert post().json()[0]["token"] == post().json()[0]["token"]
    assert Complaint.objects.count() == 1


def test_contact_point_and_answers_are_kept_and_never_given_out(key, questions, cast, client_for):
    data = {
        "lat": "-6.99",
        "long": "110.42",
        "email": "sari@contoh.id",
        "first_name": "Sari",
        "last_name": "Contoh",
        "phone": "0812 3456 7890",
        "device_id": "abc",
        "attribute[lantai]": "2",
        "attribute[jenis][]": ["Lampu", "Lift"],
    }
    assert post(**data).status_code == 201
    case = Complaint.objects.get()
    assert case.details == {"lantai": "2", "jenis": ["Lampu", "Lift"]}
    assert float(case.latitude) == -6.99
    assert Reporter.objects.get().name == "Sari Contoh"
    Complaint.objects.update(visibility=Visibility.OPEN, state="verified")
    case.refresh_from_db()
    services.publish(case, actor=Actor.staff(cast.sekar), title="Lampu", description="Lampu mati.")
    page = client_for(cast.sekar).get(case.get_absolute_url()).content.decode()
    assert "Lantai berapa?" in page
    assert "Lampu, Lift" in page
    told = get(f"requests/{case.number}.json").content.decode()
    for secret in ("sari", "Sari", "0812", "abc", "-6.99,", "110.42,"):
        assert secret not in told, secret


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "guess"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "tidak-ada"}, 404, "service_code"),
        ({"address_string": None}, 400, "location"),
        ({"address_string": None, "lat": "-6.9"}, 400, "location"),
        ({"lat": "95", "long": "110"}, 400, "lat"),
        ({"lat": "NaN", "long": "1"}, 400, "lat"),
        ({"description": "x" * 4001}, 400, "description"),
        ({"email": "no address"}, 400, "email"),
        ({"attribute[lantai]": None}, 400, "attribute[lantai]"),
        ({"attribute[lantai]": "dua"}, 400, "attribute[lantai]"),
        ({"attribute[jenis][]": "Pintu"}, 400, "attribute[jenis]"),
    ],
)
def test_a_post_that_is_not_good_says_why_and_files_nothing(key, questions, changes, status, said):
    answer = post(**{"attribute[lantai]": "2"} | changes)
    assert answer.status_code == status
    assert any(said in row["description"] for row in answer.json()), answer.json()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_too_many_are_told_when_to_come_back(key, monkeypatch, form):
    monkeypatch.setattr(open311, "POSTS_OF_ADDRESS", 1)
    assert post(description="Pertama").status_code == 201
    answer = Client().post(f"{V2}/requests.{form}", {"api_key": "kunci", "service_code": "infrastruktur"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    if form == "json":
        check(SCHEMAS["errors"], answer.json())
    else:
        assert ET.fromstring(answer.content)[0].findtext("code") == "429"


def test_a_key_in_the_address_counts_for_nothing(key, questions):
    answer = Client().post(f"{V2}/requests.json?api_key=kunci", {"service_code": "infrastruktur"})
    assert answer.status_code == 403
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "9999-12-31T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00+14:00", "end_date": "0001-01-02T00:00:00Z"},
    ],
)
def test_a_time_beyond_all_calendars_is_a_fault_and_no_crash(road, query):
    assert get("requests.json", **query).status_code == 400


@pytest.mark.parametrize("name", ["service_code", "service_request_id", "status", "start_date", "page"])
def test_a_question_with_nul_gets_an_answer(road, name):
    assert get("requests.json", **{name: "a\x00b"}).status_code in (200, 400)


def test_what_the_standard_does_not_know_is_not_done(road):
    assert Client().delete(f"{V2}/requests.json").status_code == 405


def test_a_key_that_was_withdrawn_files_nothing(key):
    with transaction.atomic():
        ApiKey.objects.update(is_active=False)
    assert post().status_code == 403


def test_hostile_words_are_inert(key, cast):
    assert post(description="<script>alert(1)</script> \x00 \u202e & ]]>").status_code == 201
    case = Complaint.objects.get()
    assert "\x00" not in case.description
    assert "\u202e" not in case.description


def test_the_administrator_makes_a_key_that_is_shown_once(client_for, cast):
    client = client_for(cast.admin)
    made = client.post(
        "/admin/complaints/apikey/add/",
        {"name": "Kota", "contact": "k@contoh.id", "is_active": "on", "reason": "Surat 1"},
        follow=True,
    )
    shown = re.search(r"Kunci untuk Kota: ([\w-]+)", made.content.decode())[1]
    assert post(api_key=shown).status_code == 201
    again = client.get(f"/admin/complaints/apikey/{ApiKey.objects.get().pk}/change/").content.decode()
    assert shown not in again


def test_as_many_statements_for_many_rows_as_for_few(road, cast, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        get("requests.json", **span(road))
    other = Road(cast, now)
    other.work()
    other.publish()
    with django_assert_num_queries(1):
        get("requests.json", **span(road))


def test_sent_again_after_the_hour_has_turned_is_still_one_case(key, now, monkeypatch):
    moment = [now.replace(minute=59)]
    monkeypatch.setattr("complaints.exchange.open311.timezone.now", lambda: moment[0])
    body = QueryDict("description=Lampu")
    first = open311.once(key, body)
    file(now, submit_token=first)
    moment[0] += dt.timedelta(minutes=2)
    assert open311.once(key, body) == first
    moment[0] += dt.timedelta(hours=2)
    assert open311.once(key, body) != first
