"""Open311 GeoReport v2, each point of the specification, in JSON and XML; and nothing that is not published."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from functools import partial

import pytest
from django.conf import settings
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.documents.services import attach
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal
from complaints import services
from complaints.exchange import georeport
from complaints.models import Complaint, Publication
from complaints.services import deadlines
from complaints.states import Visibility
from tests.complaints.open311 import V2, get, span
from tests.complaints.open311_schema import SCHEMAS, check
from tests.complaints.road import Road, evidence
from tests.kernel.documents_corpus import plain_pdf, saved, upload

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def road(public_road):
    return public_road


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
        ("tidak/ada.json", {}, 404),
        ("services/infrastruktur/lagi.json", {}, 404),
        ("servicerequestupdates.json", {"start_date": "yesterday"}, 400),
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


def test_also_of_addresses_outside_the_interfaces_version(db):
    for form in ("json", "xml"):
        answer = Client().get(f"/open311/v1/requests.{form}")
        assert (answer.status_code, answer["Content-Type"]) == (404, georeport.TYPES[form])


@pytest.mark.parametrize(
    ("method", "path"), [("post", "services"), ("put", "requests"), ("post", "tokens/a")]
)
def test_a_method_the_address_does_not_know_is_a_fault_in_the_format_asked(db, method, path):
    as_json, as_xml = (getattr(Client(), method)(f"{V2}/{path}.{form}") for form in ("json", "xml"))
    assert as_json.status_code == as_xml.status_code == 405
    assert "GET" in as_json["Allow"]
    check(SCHEMAS["errors"], as_json.json())
    assert ET.fromstring(as_xml.content)[0].findtext("code") == "405"


def test_a_published_picture_has_its_address_and_a_document_or_a_hidden_one_has_none(road, cast):
    def told():
        (row,) = get("requests.json", **span(road)).json()
        check(SCHEMAS["service_requests"], [row])
        return row["media_url"]

    paper, first, second = (
        attach(subject_key(road.case), content, actor=road.holder)
        for content in (upload("surat.pdf", saved(plain_pdf())), evidence(), evidence())
    )
    assert told() == ""
    publish = partial(
        services.publish, road.case, actor=Actor.staff(cast.sekar), title="Lampu", description="Mati."
    )
    publish(captions={paper: "Surat"})
    assert told() == ""
    publish(captions={paper: "Surat", second: "Lampu yang mati"})
    address = told()
    assert address.startswith(settings.PUBLIC_URL)
    picture = Client().get(address.removeprefix(settings.PUBLIC_URL))
    assert (picture.status_code, picture["Content-Type"].partition("/")[0]) == (200, "image")
    publish(captions={second: "Lampu yang mati", first: "Lorong"})
    assert told() == address  # the first that was published


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


def test_as_many_statements_for_many_rows_as_for_few(road, cast, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        get("requests.json", **span(road))
    other = Road(cast, now)
    other.work()
    other.publish()
    with django_assert_num_queries(1):
        get("requests.json", **span(road))
