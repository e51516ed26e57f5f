"""The work list: what waits for a person, and numbers that link to what they count."""

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.models import Position, Unit
from complaints.models import Category
from complaints.reports.figures import standing
from complaints.views.offices import tables
from tests.complaints.road import Road


def test_the_officer_finds_the_case_and_the_numbers_lead_to_their_lists(db, cast, client_for, now):
    road = Road(cast, now)
    road.work()
    client = client_for(cast.bagas)
    html = client.get("/kerja/").content.decode()
    assert road.case.number in html
    assert "?progress=open" in html
    listed = client.get("/kerja/pengaduan/?progress=open").content.decode()
    assert road.case.number in listed


def test_a_case_of_another_office_is_not_there_at_all(db, cast, client_for, now):
    road = Road(cast, now)
    road.work()
    client = client_for(cast.wulan)
    assert road.case.number not in client.get("/kerja/").content.decode()
    assert client.get(road.case.get_absolute_url()).status_code == 404
    assert client.get(f"{road.case.get_absolute_url()}answer/").status_code == 404


@pytest.mark.parametrize("field", ["after", "before"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_all_calendars_breaks_no_list(db, cast, client_for, field, day):
    assert client_for(cast.sekar).get("/kerja/pengaduan/", {field: day}).status_code == 200


@pytest.mark.parametrize("who", ["hartono", "rini", "bagas"])
@pytest.mark.parametrize("query", ["", "?progress=open&kind=complaint", "?q=lampu"])
def test_the_list_asks_as_many_statements_for_many_rows_as_for_few(
    db, cast, client_for, now, django_assert_num_queries, who, query
):
    client = client_for(getattr(cast, who))
    Road(cast, now).work()
    client.get("/kerja/pengaduan/")  # what is read once per process
    with CaptureQueriesContext(connection) as few:
        client.get(f"/kerja/pengaduan/{query}")
    for _case in range(7):
        Road(cast, now).work()
    with django_assert_num_queries(len(few)):
        html = client.get(f"/kerja/pengaduan/{query}").content.decode()
    assert html.count("<tr>") == 1 + 8
    assert len(few) <= 12


def test_the_list_offers_categories_and_units_as_they_are_now(db, cast, client_for, now):
    """Filters read names straight from the tables: a new one is there at once, and a choice narrows the list."""
    road = Road(cast, now)
    road.work()
    client = client_for(cast.hartono)
    with transaction.atomic():
        Category.objects.create(code="taman", name="Taman kota")
    html = client.get("/kerja/pengaduan/").content.decode()
    assert ">Taman kota</option>" in html
    other = Category.objects.exclude(pk=road.case.category_id).first()
    assert (
        road.case.number in client.get(f"/kerja/pengaduan/?category={road.case.category_id}").content.decode()
    )
    assert road.case.number not in client.get(f"/kerja/pengaduan/?category={other.pk}").content.decode()


# -- what stands below the list of who leads offices


def at_office(cast, now, code, days=0):
    road = Road(cast, now - dt.timedelta(days=days))
    road.verify()
    unit, chair = Unit.objects.get(code=code), Position.objects.filter(unit__code=code, is_head=False).first()
    return road.go("hartono", "assign", days=0, unit=unit, position=chair, instruction="")


def test_who_leads_several_offices_sees_how_each_stands_and_each_number_has_its_list(
    db, cast, client_for, now
):
    at_office(cast, now, "subbag-rumah-tangga", days=30)
    at_office(cast, now, "subbag-rumah-tangga")
    at_office(cast, now, "subbag-aset")
    rows = {row["name"]: row for row in standing(cast.hartono, now + dt.timedelta(days=2))}
    found = {name: [row[key][0] for key in ("open", "soon", "late")] for name, row in rows.items()}
    assert found == {"Subbagian Aset": [1, 0, 0], "Subbagian Rumah Tangga": [2, 0, 1]}
    listed = client_for(cast.hartono).get(rows["Subbagian Rumah Tangga"]["open"][1])
    assert listed.context["count"] == 2


def test_one_office_needs_no_comparison_and_shows_its_most_urgent_first(db, cast, now):
    young, old = at_office(cast, now, "subbag-rumah-tangga"), at_office(cast, now, "subbag-rumah-tangga", 30)
    at_office(cast, now, "subbag-aset")
    [urgent] = tables(cast.rini, now)
    assert re.findall(r">(ADU-[-0-9]+)<", urgent) == [old.number, young.number]
    assert len(tables(cast.hartono, now)) == 2


@pytest.mark.parametrize("who", ["bagas", "sekar", "danu", "wulan"])
def test_who_leads_none_is_shown_none(db, cast, now, who):
    at_office(cast, now, "subbag-rumah-tangga")
    assert tables(getattr(cast, who), now) == []


def test_a_case_that_waits_for_its_reporter_is_not_urgent(db, cast, now):
    road = Road(cast, now)
    road.work()
    assert len(tables(cast.rini, now)) == 1
    road.go("bagas", "ask_reporter", text="Di mana?")
    assert tables(cast.rini, now) == []


@pytest.mark.parametrize("who", ["hartono", "rini", "bagas", "sekar"])
def test_the_work_list_asks_as_many_statements_for_many_cases_as_for_few(
    db, cast, client_for, now, django_assert_num_queries, who
):
    client = client_for(getattr(cast, who))
    at_office(cast, now, "subbag-rumah-tangga")
    at_office(cast, now, "subbag-aset")
    client.get("/kerja/")
    with CaptureQueriesContext(connection) as few:
        client.get("/kerja/")
    for _case in range(5):
        at_office(cast, now, "subbag-rumah-tangga")
        Road(cast, now)
    with django_assert_num_queries(len(few)):
        html = client.get("/kerja/").content.decode()
    assert len(few) <= 25
    assert f">{getattr(cast, who).live[0]}" in html  # in which position
