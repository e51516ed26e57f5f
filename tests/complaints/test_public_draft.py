"""The draft of a complaint: sent once however often, given up, too old, and its files."""

import uuid

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from biroumum.documents.models import Attachment
from complaints.models import Complaint
from complaints.public_views import draft as drafts
from complaints.public_views.draft import KEY
from tests.complaints.citizen import STORY, Citizen, code_on, make_regions
from tests.complaints.test_public_form import citizen, png

__all__ = ["citizen"]


def test_a_form_sent_twice_is_one_case_with_the_same_code(citizen) -> None:
    citizen.fill_in()
    token = citizen.token()
    first, second = citizen.send(token), citizen.send(token)
    assert (first.status_code, second.status_code) == (201, 201)
    assert code_on(first) == code_on(second)
    assert Complaint.objects.count() == 1


def test_two_tabs_send_one_case(citizen) -> None:
    citizen.fill_in()
    one, other = citizen.token(), citizen.token()
    citizen.send(one)
    assert citizen.send(other).status_code == 201
    assert Complaint.objects.count() == 1


def test_a_new_draft_after_sending_is_a_new_case(citizen) -> None:
    citizen.file()
    assert citizen.client.get("/pengaduan/baru/periksa/").url == "/pengaduan/baru/jenis/"
    citizen.file()
    assert Complaint.objects.count() == 2


def test_an_old_page_does_not_send_a_newer_draft_unseen(citizen) -> None:
    citizen.fill_in()
    response = citizen.send(str(uuid.uuid4()))
    assert response.status_code == 422
    assert Complaint.objects.count() == 0


def test_a_case_and_the_end_of_its_draft_are_one(real_db, monkeypatch) -> None:
    """A failure at the very last leaves the draft, which can be sent again."""
    with transaction.atomic():
        make_regions()
    citizen = Citizen(Client(raise_request_exception=False))
    citizen.fill_in()
    token = citizen.token()
    with monkeypatch.context() as fault:
        fault.setattr(SessionStore, "create_model_instance", lambda *_a: 1 / 0)
        assert citizen.send(token).status_code == 500
    assert not Complaint.objects.exists()
    assert citizen.send(token).status_code == 201
    assert KEY not in citizen.client.session


def test_a_draft_older_than_two_hours_is_gone_and_says_so(citizen, monkeypatch) -> None:
    citizen.fill_in()
    later = timezone.now() + drafts.LIFETIME
    monkeypatch.setattr("complaints.public_views.draft.timezone.now", lambda: later)
    response = citizen.client.get("/pengaduan/baru/periksa/", follow=True)
    assert response.redirect_chain[-1][0] == "/pengaduan/baru/jenis/"
    assert "lebih dari dua jam" in response.content.decode()
    assert STORY not in str(dict(citizen.client.session))


def test_the_start_page_offers_to_throw_a_begun_draft_away(citizen) -> None:
    assert "/pengaduan/baru/hapus/" not in citizen.client.get("/pengaduan/").content.decode()
    citizen.answer("jenis", kind="complaint")
    assert "/pengaduan/baru/hapus/" in citizen.client.get("/pengaduan/").content.decode()


def test_throwing_the_draft_away_leaves_nothing_behind(citizen) -> None:
    citizen.fill_in()
    citizen.answer("lampiran", files=[png()], upload="1")
    citizen.client.post("/pengaduan/baru/hapus/")
    assert drafts.KEY not in citizen.client.session
    assert Attachment.objects.count() == 0


def test_files_wait_with_the_draft_and_go_with_the_case(citizen) -> None:
    citizen.fill_in()
    citizen.answer("lampiran", files=[png("a.png"), png("b.png")], upload="1")
    assert {row.subject.partition("/")[0] for row in Attachment.objects.all()} == {"complaints.draft"}
    case = citizen.send().context["case"]
    assert set(Attachment.objects.values_list("subject", "name")) == {
        (f"complaints.complaint/{case.pk}", "a.png"),
        (f"complaints.complaint/{case.pk}", "b.png"),
    }


def test_a_file_can_be_removed_before_sending(citizen) -> None:
    citizen.fill_in()
    citizen.answer("lampiran", files=[png()], upload="1")
    pk = Attachment.objects.get().pk
    citizen.client.post(f"/pengaduan/baru/lampiran/{pk}/hapus/")
    assert Attachment.objects.count() == 0


def test_nobody_removes_a_file_of_another_draft(citizen) -> None:
    citizen.fill_in()
    citizen.answer("lampiran", files=[png()], upload="1")
    pk = Attachment.objects.get().pk
    other = Citizen()
    other.fill_in()
    other.client.post(f"/pengaduan/baru/lampiran/{pk}/hapus/")
    assert Attachment.objects.count() == 1


def test_a_refused_file_is_named_and_the_others_stay(citizen) -> None:
    citizen.fill_in()
    bad = SimpleUploadedFile("surat.exe", b"MZ\x90\x00", "image/png")
    response = citizen.answer("lampiran", files=[bad, png()])
    assert response.status_code == 422
    assert "surat.exe: Jenis berkas ini tidak diterima" in response.content.decode()
    assert Attachment.objects.get().name == "lampu.png"
    assert "surat.exe" in citizen.send().content.decode()


def test_five_files_at_most_also_in_several_goes(citizen) -> None:
    citizen.fill_in()
    citizen.answer("lampiran", files=[png(f"{n}.png") for n in range(4)], upload="1")
    response = citizen.answer("lampiran", files=[png("empat.png"), png("lima.png")])
    assert "lima.png: Paling banyak 5 berkas" in response.content.decode()
    assert Attachment.objects.count() == 5
