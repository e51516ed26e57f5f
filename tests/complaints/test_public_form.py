"""Filing without an account: one question a page, nothing lost, one case however often it is sent."""

import datetime as dt
import io
import re
import uuid

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from biroumum.accounts.actors import Actor
from biroumum.documents.models import Attachment
from biroumum.notifications.models import Message as Mail
from biroumum.workflow.engine import Forbidden
from complaints import services
from complaints.models import Category, Complaint, Reporter
from complaints.public_views import draft as drafts
from tests.complaints.citizen import STORY, Citizen, code_on, make_regions


def png(name: str = "lampu.png") -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/png")


@pytest.fixture
def citizen(db) -> Citizen:
    with transaction.atomic():
        make_regions()
    return Citizen()


def test_start_page_says_limits_from_the_rows_and_leads_to_the_form(citizen) -> None:
    page = citizen.client.get("/pengaduan/")
    assert page.status_code == 200
    assert "14 hari kerja" in page.content.decode()
    assert 'href="/pengaduan/baru/"' in page.content.decode()
    assert citizen.client.get("/pengaduan/baru/").url == "/pengaduan/baru/jenis/"


def test_a_citizen_files_without_account_and_gets_number_and_code(citizen) -> None:
    case, code = citizen.file(email="sari@contoh.id", name="Sari")
    assert case.number.startswith("ADU-")
    assert case.description == STORY
    assert case.source == "web"
    assert case.entered_by is None
    assert len(code.replace("-", "")) == 16
    assert Reporter.objects.get(complaint=case).email == "sari@contoh.id"
    assert Mail.objects.filter(to="sari@contoh.id").count() == 1


def test_no_contact_leaves_no_reporter_row(citizen) -> None:
    case, _code = citizen.file()
    assert not Reporter.objects.filter(complaint=case).exists()


def test_code_is_stored_nowhere_in_clear(citizen) -> None:
    case, code = citizen.file()
    row = Complaint.objects.filter(pk=case.pk).values().get()
    assert all(code not in str(value) for value in row.values())
    assert all(code not in str(value) for value in citizen.client.session.items())


@pytest.mark.parametrize(
    ("page", "data", "sentence"),
    [
        ("jenis", {}, "Pilih apa yang ingin Anda sampaikan"),
        ("jenis", {"kind": "bribe"}, "Pilih salah satu dari daftar"),
        ("kejadian", {"title": "", "description": "x"}, "Isi perihal dalam satu baris"),
        ("kejadian", {"title": "x", "description": " "}, "Ceritakan apa yang terjadi"),
        ("kejadian", {"title": "x", "description": "x", "occurred_on": "kapan"}, "Isi tanggal seperti"),
    ],
)
def test_each_mistake_has_its_own_sentence_and_keeps_what_was_typed(citizen, page, data, sentence) -> None:
    if page != "jenis":
        citizen.answer("jenis", kind="complaint")
    response = citizen.answer(page, **data)
    body = response.content.decode()
    assert response.status_code == 422
    assert body.count(sentence) == 2  # in the summary, and at the field
    assert "<title>Galat:" in body
    assert all(value.strip() in body for name, value in data.items() if name != "kind")


def test_mistakes_in_contact_have_their_own_sentence(citizen) -> None:
    citizen.fill_in()
    body = citizen.answer("kontak", email="sari di contoh", phone="12").content.decode()
    assert "Isi surel seperti nama@contoh.id" in body
    assert "Isi nomor telepon seperti 0812 3456 7890" in body


def test_whoever_comes_too_early_is_led_to_the_first_missing_page(citizen) -> None:
    for page in ("kejadian", "kontak", "lampiran", "periksa"):
        assert citizen.client.get(f"/pengaduan/baru/{page}/").url == "/pengaduan/baru/jenis/"
    citizen.answer("jenis", kind="complaint")
    assert citizen.client.get("/pengaduan/baru/periksa/").url == "/pengaduan/baru/kejadian/"
    assert citizen.client.get("/pengaduan/baru/tidak-ada/").status_code == 404


def test_going_back_shows_what_was_answered(citizen) -> None:
    citizen.fill_in()
    assert STORY in citizen.client.get("/pengaduan/baru/kejadian/").content.decode()
    page = citizen.client.get("/pengaduan/baru/kerahasiaan/").content.decode()
    assert re.search(r'value="confidential"[^>]*checked', page)


