"""What is typed at the desk outlives the database's absence and the end of the session."""

import re
from html import unescape

import pytest
from django.db import OperationalError
from django.utils.html import escape

from complaints import services
from complaints.models import Complaint
from tests.complaints.test_desk import DESK, TOLD, at_desk
from tests.fixtures_cast import PASSWORD


@pytest.fixture
def danu(cast, client_for, settings, tmp_path):
    """At the desk; an error of the server comes to him as a page."""
    settings.MEDIA_ROOT = tmp_path
    client = client_for(cast.danu)
    client.raise_request_exception = False
    return client


def kept_form(html):
    """Where the form of a page that kept what was typed would be sent, and what."""
    main = html.partition("<main")[2].partition("</main>")[0]  # elsewhere is the switch of languages
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main)
    action = re.search(r'<form method="post" action="([^"]+)"', main)[1]
    return unescape(action), {name: unescape(value) for name, value in fields}


def test_with_the_database_away_it_is_sent_again_from_the_page_and_filed_once(danu, monkeypatch):
    def away(**how):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(services, "submit_complaint", away)
        page = at_desk(danu)("phone", **TOLD)
    assert page.status_code == 503
    assert [danu.post(*kept_form(page.text)).status_code for _time in range(2)] == [201, 201]
    case = Complaint.objects.get()
    assert (case.description, case.reporter.name) == (TOLD["description"], TOLD["name"])


@pytest.fixture
def late_form(danu):
    """What Danu is answered who sends his form, with its token, after the time of a session."""
    token = token_on(danu.get(DESK))
    danu.handler.enforce_csrf_checks = True
    session = danu.session
    session["seen"] = 1
    session.save()
    return at_desk(danu)("phone", **TOLD, csrfmiddlewaretoken=token)


def token_on(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]


def sign_in(client):
    proof = {"csrfmiddlewaretoken": token_on(client.get("/masuk/"))}
    answer = client.post("/masuk/", proof | {"login": "danu@biroumum.example", "password": PASSWORD})
    assert answer.status_code == 302


def test_after_the_session_has_ended_it_waits_on_the_page_until_one_is_signed_in_again(danu, late_form):
    page = late_form
    for _too_soon in range(2):
        assert page.status_code == 403
        assert "Masuk di tab baru" in page.text
        assert escape(TOLD["description"]) in page.text
        assert f'name="next" value="{DESK}"' in page.text  # the switch of languages works here too
        page = danu.post(*kept_form(page.text))
    sign_in(danu)
    again = danu.post(*kept_form(page.text))
    assert "Anda sudah masuk lagi" in again.text
    assert not Complaint.objects.exists()
    assert danu.post(*kept_form(again.text)).status_code == 201
    case = Complaint.objects.get()
    assert (case.description, case.reporter.name) == (TOLD["description"], TOLD["name"])


def test_a_form_from_elsewhere_does_not_become_ours_by_naming_a_key(danu, late_form):
    sign_in(danu)
    forged = kept_form(late_form.text)[1] | {"typed-again": "ditebak"}
    answer = danu.post(DESK, forged)
    assert answer.status_code == 403
    assert "sudah kedaluwarsa" in answer.text
    assert 'value="Sari Contoh"' not in answer.text


def test_who_typed_nothing_goes_straight_to_the_login(danu):
    danu.logout()
    assert danu.post(DESK)["Location"].startswith("/masuk/?next=")
