"""Tracking with number and code: what the holder sees and may do, and that nobody else does."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from PIL import Image

from biroumum.accounts.actors import Actor
from biroumum.documents.models import Attachment
from biroumum.documents.services import attach
from biroumum.notifications.models import Message
from complaints import services
from complaints.models import Complaint
from complaints.public_views.access import holder_may_read
from complaints.workflow import COMPLAINT
from tests.complaints.citizen import STORY, Citizen, make_regions

WRONG = "0000-0000-0000-0000"


@pytest.fixture
def citizen(cast) -> Citizen:
    with transaction.atomic():
        make_regions()
    return Citizen()


@pytest.fixture
def office(cast):
    """Takes a step as a member of the cast: `office(case, "verify", cast.sekar, …)`."""

    def take(case: Complaint, name: str, user, **data) -> Complaint:
        return COMPLAINT.perform(case, name, actor=Actor.staff(user), **data)

    return take


@pytest.fixture
def verified(citizen, office, cast):
    """A filed case, its code, and the case in work at Subbagian Rumah Tangga."""
    case, code = citizen.file(email="sari@contoh.id", name="Sari Rahasia")
    choice = {"title": case.title, "kind": "complaint", "oversight": False, "category": case.category}
    case = office(case, "verify", cast.sekar, visibility="confidential", accused_unit=None, **choice)
    unit = cast.rini.live[0].position.unit
    case = office(case, "assign", cast.sekar, unit=unit, position=None, instruction="Rahasia: cek dulu")
    return office(case, "start", cast.rini, text="Teknisi datang besok."), code


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_number_and_code_open_the_case_and_neither_stands_in_the_address(citizen) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    page = citizen.client.get(url)
    assert page.status_code == 200
    assert STORY in text(page)
    assert case.number not in url
    assert case.number not in re.search("<title>(.*?)</title>", text(page))[1]
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_code_and_number_are_forgiving_of_how_they_are_typed(citizen, typed) -> None:
    case, code = citizen.file()
    data = {"number": f" {case.number.lower()} ", "code": typed(code)}
    assert citizen.client.post("/pengaduan/lacak/", data).status_code == 302


def test_wrong_code_and_unknown_number_get_the_same_answer(citizen) -> None:
    case, _code = citizen.file()
    answers = []
    for number in (case.number, "ADU-2026-999999", "apa saja"):
        response = Client().post("/pengaduan/lacak/", {"number": number, "code": WRONG})
        body = re.sub(r'value="[^"]*"', "", text(response))
        answers.append((response.status_code, body))
    assert answers[0][0] == 422
    assert len(set(answers)) == 1


def test_wrong_code_and_unknown_number_do_the_same_work(citizen, django_assert_num_queries) -> None:
    case, _code = citizen.file()
    for number in (case.number, "ADU-2026-999999"):
        with django_assert_num_queries(1):
            assert services.tracked_complaint(number, WRONG) is None


def test_guessing_is_stopped_for_the_guesser_and_not_for_the_citizen(citizen) -> None:
    case, code = citizen.file()
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    tries = [guesser.post("/pengaduan/lacak/", {"number": case.number, "code": WRONG}) for _ in range(11)]
    assert [response.status_code for response in tries] == [422] * 10 + [429]
    assert "Tunggu sepuluh menit" in text(tries[-1])
    assert citizen.track(case, code)


def test_the_proof_ends_after_half_an_hour_and_gives_back_what_was_typed(citizen, monkeypatch) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    later = timezone.now() + dt.timedelta(minutes=31)
    monkeypatch.setattr("complaints.public_views.access.timezone.now", lambda: later)
    response = citizen.client.post(url, {"text": "Masih mati sampai hari ini."})
    assert response.status_code == 403
    assert "Masih mati sampai hari ini." in text(response)
    assert not case.messages.exists()


def test_leaving_closes_the_page(citizen) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    citizen.client.post(f"{url}keluar/")
    assert citizen.client.get(url).status_code == 403


def test_an_address_is_worth_nothing_in_another_browser(citizen) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    for path in (url, f"{url}reply/"):
        assert Client().get(path).status_code == 403
    for path in (f"{url}tanda-terima/", f"{url}pelimpahan/"):
        assert Client().post(path).status_code == 403


def test_holder_of_one_case_does_nothing_to_another(citizen, office, cast) -> None:
    mine, my_code = citizen.file()
    other, _code = Citizen().file()
    office(other, "ask_completion", cast.sekar, text="Di mana?", reason_code="place")
    url = citizen.track(mine, my_code)
    response = citizen.client.post(f"{url}complete/", {"text": "Di sini", "expected_state": "incomplete"})
    assert response.status_code == 409
    other.refresh_from_db()
    assert (other.state, other.messages.count()) == ("incomplete", 1)


def test_two_cases_in_one_browser_are_kept_apart(citizen) -> None:
    one, one_code = citizen.file()
    two, two_code = citizen.file()
    first, second = citizen.track(one, one_code), citizen.track(two, two_code)
    citizen.client.post(first, {"text": "untuk yang pertama"})
    assert (one.messages.count(), two.messages.count()) == (1, 0)
    assert first != second


def test_steps_of_the_office_have_no_page_here(citizen) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    for name in ("verify", "answer", "lapse", "nonsense"):
        assert citizen.client.post(f"{url}{name}/", {"text": "x"}).status_code == 404


def test_the_page_names_offices_and_never_persons_or_instructions(real_db, citizen, verified, cast) -> None:
    case, code = verified
    body = text(citizen.client.get(citizen.track(case, code)))
    assert "Subbagian Rumah Tangga" in body
    assert "Teknisi datang besok." in body
    for hidden in (cast.sekar.name, cast.rini.name, "Rahasia: cek dulu", "Sari Rahasia"):
        assert hidden not in body


def test_a_verifier_who_lets_more_people_know_says_why_on_the_page_and_in_the_mail(
    citizen, office, cast
) -> None:
    case, code = citizen.file(email="sari@contoh.id")  # who chose confidential
    choice = {"title": case.title, "kind": "complaint", "oversight": False, "category": case.category}
    opened = {"visibility": "anonymous", "visibility_reason": "Anda setuju lewat telepon."}
    case = office(case, "verify", cast.sekar, **choice, **opened)
    told = (
        'Kerahasiaan diubah dari Rahasia menjadi Anonim. Alasan: <span lang="id">Anda setuju lewat telepon.'
    )
    assert told in text(citizen.client.get(citizen.track(case, code)))
    mail = Message.objects.get(subject_line__endswith="sudah diperiksa")
    assert "Kerahasiaannya diubah" in mail.text
    assert "Anda setuju" not in mail.text + mail.html
    words = {"title": "Lampu", "description": "Lampu mati."}
    services.publish(case, actor=Actor.staff(cast.sekar), **words)
    assert "Kerahasiaan diubah" not in text(Client().get(f"/pengaduan/daftar/{case.number}/"))


def test_a_question_is_answered_on_its_page_with_a_file(citizen, verified, office, cast) -> None:
    case, code = verified
    office(case, "ask_reporter", cast.rini, text="Lampu yang mana?")
    url = citizen.track(case, code)
    assert "Lampu yang mana?" in text(citizen.client.get(f"{url}reply/"))
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    files = [
        SimpleUploadedFile("lampu.png", picture.getvalue()),
        SimpleUploadedFile("virus.exe", b"MZ\x00"),
    ]
    data = {"text": "Yang di ujung.", "expected_state": "awaiting_reporter", "files": files}
    page = citizen.client.post(f"{url}reply/", data, follow=True)
    case.refresh_from_db()
    assert case.state == "in_progress"
    assert "Yang di ujung." in text(page)
    assert "Tidak ikut terkirim: virus.exe" in text(page)
    assert Attachment.objects.get().subject == f"complaints.complaint/{case.pk}"


def answer(office, case: Complaint, user) -> Complaint:
    return office(
        case, "answer", user, text="Lampu sudah diganti.", result="explained", inspection_ref="", files=[]
    )


def test_the_answer_is_accepted_with_a_rating(citizen, verified, office, cast) -> None:
    case, code = verified
    answer(office, case, cast.rini)
    url = citizen.track(case, code)
    assert "Lampu sudah diganti." in text(citizen.client.get(url))
    data = {"rating": "5", "comment": "Cepat", "expected_state": "answered"}
    citizen.client.post(f"{url}accept/", data)
    case.refresh_from_db()
    assert (case.state, case.rating, case.rating_comment) == ("closed", 5, "Cepat")


def test_an_objection_is_taken_once_and_then_refused_with_a_sentence(citizen, verified, office, cast) -> None:
    case, code = verified
    answer(office, case, cast.rini)
    url = citizen.track(case, code)
    citizen.client.post(f"{url}object/", {"reason": "Masih mati", "expected_state": "answered"})
    case.refresh_from_db()
    assert case.state == "reopen_requested"
    office(case, "refuse_reopening", cast.sekar, reason="Sudah menyala saat diperiksa")
    page = text(citizen.client.get(url))
    assert f"{url}object/" not in page
    assert "Keputusan ini sudah pernah disanggah." in page
    response = citizen.client.post(f"{url}object/", {"reason": "Tetap mati", "expected_state": "closed"})
    assert response.status_code == 422
    assert "Tetap mati" in text(response)


def test_a_case_that_moved_on_answers_409_and_keeps_the_text(citizen, verified, office, cast) -> None:
    case, code = verified
    office(case, "ask_reporter", cast.rini, text="Lampu yang mana?")
    url = citizen.track(case, code)
    office(case, "continue_work", cast.rini, reason="Sudah ketemu")
    response = citizen.client.post(f"{url}reply/", {"text": "Ujung", "expected_state": "awaiting_reporter"})
    assert response.status_code == 409
    assert "Ujung" in text(response)


def test_messages_go_both_ways(citizen, verified) -> None:
    case, code = verified
    url = citizen.track(case, code)
    assert "Pesan Anda terkirim" in text(citizen.client.post(url, {"text": "Terima kasih."}, follow=True))
    assert case.messages.filter(from_holder=True).get().text == "Terima kasih."
    response = citizen.client.post(url, {"text": " "})
    assert response.status_code == 422
    assert "Isi pesan untuk petugas" in text(response)


def test_who_opened_the_identity_is_shown_by_office_with_the_reason(real_db, citizen, verified, cast) -> None:
    case, code = verified
    url = citizen.track(case, code)
    assert "Belum ada yang membuka" in text(citizen.client.get(url))
    services.open_identity(case, actor=Actor.staff(cast.sekar), reason="Konfirmasi lokasi")
    body = text(citizen.client.get(url))
    assert "Konfirmasi lokasi" in body
    assert "Bagian Tata Usaha" in body
    assert cast.sekar.name not in body


def test_more_posts_of_one_case_than_anyone_writes_are_stopped_and_given_back(citizen, monkeypatch) -> None:
    case, code = citizen.file()
    url = citizen.track(case, code)
    monkeypatch.setattr("complaints.public_views.access.POSTS", 1)
    citizen.client.post(url, {"text": "satu"})
    response = citizen.client.post(url, {"text": "dua kali"})
    assert response.status_code == 429
    assert "dua kali" in text(response)
    assert case.messages.count() == 1


def test_files_are_read_by_the_holder_alone(citizen) -> None:
    case, code = citizen.file()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    file = SimpleUploadedFile("a.png", picture.getvalue())
    attachment = attach(f"complaints.complaint/{case.pk}", file, actor=Actor.holder())
    request = HttpRequest()
    request.session = citizen.client.session
    assert not holder_may_read(request, attachment)
    citizen.track(case, code)
    request.session = citizen.client.session
    assert holder_may_read(request, attachment)
    attachment.subject = f"complaints.complaint/{case.pk}0"
    assert not holder_may_read(request, attachment)


def test_statements_of_the_page_do_not_grow_with_its_history(
    citizen, verified, django_assert_max_num_queries
) -> None:
    case, code = verified
    url = citizen.track(case, code)
    for n in range(5):
        services.send_message(case, actor=Actor.holder(f"complaints.complaint/{case.pk}"), text=f"{n}")
    with django_assert_max_num_queries(25):
        assert citizen.client.get(url).status_code == 200


def test_the_answer_is_read_before_it_is_accepted(citizen, verified, office, cast) -> None:
    case, code = verified
    answer(office, case, cast.rini)
    page = text(citizen.client.get(citizen.track(case, code)))
    assert page.index("Lampu sudah diganti.") < page.index("Terima jawaban")
