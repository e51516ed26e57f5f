"""Complaints that come by mouth, telephone, letter or WhatsApp: one form, the channel kept, the code handed back."""

import datetime as dt
import re
import uuid
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import escape

from biroumum.audit.queries import history
from biroumum.documents.models import Attachment, IssuedDocument
from biroumum.documents.queries import attachments_of
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal, waktu
from biroumum.worktime.queries import clocks_of
from complaints import services
from complaints.forms.public import QUESTIONS
from complaints.models import Category, Complaint, Question
from complaints.services import deadlines
from complaints.services.words import received_words
from tests.complaints.citizen import make_regions
from tests.complaints.road import evidence
from tests.complaints.test_intake import content, file

DESK = "/kerja/pengaduan/catat/"
TOLD = {"name": "Sari Contoh", "phone": "081234567890", "description": "Lampu <lorong> mati sejak Senin."}


def at_desk(client):
    """Sends the form as it stands on the desk, with what is named changed."""

    def send(source, **changes):
        data = {
            "submit_token": str(uuid.uuid4()),
            "source": source,
            "kind": "complaint",
            "title": "Lampu lorong mati",
            "description": "Lampu lorong gedung B mati.",
            "category": Category.objects.get(code="infrastruktur").pk,
            "visibility": "confidential",
            "more": "1",  # as from the second page, which brings the first along
        } | changes
        return client.post(DESK, data)

    send.client = client
    return send


@pytest.fixture
def enter(cast, client_for, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return at_desk(client_for(cast.danu))


def code_on(page):
    return page.text.partition('<p class="code">')[2].partition("<")[0]


LETTER = {"letter_date": "2026-11-20", "letter_ref": "045/RT-5/XI/2026"}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("desk", "serahkan kepada pengunjung"),
        ("sp4n", "hanya kepada pelapor"),
        ("phone", "membacanya kembali"),
        ("whatsapp", "Salin pesan"),
    ],
)
def test_the_channel_is_kept_and_says_how_the_code_is_handed_back(enter, source, told):
    page = enter(source, external_ref="7654321")
    case = Complaint.objects.get()
    assert page.status_code == 201
    assert (case.source, case.external_ref) == (source, "7654321" if source == "sp4n" else None)
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


# -- what was typed is not lost


# -- received on an earlier day than it was entered


def days_ago(count):
    return timezone.localdate() - dt.timedelta(days=count)


@pytest.mark.parametrize("source", ["letter", "phone", "whatsapp", "desk"])
def test_the_clocks_of_what_came_earlier_begin_on_the_day_it_came(enter, source):
    received = days_ago(9)
    letter = {"letter_date": str(days_ago(12)), "files": evidence()} if source == "letter" else {}
    page = enter(source, received_on=str(received), **letter)
    assert page.status_code == 201, page.text
    case = Complaint.objects.get()
    assert timezone.localdate(case.received_at) == received
    assert timezone.localdate(case.entered_at) == timezone.localdate()
    clocks = {clock.code: clock for clock in clocks_of(subject_key(case))}
    assert {clock.started_at for clock in clocks.values()} == {case.received_at}
    assert timezone.localdate(clocks["complaint.completeness"].due_at) == received + dt.timedelta(days=14)


def test_a_late_entry_warns_and_keeps_both_dates_also_on_the_citizens_paper(enter, cast, client_for):
    page = enter("phone", received_on=str(days_ago(9))).text
    case = Complaint.objects.get()
    lost = deadlines.entered_late(case)
    assert 0 < lost < 8
    for told in (page, client_for(cast.sekar).get(case.get_absolute_url()).text):
        assert f"Dicatat {lost} hari kerja sesudah diterima" in told
        assert f"{tanggal(case.received_at)}; dicatat {waktu(case.entered_at)}" in told
    assert received_words(case) == f"{tanggal(case.received_at)}; dicatat {waktu(case.entered_at)}"
    assert (
        timezone.localdate(history(subject_key(case))[-1].at) == timezone.localdate()
    )  # no step before it was one


def test_received_today_is_entered_now_and_warns_of_nothing(enter):
    page = enter("phone", received_on=str(days_ago(0))).text
    case = Complaint.objects.get()
    assert (case.entered_at, deadlines.entered_late(case)) == (None, 0)
    assert "hari kerja sesudah diterima" not in page


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (-1, "Tanggal diterima tidak boleh sesudah hari ini"),
        (367, "Tanggal diterima lebih dari setahun yang lalu"),
        (30, "Tanggal surat tidak boleh sesudah tanggal diterima"),
    ],
)
def test_a_day_of_receipt_that_cannot_be_is_refused_with_a_sentence(enter, received, told):
    page = enter(
        "letter", received_on=str(days_ago(received)), letter_date=str(days_ago(9)), files=evidence()
    )
    assert page.status_code == 422
    assert told in page.text
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(("source", "minutes"), [("web", 5), ("phone", -5)])
def test_the_database_knows_later_entries_of_the_desk_alone(db, now, source, minutes):
    entered = now + dt.timedelta(minutes=minutes)
    with pytest.raises(IntegrityError, match="complaint_entered_after_receipt"), transaction.atomic():
        file(now, source=source, content=content(entered_at=entered))


