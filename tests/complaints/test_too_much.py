"""More than anyone may send, and a decoder that is shot: a sentence, by name, with the rest and the form kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from biroumum.documents import intake
from biroumum.documents.models import Attachment
from tests.complaints.citizen import STORY, Citizen, make_regions
from tests.kernel import documents_corpus as corpus

TOO_LONG = "x" * (2 * 2**20 + 1)
SHOOTS_ITSELF = """
import os, runpy, signal, sys
if sys.argv[1] in ("pdf", "png"):
    if sys.argv[1] == "png":
        sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGKILL)
runpy.run_path({decoder!r}, run_name="__main__")
"""


@pytest.fixture
def citizen(db) -> Citizen:
    with transaction.atomic():
        make_regions()
    citizen = Citizen()
    citizen.fill_in()
    return citizen


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "x", "description": TOO_LONG},
        {f"field{at}": "x" for at in range(501)},
        {"files": [SimpleUploadedFile(f"{at}.jpg", b"x") for at in range(101)]},
    ],
    ids=["text", "fields", "files"],
)
def test_too_much_is_said_and_leads_back_to_a_form_that_still_knows(citizen, sent):
    page = citizen.answer("kejadian", **sent)
    assert page.status_code == 413
    assert "Kiriman terlalu besar" in page.content.decode()
    assert 'href="/pengaduan/baru/kejadian/"' in page.content.decode()
    assert STORY in citizen.client.get("/pengaduan/baru/kejadian/").content.decode()
    assert citizen.send().status_code == 201


def test_forty_files_with_a_step_are_refused_by_name_beside_the_text(cast, client_for, now):
    from tests.complaints.road import Road

    road = Road(cast, now)
    road.work()
    files = [SimpleUploadedFile(f"foto-{at}.jpg", corpus.photo()) for at in range(40)]
    data = {"expected_state": "in_progress", "text": "Lampu sudah kami ganti.", "files": files}
    page = client_for(cast.bagas).post(f"{road.case.get_absolute_url()}answer/", data)
    html = page.content.decode()
    assert page.status_code == 422
    assert "Lampu sudah kami ganti." in html
    assert all(f"foto-{at}.jpg: Paling banyak 5 berkas" in html for at in range(5, 40))


def test_of_seven_files_that_are_too_many_five_stay_and_two_are_named(citizen):
    files = [SimpleUploadedFile(f"foto-{at}.jpg", corpus.photo()) for at in range(7)]
    page = citizen.answer("lampiran", files=files)
    assert page.status_code == 422
    assert all(f"foto-{at}.jpg: Paling banyak" in page.content.decode() for at in (5, 6))
    assert Attachment.objects.count() == 5


def test_a_decoder_that_is_shot_costs_its_own_file_alone(citizen, tmp_path, monkeypatch):
    """As the system does when memory runs out: before the file was read, with the pipe full, and after."""
    decoder = tmp_path / "decode.py"
    decoder.write_text(SHOOTS_ITSELF.format(decoder=str(intake.DECODER)))
    monkeypatch.setattr(intake, "DECODER", decoder)
    files = [
        SimpleUploadedFile("satu.jpg", corpus.photo()),
        SimpleUploadedFile("surat.pdf", b"%PDF-1.7\n" + b"x" * 2**20),
        SimpleUploadedFile("denah.png", corpus.photo("PNG")),
        SimpleUploadedFile("dua.jpg", corpus.photo(size=(30, 30))),
    ]
    page = citizen.answer("lampiran", files=files)
    assert page.status_code == 422
    for name in ("surat.pdf", "denah.png"):
        assert f"{name}: {intake.SENTENCES['bomb']}" in page.content.decode()
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["dua.jpg", "satu.jpg"]
