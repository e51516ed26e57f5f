"""What the holder of a code adds later, and takes back: files in the right states and so many an hour; withdrawal."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from biroumum.documents.models import Attachment
from tests.complaints.road import Road
from tests.kernel.documents_corpus import photo

FIELD = 'type="file" name="files"'
ASKED = {"reason_code": "evidence", "text": "Kirim fotonya."}
THERE = {
    "received": lambda road: None,
    "incomplete": lambda road: road.go("sekar", "ask_completion", **ASKED),
    "verified": Road.verify,
    "in_progress": Road.work,
    "awaiting_reporter": lambda road: (road.work(), road.go("bagas", "ask_reporter", text="Yang mana?")),
    "answered": lambda road: (road.work(), road.answer()),
    "handed_over": Road.hand_over,
}


@pytest.fixture
def road(cast, now):
    """Its steps lie in the past, for the browser's own come after them."""
    return Road(cast, now - dt.timedelta(days=30))


@pytest.fixture
def at(road):
    """The holder's browser on the page of the case, once that is in a state: client and address."""

    def at(state: str) -> tuple[Client, str]:
        THERE[state](road)
        assert road.case.state == state
        client = Client()
        return client, client.post("/pengaduan/lacak/", {"number": road.case.number, "code": road.code}).url

    return at


def send(client, url, *names, **data):
    files = [SimpleUploadedFile(name, photo()) for name in names]
    return client.post(url, {"text": "Ini fotonya.", "files": files} | data, follow=True)


def names():
    return sorted(Attachment.objects.values_list("name", flat=True))


@pytest.mark.parametrize("state", ["received", "incomplete", "awaiting_reporter", "answered"])
def test_files_come_with_a_message_while_the_case_waits_for_its_reporter(at, state):
    client, url = at(state)
    assert FIELD in client.get(url).content.decode()
    send(client, url, "a.jpg")
    assert names() == ["a.jpg"]


@pytest.mark.parametrize("state", ["verified", "in_progress", "handed_over"])
def test_else_the_message_goes_without_them_and_each_is_named(at, state):
    client, url = at(state)
    assert FIELD not in client.get(url).content.decode()
    page = send(client, url, "a.jpg", "b.jpg").content.decode()
    assert "Ini fotonya." in page
    assert page.count("Berkas kami terima sebelum pengaduan diperiksa") == 2
    assert names() == []


def test_ten_files_an_hour_for_one_case_however_they_are_sent(at, monkeypatch):
    client, url = at("received")
    clock = [1_800_000_000.0]
    monkeypatch.setattr("biroumum.web.ratelimit.time.time", lambda: clock[0])
    for turn in range(3):
        page = send(client, url, *(f"{turn}{n}.jpg" for n in range(4))).content.decode()
    assert len(names()) == 10
    assert "22.jpg: Paling banyak 10 berkas tiap jam" in page
    assert "23.jpg: Paling banyak 10 berkas tiap jam" in page
    clock[0] += 3600
    send(client, url, "lagi.jpg")
    assert "lagi.jpg" in names()


def test_a_step_that_asks_for_no_file_takes_none_and_one_that_asks_takes_them(at, road):
    client, url = at("incomplete")
    page = send(client, f"{url}complete/", "a.jpg", expected_state="incomplete")
    assert names() == ["a.jpg"]
    page = send(client, f"{url}take_back/", "b.jpg", expected_state="received")
    assert names() == ["a.jpg"]
    assert "b.jpg: Berkas kami terima" in page.content.decode()


def test_the_citizen_withdraws_from_the_tracking_page(at, road):
    client, url = at("received")
    assert f'href="{url}take_back/"' in client.get(url).content.decode()
    assert "tidak dapat dibatalkan" in client.get(f"{url}take_back/").content.decode()
    assert client.post(f"{url}take_back/", {"expected_state": "received", "reason": ""}).url == url
    assert "Pengaduan ini dicabut." in client.get(url).content.decode()
    road.case.refresh_from_db()
    assert road.case.state == "withdrawn"


def test_but_not_once_it_is_verified_and_what_was_typed_stays(at):
    client, url = at("verified")
    assert f'href="{url}take_back/"' not in client.get(url).content.decode()
    late = client.post(f"{url}take_back/", {"expected_state": "received", "reason": "Sudah beres."})
    assert late.status_code == 409
    assert "Sudah beres." in late.content.decode()
