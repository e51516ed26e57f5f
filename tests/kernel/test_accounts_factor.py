"""The second factor: due for some roles, asked for at every login, lost to nobody by accident."""

import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from biroumum.accounts import adapter
from biroumum.accounts.models import User
from biroumum.portal.demo.cast import TOTP_SECRET, create_cast
from tests.fixtures_cast import PASSWORD


def code(secret: str = TOTP_SECRET, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def log_in(user: User) -> Client:
    client = Client()
    client.post("/masuk/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def bare(real_db) -> User:
    """Sekar as on her first day: her role demands a factor, she has none."""
    return create_cast(PASSWORD, second_factor=False)["sekar"]


def test_a_password_alone_leads_to_the_question_for_the_code(cast):
    client = Client()
    response = client.post("/masuk/?next=/akun/", {"login": cast.sekar.email, "password": PASSWORD})
    assert response.url.startswith("/akun/faktor/periksa/")
    assert client.get("/akun/").status_code == 302
    assert client.post("/akun/faktor/periksa/", {"code": code(steps=7)}).status_code == 200
    assert not client.get("/").wsgi_request.user.is_authenticated
    assert client.post("/akun/faktor/periksa/", {"code": code()}).url == "/akun/"
    assert client.get("/akun/").status_code == 200


def test_a_code_serves_once(cast):
    shown = code()
    assert log_in(cast.sekar).post("/akun/faktor/periksa/", {"code": shown}).status_code == 302
    assert log_in(cast.sekar).post("/akun/faktor/periksa/", {"code": shown}).status_code == 200


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_code_of_the_half_minute_before_or_after_serves_and_once_as_long_as_it_is_valid(cast, steps):
    shown = code(steps=steps)
    assert log_in(cast.sekar).post("/akun/faktor/periksa/", {"code": shown}).status_code == 302
    cache.delete(f"allauth.mfa.totp.used?user={cast.sekar.pk}&code={shown}")  # allauth's own memory is over
    again = log_in(cast.sekar)
    assert again.post("/akun/faktor/periksa/", {"code": shown}).status_code == 200
    assert not again.get("/").wsgi_request.user.is_authenticated


def test_guessing_codes_is_locked_after_five(cast):
    client = log_in(cast.sekar)
    for _ in range(5):
        client.post("/akun/faktor/periksa/", {"code": code(steps=9)})
    response = client.post("/akun/faktor/periksa/", {"code": code()})
    assert "Terlalu banyak percobaan" in response.content.decode()


def test_a_recovery_code_stands_in_for_the_factor_once(cast):
    spare = RecoveryCodes.activate(cast.sekar).get_unused_codes()[0]
    assert log_in(cast.sekar).post("/akun/faktor/periksa/", {"code": spare}).status_code == 302
    assert log_in(cast.sekar).post("/akun/faktor/periksa/", {"code": spare}).status_code == 200


def test_giving_up_halfway_leads_back_to_the_login(cast):
    client = log_in(cast.sekar)
    client.post("/akun/keluar/", {"next": "/masuk/"})
    assert client.get("/masuk/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/admin/", "/akun/", "/akun/sandi/", "/akun/sesi/", "/akun/faktor/pemulihan/buat/"]
)
def test_without_the_factor_everything_leads_to_setting_it_up(bare, path):
    client = log_in(bare)
    assert client.get(path).url == "/akun/faktor/"
    assert client.post(path).url == "/akun/faktor/"
    assert "Pasang faktor kedua" in client.get("/akun/faktor/").content.decode()


def test_who_has_to_set_up_can_still_leave(bare):
    client = log_in(bare)
    assert client.post("/akun/keluar/").url == "/"
    assert client.get("/masuk/").status_code == 200


def set_up(client: Client):
    page = client.get("/akun/faktor/aplikasi/pasang/")
    assert "<svg" in page.content.decode()
    return client.post("/akun/faktor/aplikasi/pasang/", {"code": code(page.context["form"].secret)})


def test_setting_the_factor_up_opens_the_session_and_shows_recovery_codes(bare):
    client = log_in(bare)
    assert client.post("/akun/faktor/aplikasi/pasang/", {"code": "000000"}).status_code == 200
    response = set_up(client)
    assert response.url == "/akun/faktor/pemulihan/"
    assert len(client.get(response.url).context["unused_codes"]) == 10
    assert client.get("/akun/faktor/pemulihan/unduh/").status_code == 200
    assert client.get("/akun/").status_code == 200


def test_after_a_reset_by_mail_the_factor_can_be_set_up_all_the_same(bare, mailoutbox):
    Client().post("/akun/sandi/lupa/", {"email": bare.email})
    assert set_up(log_in(bare)).url == "/akun/faktor/pemulihan/"


def test_a_session_older_than_the_factor_has_to_prove_it(bare):
    """Whoever stole the password before the factor was there is not let in by its arrival."""
    thief, owner = log_in(bare), log_in(bare)
    set_up(owner)
    for path in ("/akun/", "/akun/faktor/", "/akun/faktor/aplikasi/lepas/", "/akun/pastikan/"):
        assert thief.get(path).url.startswith("/akun/faktor/pastikan/?next=")
    secret = Authenticator.objects.get(user=bare, type="totp").data["secret"]
    answer = thief.post("/akun/faktor/pastikan/?next=/akun/", {"code": code(secret)})
    assert answer.url == "/akun/"
    assert thief.get("/akun/").status_code == 200


def test_taking_the_factor_off_leads_back_to_setting_one_up(bare):
    client = log_in(bare)
    set_up(client)
    assert client.post("/akun/faktor/aplikasi/lepas/").status_code == 302
    assert not Authenticator.objects.filter(user=bare).exists()
    client = log_in(bare)
    assert client.get("/akun/").url == "/akun/faktor/"


def test_a_role_given_to_someone_signed_in_asks_for_the_factor_at_the_next_request(cast, client_for):
    client = log_in(cast.danu)
    assert client.get("/akun/").status_code == 200
    position = cast.danu.assignments.get().position
    position.roles = ["auditor"]
    position.save()
    assert client.get("/akun/").url == "/akun/faktor/"


def test_others_may_do_without(cast):
    assert log_in(cast.bagas).get("/akun/").status_code == 200


def test_long_after_login_changes_of_factors_ask_again_who_is_there(cast, client_for, monkeypatch):
    client = client_for(cast.sekar)  # signed in long ago, by her session's records
    response = client.get("/akun/faktor/aplikasi/lepas/")
    assert unquote(response.url) == "/akun/pastikan/?next=/akun/faktor/aplikasi/lepas/"
    assert client.post(response.url, {"password": "salah"}).status_code == 200
    assert client.post(response.url, {"password": PASSWORD}).url == "/akun/faktor/aplikasi/lepas/"
    assert client.get("/akun/faktor/aplikasi/lepas/").status_code == 200


def test_right_after_login_they_do_not(cast, monkeypatch):
    client = log_in(cast.sekar)
    client.post("/akun/faktor/periksa/", {"code": code()})
    assert client.get("/akun/faktor/aplikasi/lepas/").status_code == 200
    monkeypatch.setattr(adapter, "FRESH_SECONDS", -1)
    assert client.get("/akun/faktor/aplikasi/lepas/").status_code == 302
