"""What everyone may read: only what an officer published, in the officer's words; a confidential case by no door."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.audit.queries import history
from biroumum.documents.services import attach
from biroumum.notifications.models import Message, Notification
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints import services
from complaints.models import Publication, Reporter
from complaints.states import State, Visibility
from tests.complaints.road import Road
from tests.kernel.documents_corpus import photo, upload

SECRET = "Bu Contoh di gudang lama"
WORDS = {"title": "Lampu lorong mati", "description": "Lampu lorong gedung B mati."}


@pytest.fixture
def road(cast, now):
    road = Road(cast, now)
    road.work()
    return road


@pytest.fixture
def sekar(cast):
    return Actor.staff(cast.sekar)


def publish(road, actor, **changes):
    return services.publish(road.case, actor=actor, **WORDS | changes)


def doors(number):
    """Every address of the public pages that could show a case."""
    base = "/pengaduan/daftar/"
    return [base, f"{base}?q=lampu", f"{base}umpan.rss", f"{base}umpan.atom", f"{base}?q={number}"]


def test_nothing_is_public_before_someone_publishes_it(road):
    for door in doors(road.case.number):
        page = Client().get(door)
        assert page.status_code == 200
        assert road.case.title not in page.content.decode(), door
    assert Client().get(f"/pengaduan/daftar/{road.case.number}/").status_code == 404


@pytest.mark.parametrize("door", ["umpan.rss?bidang=%00", "umpan.atom?bidang=%00", "?q=%00", "?category=%00"])
def test_a_nul_in_an_address_breaks_no_door(cast, door):
    assert Client().get(f"/pengaduan/daftar/{door}").status_code == 200


def test_the_public_reads_the_officers_words_and_never_the_citizens(road, sekar):
    type(road.case).objects.filter(pk=road.case.pk).update(description=SECRET)
    publish(road, sekar)
    page = Client().get(f"/pengaduan/daftar/{road.case.number}/").content.decode()
    assert WORDS["description"] in page
    assert "Diproses" in page
    assert "Anda." not in page
    for door in [*doors(road.case.number), f"/pengaduan/daftar/{road.case.number}/"]:
        body = Client().get(door).content.decode()
        assert SECRET not in body, door
        assert "Sekar" not in body, door
        assert "Bagas" not in body, door
    assert road.case.number in Client().get("/pengaduan/daftar/?q=lampu").content.decode()
    assert WORDS["title"] not in Client().get("/pengaduan/daftar/?q=gudang").content.decode()


def test_a_confidential_case_is_never_published(road, sekar):
    road.case.visibility = Visibility.CONFIDENTIAL
    type(road.case).objects.filter(pk=road.case.pk).update(visibility=Visibility.CONFIDENTIAL)
    with pytest.raises(Refused, match="rahasia"):
        publish(road, sekar)


def test_a_case_that_turns_confidential_leaves_every_door_at_once(road, sekar):
    publish(road, sekar)
    type(road.case).objects.filter(pk=road.case.pk).update(visibility=Visibility.CONFIDENTIAL)
    for door in doors(road.case.number):
        assert WORDS["title"] not in Client().get(door).content.decode(), door
    assert Client().get(f"/pengaduan/daftar/{road.case.number}/").status_code == 404


def test_deciding_anew_that_it_is_confidential_takes_the_publication_down(cast, now, sekar):
    road = Road(cast, now)
    road.verify()
    publish(road, sekar)
    road.hand_over()
    road.go("hartono", "restore", reason="Ternyata wewenang kami.")
    road.verify(visibility=Visibility.CONFIDENTIAL)
    assert Publication.objects.get(complaint=road.case).withdrawn_at == road.at


def test_what_the_detector_finds_stops_it_until_a_person_says_it_is_harmless(road, sekar):
    with pytest.raises(Refused, match="0812"):
        publish(road, sekar, description="Telepon 0812 3456 7890")
    publish(road, sekar, description="Surat 0812 3456 7890", checked=True)
    told = history(subject_key(road.case))[0]
    assert (told.verb, told.data["checked"]) == ("complaints.complaint.publish", ["phone"])


@pytest.mark.parametrize("who", ["danu", "rini", "bagas", "hartono", "admin", "laras"])
def test_only_who_may_publish_does(road, cast, who):
    with pytest.raises(Forbidden):
        publish(road, Actor.staff(getattr(cast, who)))


def test_the_accused_office_does_not_decide_what_is_public(road, cast, sekar):
    road.case.accused_unit = Unit.objects.get(code=cast.sekar.live[0].position.unit.code)
    type(road.case).objects.filter(pk=road.case.pk).update(accused_unit=road.case.accused_unit)
    with pytest.raises(Refused, match="dilaporkan"):
        publish(road, sekar)


def test_who_heads_the_office_above_the_accused_one_may_publish(road, cast):
    above = cast.wulan.live[0].position.unit
    type(road.case).objects.filter(pk=road.case.pk).update(accused_unit=above)
    sekar = cast.sekar.live[0].position
    type(sekar).objects.filter(pk=sekar.pk).update(unit=above.parent, is_head=True)
    publish(road, Actor.staff(type(cast.sekar).objects.get(pk=cast.sekar.pk)))


def test_unverified_cases_are_not_for_the_public(cast, now, sekar):
    road = Road(cast, now)
    assert road.case.state == State.RECEIVED
    with pytest.raises(Refused):
        publish(road, sekar)


def picture():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return SimpleUploadedFile("rumah Bu Contoh 081234567890.png", content.getvalue())


def test_a_picture_is_public_only_when_chosen_and_under_a_neutral_name(road, sekar, cast, settings, tmp_path):
    file = attach(subject_key(road.case), picture(), actor=road.holder)
    publish(road, sekar)
    address = f"/pengaduan/daftar/{road.case.number}/"
    assert "/berkas/" not in Client().get(address).content.decode()
    publish(road, sekar, captions={file: "Lampu yang mati"})
    shown = Publication.objects.get().files.get()
    page = Client().get(address).content.decode()
    assert 'alt="Lampu yang mati"' in page
    assert "081234567890" not in page
    answer = Client().get(f"{address}berkas/{shown.pk}/")
    assert answer.status_code == 200
    assert "Contoh" not in answer["Content-Disposition"]
    services.unpublish(road.case, actor=sekar, reason="Salah terbit.")
    assert Client().get(f"{address}berkas/{shown.pk}/").status_code == 404
    other = Client().get(f"/pengaduan/daftar/ADU-1999-000001/berkas/{shown.pk}/")
    assert other.status_code == 404


def test_a_file_name_with_personal_data_is_said_where_its_caption_is_asked(
    road, sekar, settings, tmp_path, client_for
):
    settings.MEDIA_ROOT = tmp_path
    for name in ("KTP_3374010101900001.jpg", "mobil_H_1234_AB.jpg", "lampu_2026.jpg"):
        attach(subject_key(road.case), upload(name, photo()), actor=sekar)
    page = client_for(road.cast.sekar).get(f"/kerja/pengaduan/{road.case.pk}/publikasi/").content.decode()
    assert "NIK atau NIP “3374010101900001”" in page
    assert "nomor kendaraan “H 1234 AB”" in page
    assert page.count("Nama berkas memuat") == 2


def test_a_file_of_another_case_cannot_be_slipped_in(road, sekar, cast, now):
    other = Road(cast, now)
    file = attach(subject_key(other.case), picture(), actor=other.holder)
    with pytest.raises(Refused):
        publish(road, sekar, captions={file: "Milik perkara lain"})


def test_taken_down_and_published_again_is_one_publication(road, sekar):
    first = publish(road, sekar)
    services.unpublish(road.case, actor=sekar, reason="Keliru.")
    assert Client().get(first.get_absolute_url()).status_code == 404
    again = publish(road, sekar, title="Lampu lorong gedung B")
    assert again.pk == first.pk
    assert "Lampu lorong gedung B" in Client().get(first.get_absolute_url()).content.decode()


def test_the_officer_prepares_previews_and_publishes(road, cast, client_for):
    type(road.case).objects.filter(pk=road.case.pk).update(
        description="Lampu mati. Telepon saya 0812-3456-7890 atau H 1234 AB."
    )
    client, address = client_for(cast.sekar), f"/kerja/pengaduan/{road.case.pk}/publikasi/"
    page = client.get(address)
    prepared = page.context["form"]["description"].value()
    assert "0812" not in prepared
    assert "1234" not in prepared
    data = WORDS | {"answer": "", "region": ""}
    found = data | {"description": "Surat 0812-3456-7890"}
    bad = client.post(address, found)
    assert bad.status_code == 422
    assert "0812-3456-7890" in bad.content.decode()
    for declared in ({}, {"checked": "on"}):  # to look at, marked, before it is called harmless and after
        seen = client.post(address, found | {"preview": "1"} | declared).content.decode()
        assert "<mark>0812-3456-7890</mark>" in seen
        assert 'name="checked"' in seen
    assert not Publication.objects.exists()
    assert client.post(address, data).status_code == 302
    assert Publication.objects.live().get().description == WORDS["description"]
    assert client.post(f"{address}turunkan/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}turunkan/", {"reason": "Keliru."}).status_code == 302
    assert not Publication.objects.live().exists()


def test_the_reporter_hears_of_publishing_and_taking_down_and_reads_why(road, sekar, cast, now):
    with transaction.atomic():
        Reporter.objects.create(complaint=road.case, email="sari@contoh.example")
    publish(road, sekar)
    services.unpublish(road.case, actor=sekar, reason="Menyebut tetangga.")
    services.unpublish(road.case, actor=sekar, reason="Sudah turun.")  # was down: nothing to tell
    mails = Message.objects.filter(to="sari@contoh.example", key__contains="published").order_by("pk")
    assert [mail.subject_line.split(" ", 2)[2] for mail in mails] == ["diterbitkan", "tidak lagi diterbitkan"]
    assert "Menyebut" not in mails[1].text
    assert "Menyebut tetangga." in tracked(road)
    assert "Sudah turun." not in tracked(road)


def test_mending_published_words_sends_no_second_mail_and_leaves_the_day_it_was_published(road, sekar, now):
    with transaction.atomic():
        Reporter.objects.create(complaint=road.case, email="sari@contoh.example")
    first = publish(road, sekar, at=now)
    mended = publish(road, sekar, title="Lampu lorong padam", at=now + dt.timedelta(days=3))
    assert (mended.title, mended.published_at) == ("Lampu lorong padam", first.published_at)
    assert mended.told_at > first.told_at
    services.unpublish(road.case, actor=sekar, reason="Keliru.")
    again = publish(road, sekar, at=now + dt.timedelta(days=4))
    assert again.published_at == now + dt.timedelta(days=4)
    assert Message.objects.filter(key__contains="/published/").count() == 2


def test_of_a_joined_case_taken_down_the_reporter_reads_why_and_not_the_others_number(road, sekar, cast, now):
    other = Road(cast, now)
    other.verify()
    publish(other, sekar)
    other.merge(road.case)
    page = tracked(other)
    assert "Alasan: Pengaduan ini digabung dengan pengaduan yang sama." in page
    assert road.case.number not in page


def test_an_answer_given_since_calls_the_publishers_and_waits_on_their_page(road, sekar, cast, client_for):
    lines = Notification.objects.filter(text__contains="umum belum membaca")
    publish(road, sekar)
    road.answer(text="Sudah diganti. Telepon 0812-3456-7890.")
    line = lines.get()
    assert line.user == cast.sekar
    page = client_for(cast.sekar).get(line.url)
    assert "Sudah diganti." in page.context["form"]["answer"].value()
    assert "0812" not in page.context["form"]["answer"].value()
    assert "Sudah diganti." not in Client().get(f"/pengaduan/daftar/{road.case.number}/").content.decode()


def test_a_corrected_answer_waits_in_place_of_the_first_until_it_is_published(road, sekar, client_for):
    def waiting() -> str:
        page = client_for(sekar.person).get(f"/kerja/pengaduan/{road.case.pk}/publikasi/")
        return page.context["form"]["answer"].value()

    def publish_answer(text: str) -> None:
        services.publish(road.case, actor=sekar, at=road.at, title="x", description="x", answer=text)

    road.answer(text="Sudah diganti.")
    publish_answer("Kami sudah menggantinya.")
    assert waiting() == "Kami sudah menggantinya."
    road.go(road.holder, "object", reason="Masih mati.")
    road.go("hartono", "grant_reopening", reason="Benar.")
    road.go("sekar", "resume_reopened")
    road.answer(text="Kabelnya juga diganti.")
    assert waiting() == "Kabelnya juga diganti."
    publish_answer("Kabelnya pun baru.")
    assert waiting() == "Kabelnya pun baru."


@pytest.mark.parametrize("hide", ["nothing", "taken down"])
def test_of_a_case_the_public_does_not_read_an_answer_calls_no_publisher(road, sekar, hide):
    if hide == "taken down":
        publish(road, sekar)
        services.unpublish(road.case, actor=sekar, reason="Keliru.")
    road.answer()
    assert not Notification.objects.filter(text__contains="umum belum membaca").exists()


def tracked(road):
    client = Client()
    opened = client.post("/pengaduan/lacak/", {"number": road.case.number, "code": road.code})
    return client.get(opened.url).content.decode()


def test_of_an_officer_without_the_right_the_page_is_forbidden(road, cast, client_for):
    assert client_for(cast.bagas).get(f"/kerja/pengaduan/{road.case.pk}/publikasi/").status_code == 403


def test_a_case_joined_to_another_leaves_the_public_pages(road, sekar, cast, now):
    other = Road(cast, now)
    other.verify()
    up = publish(other, sekar)
    other.merge(road.case)
    assert Client().get(up.get_absolute_url()).status_code == 404
