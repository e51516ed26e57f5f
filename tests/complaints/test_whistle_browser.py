"""A whistle-blower on a phone and two examiners at their desks in a real browser: both languages, axe, no script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from biroumum.accounts.actors import Actor
from complaints import services
from complaints.models import Complaint
from complaints.services import Contact
from complaints.states import Kind, State
from complaints.workflow import COMPLAINT
from tests.complaints.test_intake import content, file
from tests.complaints.walk import CitizenWalk, Inspector, StaffWalk

pytestmark = pytest.mark.browser
WHY = "Saksi harus dipanggil."


@pytest.fixture(params=["id", "en", "without script"])
def walker(
    request: Any, live: str, cast: Any, browser: Any, settings: Any
) -> Iterator[Callable[[type], Any]]:
    """Somebody at the pages; in either language axe looks at each page they come to, on a phone and a desk."""
    settings.DEMO = True
    look = Inspector()

    def walk(kind: type) -> Any:
        if request.param == "without script":
            return kind(browser(width=320, java_script_enabled=False), live)
        made = kind(browser(width=320, bypass_csp=True), live, look)
        made.speak(request.param)
        return made

    yield walk
    assert not look.faults, "\n".join(look.faults)


def tell(walk: CitizenWalk) -> tuple[str, str]:
    """From the start page, which says what is protected, to number and code; nothing asks who may know."""
    page = walk.page
    walk.go("/pengaduan/")
    assert page.locator("#pelanggaran").count() == 1
    walk.on()
    page.check("input[value=whistle]")
    walk.on()
    assert page.locator("[data-similar]").count() == 0
    walk.fill(
        title="Uang diminta di loket", description="Petugas rekaan meminta uang agar berkas didahulukan."
    )
    walk.on()
    page.check("#id_category_4")
    walk.on()
    walk.on()  # the place may be left empty
    assert page.locator("main form input[type=radio]").count() == 0
    assert page.locator("main li").count() >= 5
    walk.on()
    walk.fill(name="Saksi Contoh")
    walk.on()
    walk.on()  # no file
    walk.on()
    return page.inner_text(".lead strong"), page.inner_text("#kode")


def test_a_whistle_blower_tells_answers_and_reads_who_opened_their_identity(walker: Any, cast: Any) -> None:
    walk = walker(CitizenWalk)
    number, code = tell(walk)
    assert number.startswith("WBS-")
    case, irma, galih = Complaint.objects.get(number=number), Actor.staff(cast.irma), Actor.staff(cast.galih)
    COMPLAINT.perform(case, "inspect", actor=irma, text="Kami periksa.")
    COMPLAINT.perform(case, "ask_reporter", actor=galih, text="Pada hari apa?")
    walk.track(number, code)
    walk.step("reply", text="Hari Senin.")
    assert "Hari Senin." in walk.text
    asked = services.ask_unsealing(case, actor=irma, reason=WHY)
    services.decide_unsealing(case, asked=asked.pk, actor=galih, granted=True, reason="Setuju.")
    services.open_sealed(case, actor=irma)
    walk.track(number, code)
    told = walk.page.inner_text("main aside")
    for words in ("Pemeriksa Madya", "Pemeriksa Muda", WHY):
        assert words in told
    case.refresh_from_db()
    assert (case.state, case.visibility) == (State.IN_PROGRESS, "confidential")


def test_two_examiners_take_it_up_and_open_the_identity_together(
    walker: Any, cast: Any, client_for: Callable[..., Client], now: Any
) -> None:
    contact = Contact(name="Saksi Contoh")
    case = file(now, content=content(kind=Kind.WHISTLE), contact=contact).complaint
    walk, seal = walker(StaffWalk), f"main a[href$='/{case.pk}/segel/']"
    walk.be(client_for(cast.irma))
    walk.open(case)
    walk.step(case, "inspect", text="Kami periksa.")
    walk.press(seal)
    walk.press("main button[value=ask]")  # with no reason: the mistake is said
    assert walk.page.locator(".errors a[href='#id_reason']").count() == 1
    walk.fill(reason=WHY)
    walk.press("main button[value=ask]")
    assert walk.page.locator("main button[value=grant]").count() == 0
    walk.be(client_for(cast.galih))
    walk.open(case)
    walk.press(seal)
    assert WHY in walk.text
    walk.fill(reason="Setuju.")
    walk.press("main button[value=grant]")
    walk.be(client_for(cast.irma))
    walk.go(f"/kerja/pengaduan/{case.pk}/segel/")
    walk.press("main button[value=open]")
    assert "Saksi Contoh" in walk.text
    case.refresh_from_db()
    assert case.state == State.IN_PROGRESS