def test_a_changed_answer_leads_back_to_the_check_page(citizen) -> None:
    citizen.fill_in()
    response = citizen.answer("kejadian", title="Lampu tangga mati", description=STORY)
    assert response.url == "/pengaduan/baru/periksa/"
    assert "Lampu tangga mati" in citizen.client.get(response.url).content.decode()


def test_place_is_asked_level_by_level_and_the_smallest_is_kept(citizen) -> None:
    citizen.fill_in()
    assert citizen.answer("tempat", regency="33.74", place="").url == "/pengaduan/baru/kecamatan/"
    assert citizen.answer("kecamatan", district="33.74.01").url == "/pengaduan/baru/desa/"
    assert citizen.answer("desa", village="33.74.01.1001").url == "/pengaduan/baru/periksa/"
    assert citizen.send().context["case"].region_id == "33.74.01.1001"


def test_another_regency_drops_the_district_below_the_old_one(citizen) -> None:
    citizen.fill_in()
    citizen.answer("tempat", regency="33.74", place="")
    citizen.answer("kecamatan", district="33.74.01")
    assert citizen.answer("tempat", regency="33.72", place="").url == "/pengaduan/baru/kecamatan/"
    assert citizen.answer("kecamatan", district="33.74.01").status_code == 422


def test_an_anonymous_contact_is_opened_by_the_verifier_alone_with_reason_and_trace(citizen, cast) -> None:
    case, code = citizen.file(visibility="anonymous", email="sari@contoh.id")
    for who in (cast.rini, cast.danu, cast.hartono):
        with pytest.raises(Forbidden):
            services.open_identity(case, actor=Actor.staff(who), reason="Ingin tahu")
    opened = services.open_identity(case, actor=Actor.staff(cast.sekar), reason="Memastikan lokasi")
    assert (opened.email, opened.name) == ("sari@contoh.id", "")
    assert "Memastikan lokasi" in citizen.client.get(citizen.track(case, code)).content.decode()


def test_the_form_says_who_can_see_the_contact_before_it_is_given(citizen) -> None:
    citizen.fill_in(visibility="anonymous")
    page = citizen.client.get("/pengaduan/baru/kontak/").content.decode()
    assert "Hanya verifikator dapat membuka segel, dengan alasan yang tampil" in page
    assert "tidak menanyakan nama" in page


def test_anonymous_reporters_are_not_asked_for_a_name(citizen) -> None:
    citizen.fill_in(visibility="anonymous")
    assert 'name="name"' not in citizen.client.get("/pengaduan/baru/kontak/").content.decode()
    citizen.answer("kontak", name="Sari", email="sari@contoh.id")
    case = citizen.send().context["case"]
    assert (case.visibility, Reporter.objects.get(complaint=case).name) == ("anonymous", "")


def test_a_session_ended_meanwhile_keeps_no_one_from_the_receipt_and_stays_ended(
    citizen, monkeypatch
) -> None:
    citizen.fill_in()
    token, row_of = citizen.token(), SessionStore.create_model_instance

    def ended(store, data):
        Session.objects.all().delete()
        return row_of(store, data)

    monkeypatch.setattr(SessionStore, "create_model_instance", ended)
    assert citizen.send(token).status_code == 201
    assert Complaint.objects.count() == 1
    assert not Session.objects.exists()


def test_the_receipt_page_is_not_given_again_after_two_hours(citizen, monkeypatch) -> None:
    citizen.fill_in()
    token = citizen.token()
    citizen.send(token)
    later = timezone.now() + drafts.LIFETIME + dt.timedelta(minutes=1)
    monkeypatch.setattr("complaints.public_views.sending.timezone.now", lambda: later)
    response, forged = citizen.send(token), citizen.send(str(uuid.uuid4()))
    page = response.content.decode()
    assert response.status_code == 410
    assert "/pengaduan/lacak/" in page
    assert Complaint.objects.get().number not in page
    assert forged.status_code == 302  # a token that made no case is that of a draft not yet sent: on with it
    assert Complaint.objects.count() == 1


def test_changing_the_language_on_the_receipt_page_keeps_the_code(citizen) -> None:
    citizen.fill_in()
    token = citizen.token()
    first = citizen.send(token)
    assert f'name="token" value="{token}"' in first.content.decode()
    second = citizen.send(token, language="en")
    assert code_on(second) == code_on(first)
    assert '<html lang="en">' in second.content.decode()


def test_the_log_never_holds_what_earns_the_code(citizen) -> None:
    citizen.fill_in()
    citizen.answer("lampiran", files=[png()], upload="1")
    assert citizen.token() not in Attachment.objects.get().subject


