"""The PDF of a case for the office: it can be verified, says all but the contact, and the taking is an entry."""

import io

import pikepdf
import pytest
from django.test import Client
from django.utils.html import escape

from biroumum.audit.models import Entry
from biroumum.documents.models import IssuedDocument
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.services import Contact
from complaints.states import Visibility
from complaints.views import paper
from complaints.views.summary import facts
from tests.complaints.road import Road
from tests.complaints.test_intake import content, file

CONTACT = Contact(name="Sari Rahasia", email="sari@contoh.id", phone="081234567890")


@pytest.fixture
def road(cast, now):
    road = Road(cast, now)
    road.case = file(now, content=content(place="Gedung B"), contact=CONTACT, external_ref="SP-77").complaint
    road.work()
    road.answer()
    return road


def take(road, client):
    return client.post(f"{road.case.get_absolute_url()}ringkasan/")


def test_it_is_a_pdf_with_a_code_that_the_verification_page_knows(road, client_for):
    answer = take(road, client_for(road.cast.sekar))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert len(pikepdf.open(io.BytesIO(answer.content)).pages) >= 1
    document = IssuedDocument.objects.get(kind="complaints.case")
    page = Client().get(f"/verifikasi/{document.code}", follow=True).content.decode()
    assert f"Ringkasan pengaduan {road.case.number}" in page
    assert "Lampu" not in page  # the title is for everyone who holds the code


def test_it_says_what_the_page_says_and_of_the_contact_only_that_there_is_one(road):
    told = [*paper._facts(road.case), *paper._texts(road.case), *paper._history(road.case)[2]]
    words = "\n".join(" ".join(map(str, each)) for each in told)
    for known in (
        "Gedung B",
        "SP-77",
        road.case.description,
        "Lampu sudah diganti.",
        "Terverifikasi",
        "Tersegel",
    ):
        assert known in words
    for sealed in (CONTACT.name, CONTACT.email, CONTACT.phone):
        assert sealed not in words
    assert "Tidak ada" in dict(paper._facts(file(road.at).complaint))["Kontak pelapor"]


def test_page_and_paper_tell_the_same_facts(road, client_for):
    case = Complaint.objects.get(pk=road.case.pk)
    told = facts(case, road.at)
    page = client_for(road.cast.sekar).get(road.case.get_absolute_url()).text
    written = dict(paper._facts(case))
    assert {fact.label for fact in told} >= {"Jenis", "Diterima", "Tempat", "Nomor di saluran asal"}
    for label, text in [fact[:2] for fact in told if fact.text]:
        assert f"<dt>{label}</dt>" in page
        assert escape(text) in page
        assert written[label] == text


def test_each_taking_is_an_entry_also_of_the_same_document(road, client_for):
    bagas = client_for(road.cast.bagas)
    for _time in range(2):
        take(road, bagas)
    entries = Entry.objects.filter(
        subject=subject_key(road.case), verb="complaints.complaint.print", op="access"
    )
    assert list(entries.values_list("user_id", flat=True)) == [road.cast.bagas.pk] * 2
    assert IssuedDocument.objects.filter(kind="complaints.case").count() == 1


def test_who_may_not_know_of_the_case_gets_no_paper_of_it(cast, now, client_for):
    road = Road(cast, now)
    road.verify(visibility=Visibility.CONFIDENTIAL)
    assert take(road, client_for(cast.bagas)).status_code == 404
    assert not IssuedDocument.objects.exists()
