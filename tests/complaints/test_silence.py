"""The statement that nobody answered by the deadline: facts alone, one for each breach, none without one."""

import datetime as dt
import io

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from biroumum.audit.models import Entry
from biroumum.documents.models import IssuedDocument
from biroumum.worktime.queries import clocks_of
from complaints.public_views import silence
from complaints.services.deadlines import missed
from tests.complaints.citizen import Citizen
from tests.complaints.test_reports import start, today  # noqa: F401 - fixtures

BUTTON = "Unduh surat keterangan (PDF)"


@pytest.fixture
def late(start):  # noqa: F811
    """In work since October; its answer was due on Thursday 22 October."""
    road = start(10, 1)
    road.work()
    return road


def page_of(road):
    citizen = Citizen(Client())
    return citizen.client, citizen.track(road.case, road.code)


def ask(road):
    client, url = page_of(road)
    return client.post(f"{url}belum-ditanggapi/")


def said(road, at=None):
    """Labels and values of the letter, and what follows them."""
    clock = missed(clocks_of(f"complaints.complaint/{road.case.pk}"), timezone.now())
    told = silence.facts(road.case, clock, at or timezone.now())
    return dict(told["facts"]), " ".join(told["paragraphs"])


class TestOffered:
    def test_once_the_deadline_has_passed(self, late):
        client, url = page_of(late)
        assert BUTTON in client.get(url).content.decode()
        letter = client.post(f"{url}belum-ditanggapi/")
        assert letter.content.startswith(b"%PDF")
        assert late.case.number in letter["Content-Disposition"]

    def test_not_before(self, start):  # noqa: F811
        road = start(11, 20)
        road.work()
        client, url = page_of(road)
        assert BUTTON not in client.get(url).content.decode()
        refused = client.post(f"{url}belum-ditanggapi/")
        assert refused.status_code == 409
        assert "hanya ada bila kantor lewat batas waktu" in refused.content.decode()
        assert not IssuedDocument.objects.exists()

    def test_not_once_it_is_answered_however_late(self, late):
        late.answer(days=30)
        assert ask(late).status_code == 409

    def test_not_while_it_is_the_citizen_who_is_waited_for(self, late):
        late.go("bagas", "ask_reporter", text="Lantai berapa?")
        assert ask(late).status_code == 409

    def test_a_pause_after_the_deadline_takes_nothing_away(self, late):
        late.go("bagas", "ask_reporter", days=30, text="Lantai berapa?")
        assert ask(late).status_code == 200

    def test_not_to_a_browser_without_the_code(self, late):
        _client, url = page_of(late)
        assert Client().post(f"{url}belum-ditanggapi/").status_code == 403


class TestLetter:
    def test_gives_number_dates_clock_and_office_and_no_name_or_word_of_the_case(self, late):
        facts, rest = said(late)
        assert facts["Nomor pengaduan"] == late.case.number
        assert facts["Yang belum dilakukan"] == "Jawaban pengaduan, 14 hari kerja"
        assert facts["Batas waktu"].startswith("Kamis, 22 Oktober 2026")
        assert facts["Terakhir diteruskan ke"].startswith("Subbagian Rumah Tangga, ")
        assert (facts["Waktu berhenti"], facts["Jawaban sebelumnya"]) == ("Tidak pernah", "Tidak ada")
        whole = " ".join(facts.values()) + rest
        people = [user.name for user in vars(late.cast).values() if hasattr(user, "name")]
        assert not [word for word in (late.case.title, *people) if word in whole]

    def test_tells_each_pause_with_its_reason(self, late):
        late.go("bagas", "ask_reporter", text="Lantai berapa?")
        late.go(late.holder, "reply", days=2, text="Dua.")
        stood = said(late)[0]["Waktu berhenti"]
        assert stood.startswith("Jam berhenti dari Senin, 5 Oktober 2026 sampai Rabu, 7 Oktober 2026: ")

    def test_of_a_case_nobody_looked_at_says_what_was_owed(self, start):  # noqa: F811
        road = start(11, 2)
        facts, _rest = said(road)
        assert facts["Terakhir diteruskan ke"] == "Verifikator pengaduan"
        assert ask(road).status_code == 200

    def test_is_found_by_its_code_and_stands_in_the_log(self, late):
        letter = ask(late)
        document = IssuedDocument.objects.get()
        assert "belum ditanggapi sampai Kamis, 22 Oktober 2026" in document.title
        assert document.title in Client().get(f"/verifikasi/{document.code}/").content.decode()
        with pikepdf.open(io.BytesIO(letter.content)) as pdf:
            assert str(pdf.docinfo["/Title"]) == document.title
        assert Entry.objects.filter(verb="documents.issueddocument.issue").count() == 1


class TestOnce:
    def test_asked_for_again_it_is_the_same_to_the_byte(self, late, monkeypatch):
        first, later = ask(late), timezone.now() + dt.timedelta(days=3)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert ask(late).content == first.content
        assert IssuedDocument.objects.count() == 1

    def test_also_when_the_case_has_moved_on_and_in_another_language(self, late, monkeypatch):
        first, later = ask(late), timezone.now() + dt.timedelta(days=3)
        late.at = timezone.now()
        late.go("bagas", "ask_reporter", text="Lantai berapa?")
        monkeypatch.setattr(timezone, "now", lambda: later)
        client, url = page_of(late)
        client.cookies["django_language"] = "en"
        assert client.post(f"{url}belum-ditanggapi/").content == first.content

    def test_another_breach_has_its_own(self, late):
        ask(late)
        late.answer(days=22)
        late.go(late.holder, "object", reason="Masih mati.")  # to be decided in three working days
        assert ask(late).status_code == 200
        assert IssuedDocument.objects.count() == 2
        assert said(late)[0]["Jawaban sebelumnya"].startswith("Senin, 26 Oktober")