def test_a_program_that_fills_the_hidden_box_is_stopped_with_a_sentence(citizen) -> None:
    citizen.fill_in()
    response = citizen.send(website="https://iklan.example")
    assert response.status_code == 422
    assert "Kirim sekali lagi" in response.content.decode()
    assert citizen.send().status_code == 201


def test_pages_of_the_form_are_kept_by_no_cache(citizen) -> None:
    citizen.fill_in()
    for page in ("jenis", "kejadian", "kontak", "lampiran", "periksa"):
        assert "no-store" in citizen.client.get(f"/pengaduan/baru/{page}/")["Cache-Control"]
    assert "no-store" in citizen.send()["Cache-Control"]


HOSTILE = {
    "ten thousand characters": "x" * 10_000,
    "emoji": "Lampu mati 😡🇮🇩👩‍👩‍👧",
    "html": "<script>alert(1)</script><b>tebal</b>",
    "formula": '=HYPERLINK("https://jahat.example";"klik")',
    "template": "{{ settings.SECRET_KEY }}{% load x %}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_typed_is_kept_as_typed_and_stays_text(citizen, text) -> None:
    citizen.fill_in(description=text, title=text[:120])
    check = citizen.client.get("/pengaduan/baru/periksa/").content.decode()
    assert "<script>alert" not in check
    case = citizen.send().context["case"]
    assert case.description == text


def test_nul_and_direction_marks_are_dropped(citizen) -> None:
    case, _code = citizen.file(description="satu\x00dua\u202etiga", title="a\u2066b")
    assert (case.description, case.title) == ("satuduatiga", "ab")


def test_more_than_ten_thousand_characters_are_refused_with_the_count(citizen) -> None:
    citizen.answer("jenis", kind="complaint")
    response = citizen.answer("kejadian", title="x", description="x" * 10_001)
    assert response.status_code == 422
    assert "10001" in response.content.decode()


def test_a_statement_count_that_does_not_grow(citizen, django_assert_max_num_queries) -> None:
    citizen.fill_in(regency="")
    for page in ("jenis", "kejadian", "bidang", "tempat", "kerahasiaan", "kontak", "lampiran", "periksa"):
        with django_assert_max_num_queries(25):
            citizen.client.get(f"/pengaduan/baru/{page}/")


def test_sending_costs_so_many_statements_and_no_more(citizen, django_assert_max_num_queries) -> None:
    """Case, reporter, clock, number, log and mail included; begin and end of both transactions as well."""
    citizen.fill_in(name="Bu Contoh", email="warga@contoh.example")
    token = citizen.token()
    with django_assert_max_num_queries(19):
        assert citizen.send(token).status_code == 201


def test_staff_who_are_signed_in_leave_no_trace_in_the_log_when_they_file(cast, client_for) -> None:
    from biroumum.audit.models import Entry

    citizen = Citizen(client_for(cast.bagas))
    case, _code = citizen.file(visibility="anonymous")
    entries = Entry.objects.filter(subject=f"complaints.complaint/{case.pk}")
    assert entries
    assert {entry.user_id for entry in entries} == {None}


def test_valkey_away_files_all_the_same_and_the_mail_waits(valkey, real_db) -> None:
    valkey.stop()
    case, _code = Citizen().file(email="sari@contoh.id")
    assert case.pk
    assert Mail.objects.get().state == Mail.State.PENDING


def test_the_sector_for_everything_else_is_offered_last(citizen) -> None:
    citizen.answer("jenis", kind="complaint")
    citizen.answer("kejadian", title="Lampu mati", description=STORY)
    page = citizen.client.get("/pengaduan/baru/bidang/").content.decode()
    assert re.findall(r'type="radio"[^>]*value="(\d+)"', page)[-1] == str(
        Category.objects.get(code="lain-lain").pk
    )


def test_the_check_page_says_place_and_contact_in_a_row_each(citizen) -> None:
    citizen.fill_in(name="Sari", email="sari@contoh.id")
    citizen.answer("tempat", regency="33.74", place="Gedung B")
    citizen.answer("kecamatan", district="")
    page = citizen.client.get("/pengaduan/baru/periksa/")
    rows = {label: value for label, value, *_more in page.context["rows"]}
    assert rows["Kontak"] == "Sari\nsari@contoh.id"
    assert rows["Tempat"].startswith("Gedung B, ")
