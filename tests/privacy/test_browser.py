"""The privacy officer's pages in a real browser: on a phone and a desk, in both languages, for everyone's tools."""

import pytest

from biroumum.accounts.actors import Actor
from biroumum.privacy.models import LegalBasis
from biroumum.privacy.services import record_request
from tests.axe import assert_accessible
from tests.complaints.road import Road
from tests.complaints.walk import StaffWalk

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(live, cast, now):
    road = Road(cast, now)
    road.go("sekar", "withdraw", reason_code="at_request", reason="Diminta.")
    words = {"basis": LegalBasis.objects.get(code="request"), "reason": "Di loket.", "names": "Kertodimejo"}
    return record_request(
        road.case.number, actor=Actor.staff(cast.nadia), whats=["contact", "files"], **words
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_fits(asked, live, cast, client_for, browser, width):
    desk, page = StaffWalk(browser(width=width, bypass_csp=True), live), asked.get_absolute_url()
    desk.be(client_for(cast.nadia))
    for address in ("/kerja/penghapusan/", "/kerja/penghapusan/catat/", page, f"{page}withdraw/"):
        desk.go(address)
        assert_accessible(desk.page)
    desk.go("/kerja/penghapusan/catat/")
    desk.page.click("main form button.btn-main")  # with nothing filled in
    assert_accessible(desk.page)
    desk.be(client_for(cast.hartono))
    desk.go(f"{page}approve/")
    desk.page.fill("[name=reason]", "Sesuai permohonan.")
    desk.page.click("main form button.btn-danger")
    desk.page.wait_for_load_state()
    assert "Selesai dihapus" in desk.page.inner_text("main")
    assert_accessible(desk.page)
    desk.page.locator("footer button[name=language]").first.click()
    desk.page.wait_for_load_state()
    assert "Download the certificate" in desk.page.inner_text("main")
    assert_accessible(desk.page)
