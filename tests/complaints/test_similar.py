"""Hints of similar published cases: published words alone, on the check page and while typing, within limits.

The same fragment tells of personal data in what is typed.
"""

import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import Actor
from biroumum.regions.models import Region
from complaints import services
from complaints.models import Category, Complaint, Publication, PublishedWord
from complaints.services.similar import Told, similar_cases
from complaints.states import Visibility
from tests.complaints.citizen import Citizen, make_regions
from tests.complaints.road import Road

HINTS = "/pengaduan/baru/mirip/"


@pytest.fixture
def published(cast, now):
    """Makes a published case of these words; the citizen's own are others."""

    def make(title: str, *, region: str | None = None, category: Category | None = None) -> Publication:
        road = Road(cast, now)
        road.work()
        if category:
            Complaint.objects.filter(pk=road.case.pk).update(category=category)
        where = Region.objects.get(pk=region) if region else None
        words = {"title": title, "description": "Sudah diperiksa.", "region": where}
        return services.publish(road.case, actor=Actor.staff(cast.sekar), **words)

    make_regions()
    return make


def titles(told: Told) -> list[str]:
    return [row.title for row in similar_cases(told)]


def test_two_words_of_the_title_in_common_make_a_hint_and_one_does_not(published):
    published("Lampu lorong gedung B mati")
    assert titles(Told("Lampu di lorong lantai dua padam")) == ["Lampu lorong gedung B mati"]
    assert titles(Told("Lampu kamar mandi padam")) == []


def test_forms_of_a_word_are_one_word_and_common_words_count_for_nothing(published):
    published("Pelayanan loket lambat untuk kami")
    assert titles(Told("Layanan loketnya buruk")) == ["Pelayanan loket lambat untuk kami"]
    assert titles(Told("Mohon untuk kami dan yang lain")) == []


def test_a_title_of_one_word_finds_by_that_word(published):
    published("Banjir di halaman kantor")
    assert titles(Told("Banjir")) == ["Banjir di halaman kantor"]


def test_what_else_is_alike_comes_first_and_three_are_enough(published):
    sectors = list(Category.objects.all()[:2])
    published("Lampu lorong mati", category=sectors[0])
    published("Lampu lorong mati di Semarang", region="33.74.01", category=sectors[0])
    published("Lampu lorong mati dan sektor sama", region="33.74.01", category=sectors[1])
    published("Lampu lorong mati di tangga", category=sectors[0])
    told = Told(
        "Lampu lorong mati", "Di tangga gedung.", "", sectors[1], Region.objects.get(pk="33.74.01.1001")
    )
    found = titles(told)
    assert len(found) == 3
    assert found[0] == "Lampu lorong mati dan sektor sama"
    assert set(found[1:]) == {"Lampu lorong mati di tangga", "Lampu lorong mati di Semarang"}


@pytest.mark.parametrize("why", ["taken down", "turned confidential", "never published"])
def test_what_the_public_may_not_read_is_no_hint(published, cast, now, why):
    row = published("Lampu lorong mati")
    if why == "taken down":
        services.unpublish(row.complaint, actor=Actor.staff(cast.sekar), reason="Keliru.")
    elif why == "turned confidential":
        Complaint.objects.filter(pk=row.complaint_id).update(visibility=Visibility.CONFIDENTIAL)
    else:
        Publication.objects.update(title="Antrean loket panjang")  # the citizen's own title stays
    assert titles(Told("Lampu lorong mati")) == []
    page = Client().post(HINTS, {"title": "Lampu lorong mati", "description": ""})
    assert (page.status_code, page.content.strip()) == (200, b"")


def test_the_check_page_shows_them_with_the_way_to_follow(published):
    row = published("Lampu lorong gedung B mati")
    citizen = Citizen()
    citizen.fill_in()
    page = citizen.client.get("/pengaduan/baru/periksa/").content.decode()
    assert "Mungkin sudah ada yang melaporkan" in page
    assert f'href="/pengaduan/daftar/{row.complaint.number}/#ikuti"' in page
    followed = Client().get(f"/pengaduan/daftar/{row.complaint.number}/").content.decode()
    assert 'id="ikuti"' in followed
    assert citizen.send().status_code == 201  # a hint holds no one up


def test_while_typing_a_fragment_comes_and_nothing_typed_is_kept(published):
    published("Lampu lorong <b>gedung</b> mati")
    client = Client()
    page = client.post(HINTS, {"title": "Lampu\x00 lorong padam", "description": "x" * 20_000})
    assert "Lampu lorong &lt;b&gt;gedung" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "complaint_draft" not in client.session
    assert client.get(HINTS).status_code == 405


PERSONAL = {
    "NIK atau NIP": "3374012305780001",
    "Nomor telepon": "0812 3456 7890",
    "Alamat surel": "sari@contoh.id",
    "Nomor kendaraan": "H 1234 AB",
}


