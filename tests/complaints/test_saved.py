"""A filter under a name: the same list again, one's own or the office's, and nobody sees more by it."""

import pytest

from biroumum.accounts.actors import Actor
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.models import Category, SavedView
from complaints.states import Visibility
from tests.complaints.road import Road

LIST, VIEWS = "/kerja/pengaduan/", "/kerja/pengaduan/tampilan/"


def save(client, query, name="Lampu", **changes):
    return client.post(VIEWS, {"query": query, "name": name} | changes)


def numbers(page):
    return {part.partition("<")[0] for part in page.split(">") if part.startswith("ADU-")}


@pytest.fixture
def roads(cast, now):
    roads = [Road(cast, now) for _case in range(3)]
    roads[0].work()
    roads[1].verify(kind="aspiration")
    return roads


@pytest.mark.parametrize(
    "query",
    [
        "q=lampu",
        "progress=open",
        "state=in_progress&state=verified",
        "kind=aspiration",
        "unit=belum",
        "dated=ended_at&after=2026-01-01&before=2026-12-31",
        "category={category}",
    ],
)
def test_a_saved_view_opens_the_list_it_was_saved_from(roads, client_for, query):
    query = query.format(category=Category.objects.get(code="infrastruktur").pk)
    client = client_for(roads[0].cast.sekar)
    before = client.get(f"{LIST}?{query}").text
    assert f"{VIEWS}?" in before
    saved = save(client, query)
    assert saved.status_code == 302
    assert numbers(client.get(saved["Location"]).text) == numbers(before)


def test_the_form_says_in_words_what_it_keeps_and_leaves_the_place_in_the_list_out(roads, client_for):
    client = client_for(roads[0].cast.sekar)
    page = client.get(f"{VIEWS}?q=lampu&state=verified&sesudah=WzJd&lain=1").text
    assert "Cari: lampu" in page
    assert "Keadaan: Terverifikasi" in page
    save(client, "q=lampu&sesudah=WzJd&lain=1")
    assert SavedView.objects.get().query == "q=lampu"


def test_ones_own_is_seen_by_oneself_and_a_shared_one_by_the_office_and_no_other(roads, client_for):
    cast = roads[0].cast
    save(client_for(cast.bagas), "q=lampu", name="Punya Bagas")
    save(client_for(cast.bagas), "q=lampu", name="Punya kita", shared="on")
    pages = {who: client_for(getattr(cast, who)).get(VIEWS).text for who in ("bagas", "rini", "wulan")}
    assert {who for who in pages if "Punya Bagas" in pages[who]} == {"bagas"}
    assert {who for who in pages if "Punya kita" in pages[who]} == {"bagas", "rini"}


def test_who_opens_a_shared_view_sees_their_own_cases_and_not_the_sharers(roads, client_for):
    road = roads[0]
    road.case.visibility = Visibility.CONFIDENTIAL
    road.case.save(update_fields={"visibility"})
    save(client_for(road.cast.sekar), "q=lampu", shared="on")
    address = SavedView.objects.get().get_absolute_url()
    assert road.case.number in client_for(road.cast.sekar).get(address).text
    assert numbers(client_for(road.cast.danu).get(address).text) == set()


def test_a_name_used_again_stands_for_the_new_filter(roads, client_for):
    client = client_for(roads[0].cast.sekar)
    save(client, "q=lampu")
    save(client, "kind=complaint", shared="on")
    view = SavedView.objects.get()
    assert (view.query, view.unit.code) == ("kind=complaint", "tata-usaha")


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("", "Lampu", "Belum ada saringan"),
        ("lain=1", "Lampu", "Belum ada"),
        ("q=x", " ", "Isi nama tampilan"),
    ],
)
def test_nothing_to_keep_or_no_name_is_said(roads, client_for, query, name, said):
    page = save(client_for(roads[0].cast.sekar), query, name=name)
    assert (page.status_code, said in page.text) == (422, True)
    assert not SavedView.objects.exists()


def test_only_its_owner_deletes_it(roads, client_for):
    cast = roads[0].cast
    save(client_for(cast.bagas), "q=lampu", shared="on")
    address = f"{VIEWS}{SavedView.objects.get().pk}/hapus/"
    assert client_for(cast.wulan).post(address).status_code == 404
    assert client_for(cast.rini).post(address).status_code == 403
    assert client_for(cast.bagas).post(address).status_code == 302
    assert not SavedView.objects.exists()


def test_the_service_too_keeps_no_empty_filter(cast):
    with pytest.raises(Refused):
        services.save_view("Semua", "", shared=False, actor=Actor.staff(cast.sekar))
