"""Papers a reporter takes from the tracking page: the receipt, and the proof of a hand-over."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from biroumum.accounts.actors import Actor
from biroumum.documents.models import IssuedDocument
from biroumum.documents.services import attach
from complaints.models import Complaint
from complaints.services.deadlines import promised
from tests.complaints.citizen import STORY
from tests.complaints.test_tracking import WRONG, citizen, office, text

__all__ = ["citizen", "office"]


def test_receipt_with_the_code_only_for_who_shows_it(citizen) -> None:
    case, code = citizen.file()
    response = citizen.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": code})
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert IssuedDocument.objects.get().title == f"Tanda terima pengaduan {case.number}"
    wrong = citizen.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": WRONG})
    assert wrong.status_code == 422
    assert IssuedDocument.objects.count() == 1


@pytest.mark.parametrize(("kind", "day"), [("complaint", "2026-12-17"), ("information", "2026-12-04")])
def test_promised_dates_hang_on_filing_alone_so_a_later_receipt_says_the_same(db, now, kind, day) -> None:
    dates = promised(Complaint(kind=kind, received_at=now))
    assert [timezone.localdate(date).isoformat() for date in dates] == ["2026-11-27", day]


def test_a_receipt_lists_only_what_came_with_the_complaint(citizen, monkeypatch) -> None:
    shown = []
    case, code = citizen.file()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    file = SimpleUploadedFile("kemudian.png", picture.getvalue())
    attach(f"complaints.complaint/{case.pk}", file, actor=Actor.holder())
    monkeypatch.setattr(
        "complaints.public_views.papers.issue_pdf",
        lambda *args, **kwargs: (shown.append(args[4]), b"%PDF"),
    )
    citizen.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": code})
    _title, rows, _meaning = shown[0]["hashes"]
    filed = f"{case.number}\n\nLampu lorong mati\n\n{STORY}\n"
    assert rows == [["Isi laporan (nomor, perihal, uraian)", hashlib.sha256(filed.encode()).hexdigest()]]
    assert shown[0]["code"][1] == code


def test_handover_is_read_and_its_proof_downloaded(citizen, office, cast) -> None:
    case, code = citizen.file()
    data = {"agency": "Dinas Contoh", "reason": "Jalan kabupaten", "follow_up": "Telepon (024) 000 0001"}
    office(case, "hand_over", cast.sekar, reason_code="regency", **data)
    url = citizen.track(case, code)
    body = text(citizen.client.get(url))
    assert all(value in body for value in data.values())
    assert citizen.client.post(f"{url}pelimpahan/").content.startswith(b"%PDF")


def test_no_handover_no_proof(citizen) -> None:
    case, code = citizen.file()
    assert citizen.client.post(f"{citizen.track(case, code)}pelimpahan/").status_code == 404


def test_hostile_text_is_inert_on_the_page_and_in_the_pdf(citizen) -> None:
    hostile = '<script>alert(1)</script> #eval("1") $x$ 😡 \u202e {{ x }}'
    case, code = citizen.file(description=hostile, title="=1+1")
    page = citizen.client.get(citizen.track(case, code)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    pdf = citizen.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": code})
    assert pdf.content.startswith(b"%PDF")


def test_a_second_download_is_the_same_document_and_a_copy_is_another(citizen) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    for _turn in range(2):
        citizen.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": code})
        citizen.client.post(f"{url}tanda-terima/")
    assert sorted(IssuedDocument.objects.values_list("kind", flat=True)) == [
        "complaints.receipt",
        "complaints.receipt.copy",
    ]


def test_a_handover_that_was_taken_back_is_void_and_the_next_has_its_own_code(citizen, office, cast) -> None:
    case, code = citizen.file()
    data = {
        "agency": "Dinas Contoh",
        "reason": "Jalan kabupaten",
        "follow_up": "Telepon",
        "reason_code": "regency",
    }
    office(case, "hand_over", cast.sekar, **data)
    url = citizen.track(case, code)
    citizen.client.post(f"{url}pelimpahan/")
    office(case, "restore", cast.sekar, reason="Ternyata jalan provinsi")
    first = IssuedDocument.objects.get()
    page = citizen.client.get(f"/verifikasi/{first.code}/").content.decode()
    assert "Pelimpahan ini tidak berlaku lagi" in page
    office(case, "hand_over", cast.sekar, **data)
    citizen.client.post(f"{url}pelimpahan/")
    assert IssuedDocument.objects.filter(revoked_at=None).get().code != first.code
