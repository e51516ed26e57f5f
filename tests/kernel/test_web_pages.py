"""Pages anyone may open: they answer, in both languages, light, and with the manners of the house."""

import gzip
import re
import socket
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path

from biroumum.web import queue
from biroumum.web.middleware import POLICY

STATIC = Path(__file__).resolve().parents[2] / "static"
PUBLIC = ["/", "/aksesibilitas/", "/data-pribadi/", "/masuk/"]


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("language", ["id", "en"])
def test_public_pages_answer_with_one_h1_and_the_right_language(db, client, address, language):
    client.cookies["django_language"] = language
    page = client.get(address)
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("<h1") == 1
    assert f'<html lang="{language}">' in html
    assert page["Content-Security-Policy"] == POLICY
    assert not re.search(r"<style|style=|<script(?![^>]*(?:src=|application/json))|\son\w+=", html)


def test_a_public_page_weighs_at_most_60_kb_in_six_requests(db, client):
    html = client.get("/").content
    files = set(re.findall(rb'(?:href|src)="/static/([^"]+)"', html)) | {b"img/kawung.svg"}
    weight = len(gzip.compress(html)) + sum(
        len(gzip.compress((STATIC / f.decode()).read_bytes())) for f in files
    )
    assert len(files) + 1 <= 6
    assert weight <= 60_000


def test_css_and_script_keep_their_budget():
    assert len(gzip.compress((STATIC / "biroumum.css").read_bytes())) <= 24_000
    assert len(gzip.compress((STATIC / "biroumum.js").read_bytes())) <= 5_000


def test_an_unknown_address_says_so_in_our_layout(db, client):
    page = client.get("/tidak-ada/")
    assert page.status_code == 404
    assert "Halaman tidak ditemukan" in page.content.decode()


def broken(request):
    raise OperationalError("server closed the connection")


urlpatterns = [path("rusak/", broken)]
handler500 = "biroumum.web.errors.server_error"


@pytest.fixture
def away():
    """A portal with one page whose database is away."""
    from biroumum.urls import urlpatterns as ours

    urlpatterns[1:] = ours
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_with_the_database_away_the_typed_form_is_kept_but_no_password(away):
    page = away.post(
        "/rusak/?a=1",
        {"description": "<b>Lampu</b> mati", "password": "sandi-saya", "submit_token": "t-1", "code": "K7QD"},
    )
    html = page.content.decode()
    assert page.status_code == 503
    assert page["Retry-After"]
    assert page["Cache-Control"] == "no-store"
    assert "&lt;b&gt;Lampu&lt;/b&gt; mati</div>" in html
    assert 'action="/rusak/?a=1"' in html
    assert "sandi-saya" not in html


def test_a_second_try_sends_the_same_token_so_nothing_is_filed_twice(away):
    html = away.post("/rusak/", {"submit_token": "t-1", "code": "K7QD"}).content.decode()
    assert '<input type="hidden" name="submit_token" value="t-1">' in html
    assert "K7QD</div>" not in html  # sent again, but not shown to onlookers


def test_error_pages_ask_nothing_of_the_database(away):
    """No `db` fixture: a query here would be refused by the test runner."""
    assert away.get("/rusak/").status_code == 503


def test_a_form_without_its_token_keeps_the_text_for_copying_and_offers_no_way_round():
    client = Client(enforce_csrf_checks=True)
    page = client.post("/bahasa/", {"language": "en", "description": "Lampu mati"})
    html = page.content.decode()
    assert page.status_code == 403
    assert "Lampu mati" in html
    assert 'value="Lampu mati"' not in html


def test_health_tells_life_and_readiness(db, client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["parts"]["database"] == "ok"


def test_readiness_asks_the_queue_and_says_when_it_is_away(db, client, valkey):
    assert client.get("/readyz").json()["parts"]["queue"] == "ok"
    valkey.stop()
    page = client.get("/readyz")
    assert page.status_code == 503
    assert "no answer" in page.json()["parts"]["queue"]


def test_readiness_waits_for_a_silent_queue_less_than_two_seconds(settings):
    """By what was set, and with a broker that takes the call and says nothing: the check comes back by itself."""
    assert queue.IMPATIENT["socket_connect_timeout"] + queue.IMPATIENT["socket_timeout"] < 2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert "no answer" in queue.broker()


def test_a_province_with_an_emblem_of_its_own_shows_it(db, client, settings, tmp_path):
    drawing = tmp_path / "lambang.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    assert client.get("/lambang.svg").status_code == 404
    settings.PROVINCE = settings.PROVINCE | {"emblem": str(drawing)}
    assert 'src="/lambang.svg"' in client.get("/").content.decode()
    answer = client.get("/lambang.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_language_switch_leads_to_no_other_site(db, client):
    answer = client.post("/bahasa/", {"language": "en", "next": "https://jahat.example/"})
    assert answer["Location"] == "/"
    assert client.get("/").headers["Content-Language"] == "en"


def test_whoever_has_no_position_still_finds_the_account_and_its_way_out(cast, client_for):
    page = client_for(cast.tamu).get("/kerja/")
    assert page.status_code == 403
    assert 'href="/akun/"' in page.content.decode()
