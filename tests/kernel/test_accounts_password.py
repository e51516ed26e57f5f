"""A new password: asked for by mail without telling who is known, set once, and what it ends."""

import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.test import Client

from biroumum.accounts import views
from biroumum.accounts.models import User
from biroumum.notifications.models import Message
from tests.fixtures_cast import PASSWORD
from tests.kernel.test_accounts_login import danu, errors, log_in

__all__ = ["danu"]


def ask_reset(email: str, **extra):
    return Client().post("/akun/sandi/lupa/", {"email": email}, **extra)


def test_asking_for_a_new_password_answers_alike_and_writes_only_to_people_we_know(danu):
    known, unknown = ask_reset(danu.email), ask_reset("tidak.ada@biroumum.example")
    assert known.url == unknown.url == "/akun/sandi/lupa/terkirim/"
    message = Message.objects.get()
    assert (message.to, message.subject_line) == (danu.email, "Buat kata sandi baru")
    assert "Yth. Danu Misalnya" in message.html


def test_asking_for_a_new_password_lasts_equally_long(danu, monkeypatch):
    waits = []
    clock = SimpleNamespace(monotonic=iter((0, 1, 0, 3)).__next__, sleep=waits.append)
    monkeypatch.setattr(views, "EVEN_SECONDS", 7)
    monkeypatch.setattr(views, "time", clock)
    ask_reset(danu.email)
    ask_reset("tidak.ada@biroumum.example")
    assert waits == [6, 4]


def reset_link(danu: User) -> str:
    ask_reset(danu.email, HTTP_HOST="localhost")
    return re.search(r"http\S+/akun/sandi/atur/\S+", Message.objects.latest("pk").text)[0]


def test_the_link_in_the_mail_names_the_portals_own_address(danu, settings):
    settings.PUBLIC_URL = "https://biroumum.example"
    assert reset_link(danu).startswith("https://biroumum.example/akun/sandi/atur/")


def test_a_foreign_host_gets_no_mail_out(danu):
    assert ask_reset(danu.email, HTTP_HOST="jahat.example").status_code == 400
    assert not Message.objects.exists()


def set_password(link: str, password: str, client: Client):
    page = client.get(urlsplit(link).path, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})


@pytest.mark.parametrize("password", ["pendek-11-h", "password1234", "123456789012", "Danu Misalnya"])
def test_a_short_common_or_own_name_password_is_refused(danu, password):
    before = danu.password
    assert errors(set_password(reset_link(danu), password, Client()))
    assert User.objects.get(pk=danu.pk).password == before


def test_a_link_sets_one_password_lifts_the_lock_and_is_spent(danu):
    for _ in range(6):
        log_in(danu.email, "salah")
    link = reset_link(danu)
    assert set_password(link, "rumput hijau di taman", Client()).url == "/akun/sandi/selesai/"
    assert log_in(danu.email, "rumput hijau di taman").url == "/kerja/"
    assert set_password(link, "lain lagi sandinya", Client()).context["token_fail"]


def test_a_new_password_ends_every_other_session(danu):
    here, there = Client(), Client()
    for client in (here, there):
        log_in(danu.email, client=client)
    new = {
        "oldpassword": PASSWORD,
        "password1": "rumput hijau di taman",
        "password2": "rumput hijau di taman",
    }
    assert here.post("/akun/sandi/", new).status_code == 302
    assert here.get("/akun/").status_code == 200
    assert there.get("/akun/").url == "/masuk/?next=/akun/"
