"""A passkey from end to end: Chromium with an authenticator of its own, over real commits."""

import pytest
from allauth.mfa.models import Authenticator

from biroumum.accounts import adapter
from tests.fixtures_cast import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def page(live, browser, cast):
    page = browser(width=320)
    page.site = live.replace("127.0.0.1", "localhost")  # keys are bound to names, not to numbers
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    device |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto(f"{page.site}/masuk/")
    page.fill("#id_login", cast.bagas.email)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/kerja/")
    return page


def add_key(page, *, passwordless: bool) -> None:
    page.goto(f"{page.site}/akun/faktor/kunci/tambah/")
    page.fill("#id_name", "Ponsel kantor")
    if passwordless:
        page.check("#id_passwordless")
    page.click("#add_key")
    page.wait_for_url("**/akun/faktor/pemulihan/")


def log_out(page) -> None:
    page.goto(f"{page.site}/akun/keluar/")
    page.click("main button")
    page.wait_for_url(f"{page.site}/")


def test_a_passkey_replaces_the_password(page, cast):
    add_key(page, passwordless=True)
    log_out(page)
    page.goto(f"{page.site}/masuk/")
    page.click("#passkey_login")
    page.wait_for_url("**/kerja/")
    assert Authenticator.objects.get(user=cast.bagas, type="webauthn").last_used_at


def test_a_key_is_a_second_factor_beside_the_password(page, cast):
    add_key(page, passwordless=False)
    log_out(page)
    page.goto(f"{page.site}/masuk/?next=/akun/")
    page.fill("#id_login", cast.bagas.email)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/akun/faktor/periksa/**")
    page.click("#use_key")
    page.wait_for_url("**/akun/")
    assert page.inner_text("h1") == "Akun Anda"


def test_a_key_is_renamed_and_removed(page, cast):
    add_key(page, passwordless=True)
    page.goto(f"{page.site}/akun/faktor/kunci/")
    page.click("text=Ganti nama")
    page.fill("#id_name", "Kunci lama")
    page.click("main button")
    page.wait_for_url("**/akun/faktor/kunci/")
    page.click("text=Hapus")
    assert page.inner_text("h1") == "Hapus kunci “Kunci lama”?"
    page.click("main button")
    page.wait_for_url("**/akun/faktor/kunci/")
    assert not Authenticator.objects.filter(user=cast.bagas).exists()


def test_a_key_proves_who_is_there_before_factors_change(page, cast, monkeypatch):
    add_key(page, passwordless=True)
    monkeypatch.setattr(adapter, "FRESH_SECONDS", -1)
    page.goto(f"{page.site}/akun/faktor/kunci/tambah/")
    assert page.inner_text("h1") == "Pastikan ini Anda"
    page.goto(f"{page.site}/akun/faktor/kunci/pastikan/?next=/akun/faktor/kunci/tambah/")
    page.click("#use_key")
    page.wait_for_url(f"{page.site}/akun/faktor/kunci/tambah/")
    assert page.inner_text("h1") == "Tambah kunci sandi"


def test_new_recovery_codes_replace_the_old(page, cast):
    add_key(page, passwordless=True)
    old = page.locator("main .code").all_inner_texts()
    page.click("text=Buat kode baru")
    page.click("main button")
    page.wait_for_url("**/akun/faktor/pemulihan/")
    new = page.locator("main .code").all_inner_texts()
    assert len(set(old + new)) == 20
