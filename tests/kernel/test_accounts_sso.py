"""Single sign-on against a real OpenID Connect server of our own: known, verified addresses only."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from biroumum.accounts.models import User


class Provider(BaseHTTPRequestHandler):
    """Says who `person` is to whoever comes with a code."""

    person: dict[str, Any] = {}

    def do_GET(self) -> None:
        base = f"http://{self.headers['Host']}"
        about = {"issuer": base, "jwks_uri": f"{base}/keys", "authorization_endpoint": f"{base}/authorize"}
        about |= {"token_endpoint": f"{base}/token", "userinfo_endpoint": f"{base}/who"}
        self.answer(self.person if self.path == "/who" else about)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "x", "token_type": "Bearer"})

    def answer(self, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def provider(settings) -> Iterator[type[Provider]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app = {"provider_id": "sso", "name": "SSO Contoh", "client_id": "biro", "secret": "s"}
    app["settings"] = {"server_url": f"http://127.0.0.1:{server.server_port}"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield Provider
    server.shutdown()
    server.server_close()
    thread.join()


def come_from(provider: type[Provider], **person: Any):
    provider.person = person
    client = Client()
    away = client.get("/akun/sso/sso/")
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    return client, client.get("/akun/sso/sso/kembali/", {"code": "1", "state": state})


def test_the_login_page_offers_it_only_when_configured(db, provider, settings):
    assert "Masuk dengan SSO Contoh" in Client().get("/masuk/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "SSO Contoh" not in Client().get("/masuk/").content.decode()


def test_a_known_verified_address_gets_in_and_keeps_its_password(cast, provider):
    client, response = come_from(provider, sub="7", email="Danu@biroumum.example", email_verified=True)
    assert response.url == "/kerja/"
    assert client.get("/akun/").wsgi_request.user == cast.danu
    assert User.objects.get(pk=cast.danu.pk).password == cast.danu.password
    assert SocialAccount.objects.get().user == cast.danu


def test_the_bond_once_made_holds_when_the_address_changes_elsewhere(cast, provider):
    come_from(provider, sub="7", email=cast.danu.email, email_verified=True)
    client, _response = come_from(provider, sub="7", email="lain@example.org", email_verified=True)
    assert client.get("/akun/").wsgi_request.user == cast.danu


@pytest.mark.parametrize(
    ("email", "verified"),
    [("asing@example.org", True), ("danu@biroumum.example", False), ("", True)],
)
def test_nobody_else_gets_in_and_nobody_is_made(cast, provider, email, verified):
    before = User.objects.count()
    client, response = come_from(provider, sub="8", email=email, email_verified=verified)
    assert "belum terdaftar" in response.content.decode()
    assert not client.get("/").wsgi_request.user.is_authenticated
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_someone_inactive_stays_out(cast, provider):
    User.objects.filter(pk=cast.danu.pk).update(is_active=False)
    client, response = come_from(provider, sub="7", email=cast.danu.email, email_verified=True)
    assert response.url == "/akun/nonaktif/"
    assert not client.get("/").wsgi_request.user.is_authenticated


def test_the_second_factor_is_asked_for_all_the_same(cast, provider):
    client, response = come_from(provider, sub="9", email=cast.sekar.email, email_verified=True)
    assert response.url.startswith("/akun/faktor/periksa/")
    assert not client.get("/").wsgi_request.user.is_authenticated


def test_a_cancelled_login_says_so(db, provider):
    client = Client()
    state = parse_qs(urlsplit(client.get("/akun/sso/sso/").url).query)["state"][0]
    answer = client.get("/akun/sso/sso/kembali/", {"error": "access_denied", "state": state}, follow=True)
    assert "Anda membatalkan" in answer.content.decode()


def test_the_bond_is_written_in_a_transaction(real_db, cast, provider):
    _client, response = come_from(provider, sub="7", email=cast.danu.email, email_verified=True)
    assert response.url == "/kerja/"
