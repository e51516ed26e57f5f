"""Lists and feeds of what is public: in order, well-formed, and never more than was published."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.test import Client

from complaints import services
from complaints.states import Visibility
from tests.complaints.road import Road
from tests.complaints.test_publication import SECRET, WORDS, publish, road, sekar

__all__ = ["road", "sekar"]


def test_the_feed_is_well_formed_and_hostile_words_are_inert(road, sekar):
    publish(road, sekar, title="<script>alert(1)</script> & ]]> \U0001f600")
    for name in ("rss", "atom"):
        answer = Client().get(f"/pengaduan/daftar/umpan.{name}")
        ET.fromstring(answer.content)
        assert b"<script>" not in answer.content
    assert b"<script>alert" not in Client().get("/pengaduan/daftar/").content


def test_readers_of_a_feed_who_take_its_words_as_html_see_them_as_words(road, sekar):
    publish(road, sekar, title="Lampu <b>mati</b>", description="Di <b>lorong</b>.")
    for name, tags in (("rss", ("title", "description")), ("atom", ("title", "summary"))):
        tree = ET.fromstring(Client().get(f"/pengaduan/daftar/umpan.{name}").content)
        entry = next(node for node in tree.iter() if node.tag.endswith(("item", "entry")))
        told = {node.tag.rpartition("}")[2]: node.text for node in entry}
        assert all("&lt;b&gt;" in told[tag] and "<b>" not in told[tag] for tag in tags)


def test_a_feed_begins_with_the_case_that_stepped_last(road, sekar, cast, now):
    publish(road, sekar, at=road.at)
    other = Road(cast, now)
    other.verify()
    publish(other, sekar, at=road.at + dt.timedelta(hours=1), title="Atap bocor")

    def first():
        return (
            Client().get("/pengaduan/daftar/umpan.atom").text.partition("<entry>")[2].partition("</title>")[0]
        )

    assert "Atap bocor" in first()
    road.answer()
    assert WORDS["title"] in first()


def test_the_feed_of_one_case_tells_its_public_steps_newest_first_and_nothing_more(road, sekar, cast):
    publish(road, sekar, at=road.at)
    road.go("bagas", "ask_reporter", text=SECRET)
    road.go(road.holder, "reply", text=SECRET)
    road.answer(text=SECRET)
    address = f"/pengaduan/daftar/{road.case.number}/umpan.atom"
    assert address in Client().get(f"/pengaduan/daftar/{road.case.number}/").text
    answer = Client().get(address)
    assert answer["Content-Type"].startswith("application/atom+xml")
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entries = ET.fromstring(answer.content).findall("a:entry", atom)
    told = [entry.findtext("a:title", namespaces=atom) for entry in entries]
    assert told[:3] == ["Dijawab", "Diterbitkan untuk umum", "Mulai ditangani"]
    assert "Pertanyaan untuk pelapor" not in told
    assert len({entry.findtext("a:id", namespaces=atom) for entry in entries}) == len(entries)
    assert answer.text.count("<updated>") == len(entries) + 1
    for private in (SECRET, "Bagas", "Sekar", "Oleh Anda"):
        assert private not in answer.text


@pytest.mark.parametrize("hide", ["never published", "taken down", "confidential"])
def test_of_a_case_that_is_not_public_there_is_no_feed(road, sekar, hide):
    if hide != "never published":
        publish(road, sekar)
    if hide == "taken down":
        services.unpublish(road.case, actor=sekar, reason="Keliru.")
    if hide == "confidential":
        type(road.case).objects.filter(pk=road.case.pk).update(visibility=Visibility.CONFIDENTIAL)
    assert Client().get(f"/pengaduan/daftar/{road.case.number}/umpan.atom").status_code == 404


def test_the_list_filters_and_asks_no_more_for_more_rows(
    road, sekar, cast, now, django_assert_max_num_queries
):
    publish(road, sekar)
    Client().get("/pengaduan/daftar/")  # names of filters are kept for a moment
    with django_assert_max_num_queries(12) as few:
        Client().get("/pengaduan/daftar/")
    for _turn in range(5):
        other = Road(cast, now)
        other.verify()
        publish(other, sekar)
    with django_assert_max_num_queries(12) as many:
        page = Client().get("/pengaduan/daftar/")
    assert len(page.context["page"].rows) == 6
    assert len(few) == len(many)
    ended = Client().get("/pengaduan/daftar/?progress=ended").context["page"].rows
    assert ended == []
    sector = road.case.category_id
    assert len(Client().get(f"/pengaduan/daftar/?category={sector}").context["page"].rows) == 6
    assert Client().get("/pengaduan/daftar/?category=999999").status_code == 200
