"""What the log holds of a filing for its reporter to prove: fingerprints and times, no word and no person."""

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.documents.models import Attachment
from biroumum.documents.queries import attachments_of
from biroumum.documents.services import attach
from biroumum.web.subjects import subject_key
from complaints import services
from complaints.services.filed import SUBMITTED, filed_text
from complaints.states import Kind, Source
from tests.complaints.citizen import STORY, Citizen
from tests.complaints.test_intake import content, file


def entry_of(case):
    return Entry.objects.get(subject=subject_key(case), verb=SUBMITTED)


def told(case):
    data = json.loads(entry_of(case).body)["data"]
    data.pop("at", None)  # the clock of these tests is not the log's
    return data


def test_number_time_and_fingerprints_and_nothing_else(db, now):
    case = file(now, contact=services.Contact(name="Sari Contoh", email="sari@contoh.example")).complaint
    assert told(case) == {
        "actor": {"kind": "holder"},
        "to": "received",
        "source": "web",
        "number": case.number,
        "received": "2026-11-24T01:41:00Z",
        "text_sha256": hashlib.sha256(
            f"{case.number}\n\nLampu lorong mati\n\nLampu lorong gedung B mati sejak Senin.\n".encode()
        ).hexdigest(),
        "files_sha256": [],
    }


@pytest.mark.parametrize("change", [{"title": "Lampu lorong padam"}, {"description": "Lain."}])
def test_another_word_is_another_fingerprint(db, now, change):
    case, other = (file(now, content=content(**each)).complaint for each in ({}, change))
    other.number = case.number
    assert filed_text(case) != filed_text(other)


def test_files_of_the_form_are_bound_in_as_they_are_kept(db, picture):
    citizen = Citizen()
    citizen.fill_in(lampiran={})
    sent = SimpleUploadedFile("lampu.png", picture.read_bytes())
    assert citizen.client.post("/pengaduan/baru/lampiran/", {"files": sent, "upload": "1"}).status_code == 200
    case = citizen.send().context["case"]
    (kept,) = attachments_of(subject_key(case))
    assert told(case)["files_sha256"] == [kept.sha256]


def test_a_scan_the_desk_adds_is_bound_in_and_stands_after_the_filing(cast, now, picture):
    scan = SimpleUploadedFile("surat.png", picture.read_bytes())
    case = file(now, actor=Actor.staff(cast.danu), source=Source.DESK, files=[scan]).complaint
    assert told(case)["files_sha256"] == [Attachment.objects.get().sha256]
    added = Entry.objects.get(subject=subject_key(case), verb="documents.attachment.add")
    assert entry_of(case).pk < added.pk


def test_a_file_sent_later_is_an_entry_of_its_own(db, now, picture):
    case = file(now).complaint
    before = entry_of(case).body
    sent = SimpleUploadedFile("lampu.png", picture.read_bytes())
    attach(subject_key(case), sent, actor=Actor.holder(subject_key(case)))
    assert entry_of(case).body == before


def test_a_whistle_blowers_entry_names_neither_number_nor_kind(cast, now):
    case = file(now, content=content(kind=Kind.WHISTLE)).complaint
    body = entry_of(case).body
    assert case.number not in body
    assert "WBS" not in body
    assert "whistle" not in body
    assert case.number in filed_text(case)  # so the holder still proves it
    assert told(case)["text_sha256"] == hashlib.sha256(filed_text(case).encode()).hexdigest()


def test_no_word_of_the_text_is_in_the_entry(db):
    case, _code = Citizen().file()
    assert not any(word in entry_of(case).body for word in STORY.split() if len(word) > 4)
