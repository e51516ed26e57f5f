"""A lost code is replaced for who shows who they are; an answer is rated once, and both sides read it."""

import re
import uuid
from functools import partial

import pytest
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.audit.queries import public_history
from biroumum.documents.models import IssuedDocument
from biroumum.notifications.models import Message as Mail
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints import services
from complaints.services import codes, holding
from tests.complaints.citizen import Citizen, code_on
from tests.complaints.road import Road
from tests.races import at_once, meeting

WHY = {"reason": "Tanda terima basah kehujanan", "compared": "on", "submit_token": str(uuid.uuid4())}


@pytest.fixture
def filed(cast):
    """A citizen with name and mail, their case and its code."""
    citizen = Citizen()
    return citizen, *citizen.file(name="Sari Rahasia", email="sari@contoh.id")


def replace(case, user) -> str:
    return services.replace_code(case, actor=Actor.staff(user), reason=WHY["reason"])


def stored(case):
    case.refresh_from_db()
    return case


def test_the_new_code_has_80_bits_and_opens_the_case_and_the_old_one_does_not(filed, cast) -> None:
    _citizen, case, old = filed
    new = replace(case, cast.sekar)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", new)
    assert services.tracked_complaint(case.number, new) == case
    assert services.tracked_complaint(case.number, old) is None
    assert new not in str(vars(stored(case)))


def test_whoever_came_in_with_the_old_code_is_out(filed, cast) -> None:
    citizen, case, old = filed
    url = citizen.track(case, old)
    assert citizen.client.get(url).status_code == 200
    replace(case, cast.sekar)
    assert citizen.client.get(url).status_code == 403
    assert citizen.client.post(f"{url}tanda-terima/").status_code == 403


def test_the_receipt_page_sent_again_gives_no_void_code(filed, cast) -> None:
    citizen = Citizen()
    citizen.fill_in(name="Sari Rahasia")
    token = citizen.token()
    first = citizen.send(token)
    assert code_on(citizen.send(token)) == code_on(first)
    replace(first.context["case"], cast.sekar)
    again = citizen.send(token)
    assert again.status_code == 410
    assert code_on(first) not in again.content.decode()


def test_the_paper_with_the_old_code_is_void_and_says_why_and_the_copy_without_stands(filed, cast) -> None:
    citizen, case, old = filed
    citizen.client.post("/pengaduan/tanda-terima/", {"number": case.number, "code": old})
    citizen.client.post(f"{citizen.track(case, old)}tanda-terima/")
    replace(case, cast.sekar)
    paper, copy = IssuedDocument.objects.order_by("issued_at")
    page = Client().get(f"/verifikasi/{paper.code}/").content.decode()
    assert "Kode lacak di dalamnya sudah diganti." in page
    assert copy.is_valid


def test_the_reporter_hears_of_it_by_mail_and_on_the_page(filed, cast) -> None:
    citizen, case, _old = filed
    new = replace(case, cast.sekar)
    assert Mail.objects.filter(to="sari@contoh.id", key__contains="code_replaced").exists()
    page = citizen.client.get(citizen.track(case, new)).content.decode()
    assert WHY["reason"] in page
    assert "Bila bukan Anda yang memintanya" in page
    assert "Sekar" not in page


def test_without_a_name_there_is_nothing_to_compare_and_no_new_code(cast) -> None:
    case, code = Citizen().file(email="sari@contoh.id")
    with pytest.raises(Refused, match="tidak menyebut nama"):
        replace(case, cast.sekar)
    assert services.tracked_complaint(case.number, code) == case


@pytest.mark.parametrize("who", ["danu", "rini", "hartono", "admin"])
def test_only_who_may_open_the_seal_may_replace_the_code(filed, cast, client_for, who) -> None:
    _citizen, case, _code = filed
    with pytest.raises(Forbidden):
        replace(case, getattr(cast, who))
    answer = client_for(getattr(cast, who)).post(f"/kerja/pengaduan/{case.pk}/kode/", WHY)
    assert answer.status_code in (403, 404)


def test_the_page_wants_the_comparison_and_a_reason_and_shows_the_code_once(filed, cast, client_for) -> None:
    _citizen, case, _old = filed
    url, sekar = f"/kerja/pengaduan/{case.pk}/kode/", client_for(cast.sekar)
    missing = sekar.post(url, {"reason": " "})
    assert missing.status_code == 422
    assert "Cocokkan KTP" in missing.text
    assert "Isi alasan mengganti kode" in missing.text
    given = sekar.post(url, WHY)
    assert given.status_code == 201
    code = re.search(r'class="code">([^<]+)<', given.text)[1]
    assert codes.same_code(code, bytes(stored(case).code_hash))
    assert code not in sekar.get(case.get_absolute_url()).text


