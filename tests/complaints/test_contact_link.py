"""The link by mail in place of the code: once, for half an hour, and for nobody who only guesses."""

import pytest
from celery import current_app
from django.test import Client

from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Reporter
from complaints.public_views import contact as pages
from complaints.services import contact
from tests.complaints.citizen import Citizen
from tests.complaints.test_contact import ASK, NEW, OLD, ask_change, filed, link, mails, moved, step
from tests.races import at_once, meeting

__all__ = ["filed"]


def ask_link(case, email=OLD, number=""):
    return Client().post(ASK, {"number": number or case.number, "email": email})


def test_the_link_opens_the_case_as_the_code_does_and_only_once(filed):
    _citizen, case = filed
    ask_link(case, OLD.upper())
    address, browser = link("lacak/tautan"), Client()
    assert browser.get(address).status_code == 200  # a scanner uses nothing up
    opened = browser.post(address, follow=True)
    assert opened.redirect_chain[-1][0].startswith("/pengaduan/lacak/")
    assert case.description in opened.content.decode()
    assert "Dibuka dengan tautan dari surel" in opened.content.decode()
    for method in ("get", "post"):
        assert getattr(Client(), method)(address).status_code == 410
    assert Entry.objects.filter(verb="complaints.complaint.enter", subject=subject_key(case)).exists()


def test_late_overtaken_and_forged_links_open_nothing(filed, monkeypatch):
    _citizen, case = filed
    ask_link(case)
    overtaken = link("lacak/tautan")
    ask_link(case)
    late = link("lacak/tautan")
    assert Client().post(overtaken).status_code == 410
    assert Client().post(late[:-2] + "/").status_code == 404
    assert Client().post(late.replace("lacak/tautan", "surel/ganti")).status_code == 404
    moved(monkeypatch, minutes=30, seconds=1)
    assert Client().post(late).status_code == 410


def test_the_answer_is_the_same_whether_number_and_address_fit_or_not(filed):
    _citizen, case = filed
    before = mails().count()
    tries = ((case.number, OLD), (case.number, "lain@contoh.id"), ("ADU-2026-999999", OLD))
    answers = [Client().post(ASK, {"number": number, "email": email}, follow=True) for number, email in tries]
    assert {answer.redirect_chain[0] for answer in answers} == {("/pengaduan/lacak/", 302)}
    assert all("Bila nomor dan alamat itu cocok" in answer.content.decode() for answer in answers)
    assert mails().count() == before + 1
    assert not mails("lain@contoh.id").exists()


@pytest.mark.parametrize("email", [OLD, "lain@contoh.id"])
def test_the_page_only_says_it_to_the_queue_whether_it_fits_or_not(filed, monkeypatch, email):
    """So its time tells nothing, and no thread waits."""
    _citizen, case = filed
    said = []
    monkeypatch.setattr(current_app, "send_task", lambda *what, **how: said.append((what, how)))
    monkeypatch.setattr(contact, "send_entry", lambda *_who: pytest.fail("the page looked for it"))
    assert ask_link(case, email).status_code == 302
    assert said == [((contact.SEND_ENTRY, (case.number, email)), {"retry": False})]


def test_the_worker_sends_the_link_and_without_a_queue_the_page_does_and_does_not_wait(filed, monkeypatch):
    _citizen, case = filed
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda _s: pytest.fail("the page waits for a queue"))
    for sends in (current_app.tasks[contact.SEND_ENTRY], contact.ask_entry):  # nobody listens at the broker
        before = mails().count()
        sends(case.number, OLD)
        assert mails().count() == before + 1


def test_so_many_from_an_address_and_for_a_case_and_the_second_limit_is_not_told(filed, monkeypatch):
    _citizen, case = filed
    before = mails().count()
    assert {ask_link(case).status_code for _ in range(contact.ENTRIES + 2)} == {302}
    assert mails().count() == before + contact.ENTRIES
    monkeypatch.setattr(pages, "ASKS", 0)
    assert ask_link(case).status_code == 429


def test_a_stranger_who_guesses_addresses_keeps_no_reporter_from_their_link(filed):
    _citizen, case = filed
    for number in range(contact.ENTRIES + 1):
        ask_link(case, f"tebak{number}@contoh.id")
    before = mails().count()
    ask_link(case)
    assert mails().count() == before + 1


def test_of_what_the_inspektorat_has_sealed_no_link_goes_out_and_none_is_good_any_more(filed):
    citizen, case = filed
    ask_link(case)
    address = link("lacak/tautan")
    Complaint.objects.filter(pk=case.pk).update(kind="whistle", sealed=True)
    before = Message.objects.count()
    assert ask_link(case).status_code == 302
    assert Message.objects.count() == before
    assert Client().post(address).status_code == 410
    assert citizen.client.get(f"{citizen.page}surel/").status_code == 404
    assert "Atur surel" not in citizen.client.get(citizen.page).content.decode()


def test_a_link_to_the_old_address_dies_with_the_change(filed):
    citizen, case = filed
    ask_link(case)
    address = link("lacak/tautan")
    ask_change(citizen)
    Client().post(link("surel/ganti", NEW))
    assert Client().post(address).status_code == 410


def test_a_new_code_ends_the_links_whoever_held_the_old_one_has_asked_for(filed, cast):
    citizen, case = filed
    ask_change(citizen)
    ask_link(case)
    asked = link("surel/ganti", NEW), link("lacak/tautan")
    step(case, cast)
    assert {Client().post(address).status_code for address in asked} == {410}
    assert Reporter.objects.get().email == OLD
    assert Reporter.objects.filter(new_email="", change_word="", entry_word="").exists()


@pytest.fixture
def raced(real_db, cast, monkeypatch):
    """How many of two who open one link at the same moment come in."""
    case, _code = Citizen().file(email=OLD)
    contact.send_entry(case.number, OLD)
    token = link("lacak/tautan").split("/")[4]
    meet, found = meeting(1), contact._once

    def once(*args, **how):
        reporter = found(*args, **how)
        meet()
        return reporter

    monkeypatch.setattr(contact, "_once", once)
    return lambda: sum(bool(case) for case in at_once(*[lambda: contact.enter(token)] * 2))


def test_of_two_who_open_the_link_at_once_one_comes_in(raced):
    assert raced() == 1


def test_without_the_lock_both_would_come_in(raced, no_row_locks):
    assert raced() == 2
