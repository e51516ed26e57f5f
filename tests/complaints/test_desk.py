"""Complaints that come by mouth, telephone, letter or WhatsApp: one form, the channel kept, the code handed back."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from biroumum.documents.models import Attachment
from biroumum.documents.queries import attachments_of
from biroumum.web.subjects import subject_key
from complaints import services
from complaints.models import Category, Complaint
from tests.complaints.road import evidence
from tests.complaints.test_intake import content, file


@pytest.fixture
def enter(cast, client_for, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = client_for(cast.danu)

    def send(source, **changes):
        data = {
            "submit_token": str(uuid.uuid4()),
            "source": source,
            "kind": "complaint",
            "title": "Lampu lorong mati",
            "description": "Lampu lorong gedung B mati.",
            "category": Category.objects.get(code="infrastruktur").pk,
            "visibility": "confidential",
        } | changes
        return client.post("/kerja/pengaduan/catat/", data)

    return send


def code_on(page):
    return page.text.partition('<p class="code">')[2].partition("<")[0]


LETTER = {"letter_date": "2026-11-20", "letter_ref": "045/RT-5/XI/2026"}


@pytest.mark.parametrize(
    ("source", "told"),
    [("desk", "serahkan kepada pengunjung"), ("phone", "membacanya kembali"), ("whatsapp", "Salin pesan")],
)
def test_the_channel_is_kept_and_says_how_the_code_is_handed_back(enter, source, told):
    page = enter(source)
    case = Complaint.objects.get()
    assert page.status_code == 201
    assert case.source == source
    assert told in page.text
    assert case.number in page.text


def test_the_code_read_out_on_the_telephone_opens_the_case_and_is_shown_this_once(enter, cast, client_for):
    page = enter("phone")
    case, code = Complaint.objects.get(), code_on(page)
    assert services.tracked_complaint(case.number, code) == case
    assert " ".join(code.replace("-", "·")) in page.text
    assert code not in client_for(cast.danu).get(case.get_absolute_url()).text


def test_the_message_for_whatsapp_has_number_and_code_and_nothing_of_the_case(enter):
    message = enter("whatsapp").text.partition('<p class="text-user">')[2].partition("</p>")[0]
    case = Complaint.objects.get()
    assert case.number in message
    assert "ampu" not in message
    code = message.partition("Kode lacak: ")[2].partition(".")[0]
    assert services.tracked_complaint(case.number, code) == case


def test_a_letter_is_kept_with_its_date_number_and_scan(enter, cast, client_for):
    page = enter("letter", **LETTER, files=evidence())
    case = Complaint.objects.get()
    assert page.status_code == 201
    assert (case.letter_date, case.letter_ref) == (dt.date(2026, 11, 20), LETTER["letter_ref"])
    scan = attachments_of(subject_key(case)).get()
    assert (scan.uploaded_by, scan.from_holder) == (cast.danu, False)
    assert LETTER["letter_ref"] in client_for(cast.sekar).get(case.get_absolute_url()).text


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"letter_date": "2026-11-20"}, "Lampirkan pindaian surat"),
        ({}, "Isi tanggal surat"),
        ({"letter_date": "2999-01-01"}, "Tanggal surat tidak boleh"),
    ],
)
def test_a_letter_without_date_or_scan_is_not_entered_and_what_was_typed_stays(enter, given, lacking):
    page = enter("letter", **given)
    assert page.status_code == 422
    assert lacking in page.text
    assert "Lampu lorong gedung B mati." in page.text
    assert not Complaint.objects.exists()


def test_what_was_typed_for_a_letter_is_dropped_for_a_call(enter):
    enter("phone", **LETTER)
    case = Complaint.objects.get()
    assert (case.letter_date, case.letter_ref) == (None, "")


@pytest.mark.parametrize(
    ("source", "letter_date"), [("letter", None), ("phone", dt.date(2026, 11, 20)), ("fax", None)]
)
def test_the_database_knows_the_channels_and_dates_letters_alone(db, now, source, letter_date):
    with (
        pytest.raises(IntegrityError, match=r"complaint_(letter_is_dated|source_known)"),
        transaction.atomic(),
    ):
        file(now, source=source, content=content(letter_date=letter_date))


def test_a_channel_the_desk_does_not_have_is_refused(enter):
    assert enter("laporgub").status_code == 422


def test_a_form_sent_twice_is_one_case_with_one_scan(enter):
    token = str(uuid.uuid4())
    pages = [enter("letter", **LETTER, files=evidence(), submit_token=token) for _time in range(2)]
    assert code_on(pages[0]) == code_on(pages[1])
    assert (Complaint.objects.count(), Attachment.objects.count()) == (1, 1)