@pytest.fixture
def replace_twice(real_db, cast, client_for, monkeypatch):
    """A double click on the page; both have the case in hand, and neither its new code yet. What each page showed."""
    case, _old = Citizen().file(name="Sari Rahasia", email="sari@contoh.id")
    officers, named, meet = [client_for(cast.sekar) for _click in range(2)], holding._is_named, meeting(1)

    def looked(case):
        meet()
        return named(case)

    def click(officer):
        answer = officer.post(f"/kerja/pengaduan/{case.pk}/kode/", WHY)
        return re.search(r'class="code">([^<]+)<', answer.text)[1]

    monkeypatch.setattr(holding, "_is_named", looked)

    def run():
        shown = at_once(*[partial(click, officer) for officer in officers])
        told = Mail.objects.filter(key__contains="code_replaced").count()
        steps = [step.verb for step in public_history(subject_key(case))]
        return set(shown), steps.count("complaints.complaint.replace_code"), told

    return run


def test_a_double_click_is_one_new_code_told_once(replace_twice) -> None:
    (code,), steps, told = replace_twice()
    assert services.tracked_complaint("ADU-2026-000001", code)
    assert (steps, told) == (1, 1)


def test_without_the_row_lock_it_would_be_replaced_twice(replace_twice, no_row_locks) -> None:
    assert replace_twice()[1] == 2


# -- ratings


@pytest.fixture
def closed(road):
    return close(road)


def close(road: Road) -> Road:
    road.work()
    road.answer()
    road.go(road.holder, "accept")
    return road


def page_of(road) -> tuple[Citizen, str]:
    citizen = Citizen()
    return citizen, citizen.track(road.case, road.code)


def test_who_closed_without_a_rating_gives_it_later_once_and_sees_it_again(closed) -> None:
    citizen, url = page_of(closed)
    assert f"{url}nilai/" in citizen.client.get(url).content.decode()
    assert citizen.client.post(f"{url}nilai/", {"comment": "x"}).status_code == 422
    citizen.client.post(f"{url}nilai/", {"rating": "2", "comment": "Lama sekali."})
    page = citizen.client.get(url).content.decode()
    assert "Kurang puas (2/5)" in page
    assert "Lama sekali." in page
    assert f"{url}nilai/" not in page
    citizen.client.post(f"{url}nilai/", {"rating": "5"})
    assert stored(closed.case).rating == 2
    assert [step.label for step in public_history(subject_key(closed.case))][-1] == "Pelapor menilai jawaban"


def test_the_office_reads_the_rating_on_its_page(closed, cast, client_for) -> None:
    services.rate(closed.case, actor=closed.holder, rating=4, comment="Ramah.")
    page = client_for(cast.bagas).get(closed.case.get_absolute_url()).text
    assert "Puas (4/5)" in page
    assert "Ramah." in page


def test_nobody_but_the_holder_rates_and_only_what_is_closed(road, closed, cast) -> None:
    for actor in (Actor.staff(cast.bagas), Actor.holder("complaints.complaint/0")):
        with pytest.raises(Forbidden):
            services.rate(closed.case, actor=actor, rating=5)
    services.rate(closed.case, actor=closed.holder, rating=5)
    with pytest.raises(Refused, match="sudah dinilai"):
        services.rate(closed.case, actor=closed.holder, rating=1)


@pytest.fixture
def rate_twice(real_db, cast, now, monkeypatch):
    """Two who hold the code rate one answer; both have found it without a rating. What each of them read, sorted."""
    road, may_rate, meet = close(Road(cast, now)), holding.may_rate, meeting(1)
    holders = [page_of(road) for _browser in range(2)]

    def looked(case):
        found = may_rate(case)
        meet()
        return found

    def give(rating, citizen, url):
        page = citizen.client.post(f"{url}nilai/", {"rating": rating}, follow=True)
        return re.search(r'role="alert"><p>([^<]+)<', page.text)[1]

    monkeypatch.setattr(holding, "may_rate", looked)
    return lambda: sorted(at_once(*[partial(give, 4, *holder) for holder in holders]))


def test_of_two_ratings_at_once_one_counts_and_the_other_is_told(rate_twice) -> None:
    assert rate_twice() == [
        "Jawaban ini sudah dinilai, atau pengaduan belum selesai.",
        "Terima kasih atas penilaian Anda.",
    ]


def test_without_the_row_lock_both_would_be_thanked_and_one_lost(rate_twice, no_row_locks) -> None:
    assert rate_twice() == ["Terima kasih atas penilaian Anda."] * 2
