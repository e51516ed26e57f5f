"""Mails of one's own case in a real browser, pressed through from link to link: both languages, axe, no script."""

from __future__ import annotations

from typing import Any

import pytest

from complaints.models import Reporter
from tests.complaints.citizen import Citizen
from tests.complaints.test_contact import NEW, OLD, link
from tests.complaints.walk import CitizenWalk, Inspector

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("how", ["id", "en", "without script"])
def test_a_reporter_opens_by_mail_changes_the_address_and_stops(
    live: str, cast: Any, browser: Any, settings: Any, how: str
) -> None:
    settings.DEMO = True
    case, _code = Citizen().file(email=OLD, description="Hubungi 0812 3456 7890.")
    receipt = link("surel/berhenti")
    look, page = Inspector(), browser(width=320, bypass_csp=True, java_script_enabled=how != "without script")
    walk = CitizenWalk(page, live, look if how != "without script" else lambda page: None)
    walk.speak("en" if how == "en" else "id")
    walk.go("/pengaduan/lacak/")
    walk.press("main a[href$='/tautan/']")
    walk.fill(number=case.number, email=OLD)
    walk.on()
    walk.go(link("lacak/tautan"))
    walk.on()
    assert case.number in page.inner_text("h1")
    walk.press("main a[href$='/surel/']")
    walk.fill(email=NEW)
    walk.press("main form .btn-main")
    walk.go(link("surel/ganti", NEW))
    walk.on()
    walk.go(receipt)
    walk.on()
    reporter = Reporter.objects.get()
    assert (reporter.email, reporter.is_silent) == (NEW, True)
    assert not look.faults, "\n".join(look.faults)
