"""Asking whether a document is real: what the page says, to whom, how often; and comparing a file."""

import datetime as dt
import hashlib
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit.models import Entry
from biroumum.documents import services, views
from biroumum.documents.models import IssuedDocument
from biroumum.documents.services import issue, issue_pdf, revoke, revoke_all
from tests import axe
from tests.races import at_once

CASE = "complaints.complaint/12"
TITLE = "Tanda terima pengaduan UJI-2026-000147"
UNKNOWN = "0000000000000000"


@pytest.fixture
def document(db) -> IssuedDocument:
    return issue("uji.surat", CASE, TITLE, b"%PDF-isi", actor=SYSTEM)


def page(client, code: str):
    return client.get(f"/verifikasi/{code}/")


def test_a_document_is_vouched_for_by_office_hash_and_trace(cast) -> None:
    mine = issue("uji.surat", CASE, TITLE, b"%PDF-isi", actor=Actor.staff(cast.bagas))
    assert mine.sha256 == hashlib.sha256(b"%PDF-isi").hexdigest()
    assert (mine.office, mine.issued_by) == ("Subbagian Rumah Tangga", cast.bagas)
    assert Entry.objects.filter(subject=CASE, verb="documents.issueddocument.issue").count() == 1


def test_a_rendered_document_carries_the_code_it_is_kept_under(db) -> None:
    mine, content = issue_pdf("uji.surat", CASE, TITLE, "plain.typ", {}, actor=SYSTEM)
    assert mine.sha256 == hashlib.sha256(content).hexdigest()
    assert f"/verifikasi/{mine.code}".encode("utf-16-be") in content or mine.code.encode() in content


def test_the_page_says_what_when_by_whom_and_whether_it_holds(client, document) -> None:
    answer = page(client, document.code)
    text = answer.content.decode()
    assert answer.status_code == 200
    for part in (TITLE, document.office, "Berlaku", document.sha256):
        assert part in text
    assert "complaints.complaint" not in text
    assert "no-store" in answer["Cache-Control"]


def test_a_revoked_document_says_so_and_why(client, document) -> None:
    revoke(document, reason="Salah tanggal", actor=SYSTEM)
    again = revoke(document, reason="Alasan lain", actor=SYSTEM)
    text = page(client, document.code).content.decode()
    assert again.revoked_reason == "Salah tanggal"
    assert "Dicabut" in text
    assert "Salah tanggal" in text
    assert Entry.objects.filter(verb="documents.issueddocument.revoke").count() == 1


def test_the_database_wants_a_reason_for_a_revocation(document) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedDocument.objects.update(revoked_at=timezone.now())


@pytest.mark.parametrize("code", [UNKNOWN, "abc", "tidak-dikenal", "%00", "x" * 500, "<script>"])
def test_an_unknown_code_gets_one_friendly_page(client, db, code: str) -> None:
    answer = page(client, code)
    assert answer.status_code == 404
    assert "Kode ini tidak kami kenal" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_known_and_unknown_codes_cost_the_same_statements(client, document) -> None:
    page(client, UNKNOWN)  # opens this window's count
    counts = set()
    for code in (document.code, UNKNOWN, "abc"):
        with CaptureQueriesContext(connection) as asked:
            page(client, code)
        counts.add(len(asked))
    assert len(counts) == 1