@pytest.mark.parametrize(("label", "written"), PERSONAL.items())
@pytest.mark.parametrize("field", ["title", "description"])
def test_personal_data_are_named_beside_the_answer_they_stand_in_and_hold_nobody_up(
    db, field, label, written
):
    citizen = Citizen()
    citizen.fill_in(**{field: f"Hubungi {written} soal lampu"})
    page = citizen.client.get("/pengaduan/baru/periksa/")
    found = {row.label: [finding.text for finding in row.found] for row in page.context["rows"] if row.found}
    assert found == {{"title": "Perihal", "description": "Yang terjadi"}[field]: [written]}
    box = page.content.decode().partition("Ada data pribadi dalam tulisan Anda.")[2].partition("</dl>")[0]
    assert f'{label}: <span lang="id">{written}</span>' in box
    assert '<a href="/pengaduan/baru/kejadian/">Ubah tulisan ini' in box
    hints = Client().post(HINTS, {field: f"Hubungi {written} soal lampu"}).content.decode()
    assert written in hints
    assert "<a " not in hints  # it stands on the page where it is written
    assert citizen.send().status_code == 201


def test_each_find_is_told_once_and_what_names_nobody_is_not_told(db):
    citizen = Citizen()
    citizen.fill_in(
        title="Pak Budi, sejak 12-03-2026", description="0812 3456 7890 dan 0812 3456 7890, a@b.id"
    )
    rows = {row.label: row for row in citizen.client.get("/pengaduan/baru/periksa/").context["rows"]}
    assert rows["Perihal"].found == []
    assert [finding.kind for finding in rows["Yang terjadi"].found] == ["phone", "email"]
    assert rows["Kontak"].found == ()


@pytest.mark.parametrize("title", ["", "'", "& | !", "lampu:* & lorong", "😡 \\' ):*", "a" * 500])
def test_no_title_breaks_the_search(db, title):
    assert Client().post(HINTS, {"title": title, "description": title}).status_code == 200


def test_too_many_asks_from_one_address_are_refused_and_the_form_goes_on(db, monkeypatch):
    monkeypatch.setattr("complaints.public_views.similar.ASKS", 2)
    client = Client()
    assert [client.post(HINTS, {"title": "Lampu"}).status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/pengaduan/baru/jenis/", {"kind": "complaint"}).status_code == 302


def test_the_work_is_bounded_however_common_a_word_is(published, monkeypatch):
    """Of each word only the newest cases are looked at, with so many old ones, and all are found by an index."""
    for at in range(5):
        published(f"Lampu lorong mati {at}")
    monkeypatch.setattr("complaints.services.similar.NEWEST", 2)
    monkeypatch.setattr("complaints.services.similar.OLD", 1)
    monkeypatch.setattr("complaints.services.similar.SHOWN", 9)
    with CaptureQueriesContext(connection) as asked:
        newest, next_newest, *old = titles(Told("Lampu lorong padam"))
    assert [newest, next_newest, len(old)] == ["Lampu lorong mati 4", "Lampu lorong mati 3", 1]
    assert len(asked) == 2
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = " ".join(row for (row,) in cursor.fetchall())
    assert "Index Only Scan Backward using published_word_once" in plan
    assert plan.count("Bitmap Index Scan on publication_title") == 2


@pytest.mark.parametrize("typed", ["Lampu gudang mati", "Lampu gudang arsip mati"])
def test_a_strong_match_is_found_however_many_newer_cases_have_its_words(published, monkeypatch, typed):
    monkeypatch.setattr("complaints.services.similar.NEWEST", 2)
    published("Lampu gudang mati")
    for at in range(2):
        published(f"Lampu taman redup {at}")
        published(f"Gudang penuh {at}")
        published(f"Air mati {at}")
        published(f"Mesin mati dan lampu kuning {at}")
    assert titles(Told(typed))[0] == "Lampu gudang mati"


def test_an_old_match_that_was_taken_down_does_not_come_back(published, cast):
    row = published("Lampu gudang mati")
    services.unpublish(row.complaint, actor=Actor.staff(cast.sekar), reason="Keliru.")
    assert titles(Told("Lampu gudang mati")) == []


def test_a_title_that_changes_or_goes_takes_its_words_along(published, cast):
    row = published("Lampu lorong mati")
    words = PublishedWord.objects.filter(publication=row).order_by("word").values_list("word", flat=True)
    assert list(words.all()) == ["lampu", "lorong", "mati"]
    Publication.objects.filter(pk=row.pk).update(title="Antrean loket")
    assert list(words.all()) == ["antre", "loket"]
    services.unpublish(row.complaint, actor=Actor.staff(cast.sekar), reason="Keliru.")
    assert list(words.all()) == []


@pytest.mark.browser
def test_typing_shows_a_hint_without_leaving_the_page(live, cast, now, browser):
    with transaction.atomic():
        make_regions()
        road = Road(cast, now)
        road.work()
        words = {"title": "Lampu lorong gedung B mati", "description": "Sudah diperiksa."}
        services.publish(road.case, actor=Actor.staff(cast.sekar), **words)
    page = browser(width=320)
    page.goto(f"{live}/pengaduan/baru/jenis/")
    page.check("input[value=complaint]")
    page.click("main .btn-main")
    page.type("#id_title", "Lampu lorong padam")
    hint = page.wait_for_selector("[data-similar] a")
    assert re.search(r"/pengaduan/daftar/ADU-\d{4}-\d+/#ikuti$", hint.get_attribute("href"))
    page.type("#id_description", "Hubungi 0812 3456 7890")
    page.wait_for_selector("[data-similar] >> text=0812 3456 7890")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
