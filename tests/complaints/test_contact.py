"""Mails of one's own case: stopped and resumed, sent elsewhere, and the link that opens the case in place of its code."""

import datetime as dt
import re

import pytest
from django.core import mail as sent, signing
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.notifications.delivery import deliver_due
from biroumum.notifications.models import Message
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden
from complaints import services
from complaints.models import Reporter
from complaints.services import contact
from tests.complaints.citizen import Citizen
from tests.complaints.test_following import MAIL as FOLLOWER, follow

OLD, NEW = "sari@contoh.id", "sari.baru@contoh.id"
ASK = "/pengaduan/lacak/tautan/"


@pytest.fixture
def filed(cast):
    """A confidential case with a mail address, and its open page."""
    citizen = Citizen()
    case, code = citizen.file(name="Sari Contoh", email=OLD)
    citizen.page = citizen.track(case, code)
    return citizen, case


def mails(to=OLD):
    return Message.objects.filter(to=to).order_by("pk")


def link(kind, to=OLD):
    return re.search(rf"/pengaduan/{kind}/\S+", mails(to).last().text)[0]


def step(case, cast):
    """Something the reporter is told of."""
    services.replace_code(case, actor=Actor.staff(cast.sekar), reason="Kode hilang")


def moved(monkeypatch, **ahead):
    """Links are looked at so much later."""
    now = signing.time.time() + dt.timedelta(**ahead).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now)


# Stopping


def test_whoever_stops_mails_gets_none_until_they_resume_and_the_log_says_so(filed, cast):
    citizen, case = filed
    citizen.client.post(f"{citizen.page}surel/", {"silent": "1"})
    step(case, cast)
    assert mails().count() == 1  # the receipt
    contact.silence(Reporter.objects.get(), actor=Actor.holder(subject_key(case)), silent=False)
    step(case, cast)
    assert mails().count() == 2
    verbs = Entry.objects.filter(subject=subject_key(case)).values_list("verb", flat=True)
    assert {"complaints.complaint.stop_mail", "complaints.complaint.resume_mail"} <= set(verbs)


def test_the_tracking_page_says_how_it_stands_and_turns_it_back(filed):
    citizen, _case = filed
    for silent, says in (("1", "Anda meminta tidak menerima surel"), ("0", "Setiap langkah kami kabarkan")):
        page = citizen.client.post(f"{citizen.page}surel/", {"silent": silent}, follow=True)
        assert says in page.content.decode()
        assert says in citizen.client.get(f"{citizen.page}surel/").content.decode()
    Reporter.objects.update(email="")
    assert "Anda belum memberi alamat surel." in citizen.client.get(f"{citizen.page}surel/").content.decode()


def test_every_mail_of_a_case_and_of_following_has_its_way_to_stop_it_in_text_and_header(
    filed, public_road, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    follow(public_road)
    Message.objects.update(next_attempt_at="2020-01-01T00:00Z")
    deliver_due()
    for to, path in ((OLD, "/pengaduan/surel/berhenti/"), (FOLLOWER, "/pengaduan/ikuti/")):
        mail = next(mail for mail in sent.outbox if mail.to == [to])
        address = mail.extra_headers["List-Unsubscribe"][1:-1]
        assert address.startswith(settings.PUBLIC_URL + path)
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in mail.body
        assert address in mail.alternatives[0][0]


def test_a_scanner_that_opens_the_link_stops_nothing_and_a_click_in_the_mail_program_does(
    filed, public_road, settings
):
    follow(public_road)
    program = Client(enforce_csrf_checks=True)
    for to in (OLD, FOLLOWER):
        address = mails(to).last().stop.removeprefix(settings.PUBLIC_URL)
        assert program.get(address).status_code == 200
        assert not Reporter.objects.filter(is_silent=True).exists() or to == FOLLOWER
        assert public_road.case.followers.exists()
        assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code in (200, 302)
    assert Reporter.objects.get(complaint=filed[1]).is_silent
    assert not public_road.case.followers.exists()


def test_a_forged_link_was_never_there_and_one_whose_contact_is_erased_is_gone(filed):
    address = link("surel/berhenti")
    for never in (address[:-2] + "/", "/pengaduan/surel/berhenti/1/"):
        assert Client().post(never).status_code == 404
    Reporter.objects.all().delete()
    assert Client().get(address).status_code == 410


def test_nobody_settles_the_mails_of_a_case_they_do_not_hold(filed, cast):
    reporter = Reporter.objects.get()
    for actor in (Actor.staff(cast.sekar), Actor.holder("complaints.complaint/0"), Actor.holder()):
        with pytest.raises(Forbidden):
            contact.silence(reporter, actor=actor)
        with pytest.raises(Forbidden):
            contact.ask_new_email(reporter, NEW, actor=actor)


# Another address


def ask_change(citizen, email=NEW):
    return citizen.client.post(f"{citizen.page}surel/", {"email": email})


def test_the_address_changes_once_the_new_one_answers_and_the_old_one_is_told(filed, cast):
    citizen, case = filed
    assert ask_change(citizen).status_code == 302
    address = link("surel/ganti", NEW)
    Client().get(address)
    assert Reporter.objects.get().email == OLD
    assert Client().post(address).status_code == 302
    assert Reporter.objects.get().email == NEW
    told = mails(OLD).last()
    assert "diganti" in told.subject_line
    assert NEW not in told.text + told.html
    step(case, cast)
    assert mails(NEW).last().pk > told.pk == mails(OLD).last().pk


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_used_late_or_overtaken_is_gone_and_a_forged_one_was_never_there(filed, monkeypatch, method):
    citizen, _case = filed
    ask_change(citizen, "lain@contoh.id")
    overtaken = link("surel/ganti", "lain@contoh.id")
    ask_change(citizen)
    used = link("surel/ganti", NEW)
    Client().post(used)
    ask_change(citizen, OLD)
    late = link("surel/ganti")
    moved(monkeypatch, days=1, seconds=1)
    for address in (overtaken, used, late):
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 410
        assert "contoh.id" not in answer.content.decode().replace("@jateng", "")
    for never in (used[:-2] + "/", "/pengaduan/surel/ganti/1:x:y/"):
        assert getattr(Client(), method)(never).status_code == 404
    assert Reporter.objects.get().email == NEW


def test_log_and_case_page_say_that_it_changed_and_not_to_what(filed):
    citizen, case = filed
    ask_change(citizen)
    Client().post(link("surel/ganti", NEW))
    entries = Entry.objects.all()
    assert entries.filter(verb="complaints.complaint.change_email", subject=subject_key(case)).exists()
    assert not [entry for entry in entries if NEW in entry.body or OLD in entry.body]
    page = citizen.client.get(citizen.page).content.decode()
    assert "Penggantian alamat surel diminta" in page
    assert "Alamat surel pelapor diganti" in page


def test_five_changes_a_day_are_enough(filed):
    citizen, _case = filed
    assert [ask_change(citizen, f"a{n}@contoh.id").status_code for n in range(6)] == [302] * 5 + [429]
    assert ask_change(citizen, "bukan alamat").status_code == 422