def test_a_code_typed_by_hand_leads_to_its_page(client, document) -> None:
    typed = f" {document.code[:4].lower()}-{document.code[4:]} "
    answer = client.get("/verifikasi/", {"kode": typed}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/verifikasi/{document.code}/"
    assert client.get("/verifikasi/", {"kode": ""}, follow=True).status_code == 404


def test_the_printed_address_without_a_slash_works(client, document) -> None:
    assert client.get(f"/verifikasi/{document.code}", follow=True).status_code == 200


def test_an_address_may_not_try_codes_without_end(client, document, monkeypatch) -> None:
    monkeypatch.setattr(views, "LOOKUPS", 2)
    assert [page(client, code).status_code for code in (UNKNOWN, document.code, document.code)] == [
        404,
        200,
        429,
    ]


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_a_file_is_compared_on_the_readers_own_device(live, browser, tmp_path, width: int) -> None:
    with transaction.atomic():
        document = issue("uji.surat", CASE, TITLE, b"%PDF-isi", actor=SYSTEM)
    (tmp_path / "sama.pdf").write_bytes(b"%PDF-isi")
    (tmp_path / "lain.pdf").write_bytes(b"%PDF-ubah")
    screen, sent = browser(width=width), []
    screen.goto(f"{live}/verifikasi/{document.code}/")
    screen.on("request", lambda request: sent.append(request.url))
    screen.set_input_files("#berkas", tmp_path / "sama.pdf")
    screen.wait_for_selector("[data-same]:visible")
    screen.set_input_files("#berkas", tmp_path / "lain.pdf")
    screen.wait_for_selector("[data-other]:visible")
    assert not screen.locator("[data-same]").is_visible()
    assert not [url for url in sent if "/static/" not in url]
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    assert axe.faults(screen) == []


@pytest.mark.browser
def test_without_javascript_the_page_tells_how_to_compare(live, browser) -> None:
    with transaction.atomic():
        document = issue("uji.surat", CASE, TITLE, b"%PDF-isi", actor=SYSTEM)
    screen = browser(java_script_enabled=False)
    screen.goto(f"{live}/verifikasi/")
    screen.fill("#kode", document.code)
    screen.click("main button")
    assert not screen.locator("#berkas").is_visible()
    screen.click("main summary")
    assert screen.get_by_text("sha256sum").is_visible()


def given(kind: str = "uji.surat", **data: list[str]):
    return issue_pdf(kind, CASE, TITLE, "plain.typ", data, actor=SYSTEM)


def test_the_same_letter_asked_for_again_is_the_same_document_byte_for_byte(db, monkeypatch) -> None:
    first, bytes_then = given(paragraphs=["Isi surat"])
    monkeypatch.setattr("django.utils.timezone.now", lambda: first.issued_at + dt.timedelta(days=3))
    again, bytes_now = given(paragraphs=["Isi surat"])
    assert (again.code, bytes_now) == (first.code, bytes_then)
    assert IssuedDocument.objects.count() == 1


def test_a_letter_that_says_anything_else_is_a_new_document_and_the_first_stays_valid(db) -> None:
    first, _bytes = given(paragraphs=["Isi surat"])
    other, _bytes = given(paragraphs=["Isi lain"])
    english, _bytes = issue_pdf(
        "uji.surat", CASE, TITLE, "plain.typ", {"paragraphs": ["Isi surat"]}, actor=SYSTEM, language="en"
    )
    assert len({first.code, other.code, english.code}) == 3
    assert IssuedDocument.objects.filter(revoked_at=None).count() == 3


def test_a_revoked_letter_is_not_given_out_again(db) -> None:
    first, _bytes = given(paragraphs=["Isi surat"])
    revoke_all("uji.surat", CASE, reason="Diganti", actor=SYSTEM)
    again, _bytes = given(paragraphs=["Isi surat"])
    assert again.code != first.code
    assert (again.is_valid, IssuedDocument.objects.get(pk=first.pk).is_valid) == (True, False)


def test_revoking_a_kind_leaves_other_kinds_and_cases_alone(db) -> None:
    given(paragraphs=["Isi"])
    given("uji.lain", paragraphs=["Isi"])
    revoke_all("uji.surat", CASE, reason="Diganti", actor=SYSTEM)
    assert IssuedDocument.objects.get(kind="uji.lain").is_valid


def test_two_downloads_at_once_are_one_document(real_db) -> None:
    assert len(set(at_once(_downloaded, _downloaded))) == 1
    assert IssuedDocument.objects.count() == 1


def test_without_waiting_for_each_other_they_would_be_two(real_db, monkeypatch) -> None:
    meet = threading.Barrier(2, timeout=20)
    monkeypatch.setattr(services, "_one_at_a_time", lambda *_which: meet.wait())
    at_once(_downloaded, _downloaded)
    assert IssuedDocument.objects.count() == 2


def _downloaded() -> str:
    return given(paragraphs=["Isi surat"])[0].code
