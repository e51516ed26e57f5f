"""The page of a step: what each kind of visitor and each kind of mistake gets."""

import pytest
from django.urls import reverse

from biroumum.accounts.actors import Actor
from complaints.models import Category, Complaint
from complaints.services import submit_complaint
from complaints.states import Reason, Source
from complaints.workflow import COMPLAINT

ASKED = {"text": "Pertanyaan pertama", "reason_code": "place"}


@pytest.fixture
def case(cast, now):
    content = {
        "kind": "complaint",
        "title": "Lampu lorong mati",
        "description": "Lampu lorong gedung B mati sejak Senin.",
        "category": Category.objects.first(),
    }
    return submit_complaint(actor=Actor.holder(), source=Source.WEB, content=content, at=now).complaint


@pytest.fixture
def sekar(cast, client_for):
    return client_for(cast.sekar)


def page(case, name):
    return reverse("complaints:step", args=[case.pk, name])


def ask(case, text="Di lantai berapa?", state="received"):
    return {"text": text, "reason_code": "place", "expected_state": state}


def stored(case):
    return Complaint.objects.get(pk=case.pk)


def test_the_page_carries_the_state_it_was_opened_in(sekar, case):
    response = sekar.get(page(case, "ask_completion"))
    assert response.status_code == 200
    assert 'name="expected_state" value="received"' in response.text


def test_a_step_taken_leads_back_to_the_case(sekar, case):
    response = sekar.post(page(case, "ask_completion"), ask(case))
    assert (response.status_code, response.url) == (302, case.get_absolute_url())
    assert stored(case).state == "incomplete"


def test_whoever_gives_a_case_away_lands_on_the_work_list(case, cast, client_for):
    sekar, unit = Actor.staff(cast.sekar), cast.bagas.live[0].position.unit
    decided = {"title": "Lampu", "kind": "complaint", "oversight": False, "category": case.category}
    COMPLAINT.perform(case, "verify", actor=sekar, visibility="open", visibility_reason="Setuju.", **decided)
    COMPLAINT.perform(case, "assign", actor=sekar, unit=unit)
    data = {"reason": "Bukan tugas kami", "expected_state": "assigned"}
    response = client_for(cast.bagas).post(page(case, "return_assignment"), data)
    assert (response.status_code, response.url) == (302, "/kerja/")
    assert stored(case).unit is None


def test_an_empty_field_is_named_and_what_was_typed_is_kept(sekar, case):
    data = {
        "expected_state": "received",
        "agency": "Dinas Contoh",
        "reason": "",
        "follow_up": "",
        "reason_code": "regency",
    }
    response = sekar.post(page(case, "hand_over"), data)
    assert response.status_code == 422
    assert "Dinas Contoh" in response.text
    assert 'name="expected_state" value="received"' in response.text
    assert stored(case).state == "received"


def test_a_refusal_is_a_sentence_on_the_page(sekar, case):
    data = {
        "original": case.number,
        "reason": "Sama",
        "reason_code": "same_matter",
        "expected_state": "received",
    }
    response = sekar.post(page(case, "mark_duplicate"), data)
    assert response.status_code == 422
    assert "dirinya sendiri" in response.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_see_but_not_do_is_refused(sekar, case, method):
    for name in ("close_silent", "accept", "answer"):
        assert getattr(sekar, method)(page(case, name)).status_code == 403


def test_a_step_that_does_not_exist_is_not_found(sekar, case):
    assert sekar.get(page(case, "teleport")).status_code == 404


def test_a_case_that_moved_on_says_what_happened_and_gives_the_text_back(real_db, sekar, case, cast):
    COMPLAINT.perform(case, "ask_completion", actor=Actor.staff(cast.sekar), **ASKED)
    response = sekar.post(page(case, "ask_completion"), ask(case, "Teks yang lama saya ketik"))
    assert response.status_code == 409
    assert "Teks yang lama saya ketik" in response.text
    assert "Minta kelengkapan" in response.text
    assert "Sekar" in response.text
    assert case.messages.count() == 1


def test_opening_a_step_too_late_says_so_at_once(sekar, case, cast):
    COMPLAINT.perform(case, "ask_completion", actor=Actor.staff(cast.sekar), **ASKED)
    assert sekar.get(page(case, "verify")).status_code == 409


def test_before_what_cannot_be_undone_a_page_interrupts_and_wants_a_reason(sekar, case):
    assert "Berhenti sejenak" in sekar.get(page(case, "archive")).text
    data = {"expected_state": "received", "reason": "Tidak jelas."}
    assert sekar.post(page(case, "archive"), data).status_code == 422
    assert sekar.post(page(case, "archive"), data | {"reason_code": Reason.UNCLEAR}).status_code == 302


def test_buttons_are_what_one_may_do_now(sekar, cast, case):
    html = sekar.get(case.get_absolute_url()).text
    may = {step.name for step in COMPLAINT.available(case, Actor.staff(cast.sekar))}
    assert may == {name for name in COMPLAINT.transitions if page(case, name) in html}
    assert "verify" in may
