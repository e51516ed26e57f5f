"""The page of a case: as many statements for a thousand steps as for thirty, the newest first, and a way to the rest."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def talk(road):
    """A case in work; called it adds rounds of question and reply, each a pause of the clocks."""
    road.work()

    def rounds(count):
        for _round in range(count):
            number = road.case.messages.count()
            road.go("bagas", "ask_reporter", text=f"Tanya {number}.", days=0)
            road.go(road.holder, "reply", text=f"Jawab {number + 1}.", days=0)
        return road

    return rounds


def messages_on(page):
    return [int(number) for number in re.findall(r"(?:Tanya|Jawab) (\d+)\.</p>", page)]


def test_the_statements_and_the_page_do_not_grow_with_the_case(talk, cast, client_for):
    client = client_for(cast.sekar)

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address).text
        return len(asked), len(page)

    address = talk(16).case.get_absolute_url()
    few, short = cost(address)
    talk(40)
    many, long = cost(address)
    assert many == few <= 15
    assert long < short + 2_000


def test_older_messages_follow_without_gap_or_repetition_and_each_page_reads_downward(talk, cast, client_for):
    client, case = client_for(cast.sekar), talk(25).case
    seen, query = [], ""
    while query is not None:
        page = client.get(case.get_absolute_url() + query).text
        found = messages_on(page)
        assert found == sorted(found)
        seen = found + seen
        link = re.search(r'href="(\?pesan=\d+)#pesan">Pesan sebelumnya', page)
        query = link and link[1]
    assert seen == list(range(1, 51))
    assert "Pesan terbaru" in page


@pytest.mark.parametrize("asked", ["x", "²", "-1", "9" * 40])
def test_a_nonsense_place_among_the_messages_is_no_error(talk, cast, client_for, asked):
    page = client_for(cast.sekar).get(f"{talk(1).case.get_absolute_url()}?pesan={asked}")
    assert (page.status_code, messages_on(page.text)) == (200, [1, 2])


def test_each_clock_tells_its_newest_changes_and_all_of_them_when_asked(talk, cast, client_for):
    client, address = client_for(cast.sekar), talk(4).case.get_absolute_url()

    def changes(query=""):
        part = (
            client.get(address + query).text.partition('<section id="tenggat">')[2].partition("</section>")[0]
        )
        lines = re.findall("Menunggu jawaban pelapor|Pelapor menjawab", part)
        return lines, "Perubahan sebelumnya" in part

    asked, replied = "Menunggu jawaban pelapor", "Pelapor menjawab"
    assert changes() == ([replied, asked, replied, asked, replied], True)
    assert changes("?tenggat=semua") == ([replied, asked] * 4, False)


def test_what_a_case_has_is_on_its_page(talk, cast, client_for):
    case, client = talk(1).case, client_for(cast.sekar)
    page = client.get(case.get_absolute_url()).text
    assert "<h2>Disposisi</h2>" in page
    assert "Belum terbit" in page
    assert not {"<h2>Jawaban</h2>", "<h2>Pelimpahan</h2>", "<h2>Digabung</h2>"} & set(
        re.findall("<h2>.*?</h2>", page)
    )
