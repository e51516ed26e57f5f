"""The work list: what waits for a person, and numbers that link to what they count."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from complaints.models import Category
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