# -- what comes from SP4N-LAPOR!


def test_a_number_of_sp4n_is_asked_found_and_has_one_case_and_one_code(enter, cast, client_for):
    assert "Isi nomor di SP4N-LAPOR!" in enter("sp4n").text
    token = str(uuid.uuid4())
    first, again = (enter("sp4n", external_ref="7654321", submit_token=token) for _time in range(2))
    assert code_on(first) == code_on(again)
    other = enter("sp4n", external_ref="7654321")
    assert (other.status_code, Complaint.objects.count()) == (422, 1)
    assert "Pengaduan dengan nomor ini sudah tercatat." in other.text
    assert code_on(first) not in other.text
    case, sekar = Complaint.objects.get(), client_for(cast.sekar)
    assert "7654321" in sekar.get(case.get_absolute_url()).text
    assert case.number in sekar.get("/kerja/pengaduan/", {"q": "7654321"}).text


# -- the second page


@pytest.fixture
def question(db):
    with transaction.atomic():
        make_regions()
        about = {"category": Category.objects.get(code="infrastruktur"), "datatype": "singlevaluelist"}
        asked = Question.objects.create(
            **about, code="gedung", label="Gedung mana?", choices="A\nB", required=True, order=1
        )
    QUESTIONS.forget()
    yield asked
    QUESTIONS.forget()


def fields_of(page):
    """What the page would send, were nothing chosen on it."""
    main = page.text.partition("<main")[2]
    tags = re.findall(r'<input type="hidden"[^>]+>', main)
    pairs = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    given = {name[1]: unescape(value[1]) if value else "" for name, value in pairs}
    del given["csrfmiddlewaretoken"]
    return given


def test_the_second_page_asks_what_the_category_and_the_regency_bring_and_carries_the_first(enter, question):
    page = enter("phone", region="33.74", name="Sari <b>", more="")
    assert page.status_code == 422  # the box says it comes from the second page, and an answer is missing
    first = {"source": "phone", "region": "33.74", "name": "Sari <b>"}
    page = enter.client.post(DESK, first | {"kind": "complaint", "title": "Lampu", "description": "Mati."})
    assert page.status_code == 422
    told = {"category": question.category_id, "visibility": "confidential", "submit_token": uuid.uuid4()}
    told |= first | {"kind": "complaint", "title": "Lampu", "description": "Mati."}
    page = enter.client.post(DESK, told)
    assert (page.status_code, Complaint.objects.count()) == (200, 0)
    assert "Gedung mana?" in page.text
    assert "Semarang Tengah, desa tidak diketahui" in page.text
    kept = fields_of(page)
    assert kept["name"] == "Sari <b>"
    assert "Jawab pertanyaan ini" in enter.client.post(DESK, kept).text
    done = enter.client.post(DESK, kept | {"q_gedung": "B", "within": "33.74.01.1001"})
    case = Complaint.objects.get()
    assert (done.status_code, case.details, case.region_id) == (201, {"gedung": "B"}, "33.74.01.1001")
    assert case.reporter.name == "Sari <b>"


def test_the_way_back_keeps_the_first_page_and_files_nothing(enter, question):
    page = enter("phone", back="1", name="Sari Contoh")
    assert (page.status_code, Complaint.objects.count()) == (200, 0)
    assert 'value="Sari Contoh"' in page.text
    assert "Gedung mana?" not in page.text


def test_a_region_of_another_regency_is_no_choice(enter, question):
    page = enter("phone", region="33.74", q_gedung="A", within="33.72")
    assert (page.status_code, Complaint.objects.count()) == (422, 0)


def test_the_visitor_takes_the_receipt_of_the_public_form(enter):
    page = enter("desk")
    case, code = Complaint.objects.get(), code_on(page)
    form = page.text.partition('action="/pengaduan/tanda-terima/"')[2].partition("</form>")[0]
    assert f'name="code" value="{code}"' in form
    paper = enter.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": code})
    assert paper["Content-Type"] == "application/pdf"
    assert IssuedDocument.objects.get().title == f"Tanda terima pengaduan {case.number}"


def test_of_a_form_with_a_fault_everything_is_there_again_and_files_are_named(enter, question):
    page = enter("phone", **TOLD, files=evidence())  # without the answer that is required
    assert page.status_code == 422
    assert all(escape(text) in page.text for text in TOLD.values())
    assert "Pilih lagi berkas ini: sesudah.png" in page.text
