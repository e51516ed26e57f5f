"""Pages anyone may open: they answer, in both languages, light, and with the manners of the house."""

import gzip
import re
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path

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


def test_with_the_database_away_the_typed_form_is_kept_but_no_secret():
    from biroumum.urls import urlpatterns as ours

    urlpatterns[1:] = ours
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=__name__):
        page = client.post("/rusak/", {"description": "<b>Lampu</b> mati", "password": "jangan"})
    html = page.content.decode()
    assert page.status_code == 503
    assert page["Retry-After"]
    assert "&lt;b&gt;Lampu&lt;/b&gt; mati" in html
    assert "jangan" not in html


def test_health_tells_life_and_readiness(db, client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["parts"]["database"] == "ok"
