"""The work list: what waits for a person, and numbers that link to what they count."""

from complaints.models import Complaint
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


def test_the_list_asks_as_many_statements_for_many_rows_as_for_few(
    db, cast, client_for, now, django_assert_max_num_queries
):
    client = client_for(cast.hartono)
    Road(cast, now)
    with django_assert_max_num_queries(25):
        client.get("/kerja/pengaduan/")
    for _case in range(20):
        Road(cast, now)
    with django_assert_max_num_queries(25) as asked:
        client.get("/kerja/pengaduan/")
    assert Complaint.objects.count() == 21
    assert len(asked) < 20
