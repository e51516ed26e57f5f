"""Questions of a category, asked on a page of their own only where there are some, and kept with the case."""

import pytest
from django.db import transaction

from complaints.models import Category, Complaint, Question
from tests.complaints.citizen import Citizen


@pytest.fixture
def sector(db):
    sector = Category.objects.get(code="infrastruktur")
    with transaction.atomic():
        for order, (code, datatype, required, choices) in enumerate(
            (
                ("lantai", "number", True, ""),
                ("jenis", "multivaluelist", False, "Lampu\nLift"),
                ("sejak", "datetime", False, ""),
                ("siapa", "singlevaluelist", False, "Saya\nOrang lain"),
            )
        ):
            Question.objects.create(
                category=sector,
                code=code,
                label=f"Apa {code}?",
                datatype=datatype,
                required=required,
                choices=choices,
                order=order,
            )
    return sector


def fill(citizen, sector, **answers):
    for page, data in (
        ("jenis", {"kind": "complaint"}),
        ("kejadian", {"title": "Lampu mati", "description": "Lampu lorong mati."}),
        ("bidang", {"category": sector.pk}),
    ):
        asked = citizen.answer(page, **data)
        assert asked.status_code == 302
    assert asked.url == "/pengaduan/baru/rincian/"
    return citizen.answer("rincian", **answers)


def finish(citizen):
    for page, data in (
        ("tempat", {"regency": "", "place": "Gedung B"}),
        ("kerahasiaan", {"visibility": "confidential"}),
        ("kontak", {}),
        ("lampiran", {}),
    ):
        assert citizen.answer(page, **data).status_code == 302, page


def test_answers_travel_from_the_page_to_the_case_and_its_pages(sector, cast, client_for):
    citizen = Citizen()
    assert (
        fill(citizen, sector, q_lantai="2", q_jenis=["Lampu", "Lift"], q_sejak="24 November 2026").status_code
        == 302
    )
    finish(citizen)
    check = citizen.client.get("/pengaduan/baru/periksa/").content.decode()
    assert "Lampu, Lift" in check
    assert "Selasa, 24 November 2026" in check
    assert citizen.send().status_code == 201
    case = Complaint.objects.get()
    assert case.details == {"lantai": "2", "jenis": ["Lampu", "Lift"], "sejak": "2026-11-24"}
    page = client_for(cast.sekar).get(case.get_absolute_url()).content.decode()
    assert "Apa jenis?" in page
    assert "Lampu, Lift" in page


@pytest.mark.parametrize("answers", [{}, {"q_lantai": "dua"}, {"q_lantai": "1", "q_jenis": ["Pintu"]}])
def test_a_missing_or_wrong_answer_is_said_and_the_rest_kept(sector, answers):
    page = fill(Citizen(), sector, **answers, q_siapa="Saya")
    assert page.status_code == 422
    assert page.context["form"]["q_siapa"].value() == "Saya"


def test_another_sector_drops_the_answers_and_asks_nothing(sector):
    citizen = Citizen()
    fill(citizen, sector, q_lantai="2")
    other = Category.objects.exclude(pk=sector.pk).first()
    asked = citizen.answer("bidang", category=other.pk)
    assert asked.url == "/pengaduan/baru/tempat/"
    finish(citizen)
    assert citizen.send().status_code == 201
    assert Complaint.objects.get().details == {}
