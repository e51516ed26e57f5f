"""A citizen on a phone and at a desk, in a real browser: without JavaScript, in both languages, axe clean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from biroumum.accounts.actors import Actor
from complaints.models import Complaint
from complaints.workflow import COMPLAINT
from tests import axe
from tests.complaints.citizen import STORY, make_regions

pytestmark = pytest.mark.browser


class Walk:
    """A page in the browser; `look` is called on each page it comes to."""

    def __init__(self, page: Any, address: str, look: Callable[[Any], None] = lambda page: None) -> None:
        self.page, self.address, self.look = page, address, look

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.look(self.page)

    def on(self) -> None:
        with self.page.expect_navigation():
            self.page.click("main .btn-main")
        self.look(self.page)

    def file(self, picture: Path) -> tuple[str, str]:
        """From the start page to number and code."""
        page = self.page
        self.go("/pengaduan/")
        self.on()
        self.on()  # with nothing chosen: the mistake is said
        assert page.locator(".errors a").count() == 1
        page.check("input[value=complaint]")
        self.on()
        page.fill("#id_title", "Lampu lorong mati")
        page.fill("#id_description", STORY)
        self.on()
        page.check("#id_category_4")
        self.on()
        page.select_option("#id_regency", "33.74")
        self.on()
        page.select_option("#id_district", "33.74.01")
        self.on()
        page.select_option("#id_village", "33.74.01.1001")
        self.on()
        page.check("input[value=confidential]")
        self.on()
        page.fill("#id_email", "sari@contoh.id")
        self.on()
        page.set_input_files("#id_files", picture)
        self.on()
        assert picture.name in page.inner_text("main")
        self.on()
        return page.inner_text(".lead strong"), page.inner_text("#kode")

    def track(self, number: str, code: str) -> None:
        self.go("/pengaduan/lacak/")
        self.page.fill("#id_number", number)
        self.page.fill("#id_code", code)
        self.on()


@pytest.fixture
def picture(tmp_path) -> Path:
    from PIL import Image

    path = tmp_path / "lampu.png"
    Image.new("RGB", (20, 20), "navy").save(path)
    return path


@pytest.fixture
def portal(live, cast) -> str:
    with transaction.atomic():
        make_regions()
    return live


def office(case: Complaint, cast: Any) -> None:
    """Bring the case to a question for its reporter."""
    act = [Actor.staff(cast.sekar), Actor.staff(cast.rini)]
    choice = {"title": case.title, "kind": "complaint", "oversight": False, "category": case.category}
    COMPLAINT.perform(case, "verify", actor=act[0], visibility="confidential", accused_unit=None, **choice)
    unit = cast.rini.live[0].position.unit
    COMPLAINT.perform(case, "assign", actor=act[0], unit=unit, position=None, instruction="")
    COMPLAINT.perform(case, "start", actor=act[1], text="")
    COMPLAINT.perform(case, "ask_reporter", actor=act[1], text="Lampu yang mana?")


def test_from_start_to_answered_question_on_a_phone_without_javascript(
    portal, cast, browser, picture
) -> None:
    walk = Walk(browser(width=320, java_script_enabled=False), portal)
    number, code = walk.file(picture)
    case = Complaint.objects.get(number=number)
    office(case, cast)
    walk.track(number, code)
    assert "Jam berhenti sejak" in walk.page.inner_text("main")
    walk.on()
    walk.page.fill("#id_text", "Yang dekat tangga.")
    walk.on()
    assert "Yang dekat tangga." in walk.page.inner_text("main")
    case.refresh_from_db()
    assert case.state == "in_progress"


def test_back_and_forward_and_reload_make_no_second_case(portal, browser, picture) -> None:
    walk = Walk(browser(width=1280), portal)
    _number, code = walk.file(picture)
    walk.page.reload()
    assert walk.page.inner_text("#kode") == code
    walk.page.go_back()
    assert "/baru/jenis/" in walk.page.url  # the draft is gone, and nothing of it is shown again
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    portal, cast, browser, picture, settings, width, language
) -> None:
    settings.DEMO = True
    faults: list[str] = []

    def look(page: Any) -> None:
        faults.extend(f"{page.url}: {fault}" for fault in axe.faults(page))

    page = browser(width=width)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal}])
    walk = Walk(page, portal, look)
    number, code = walk.file(picture)
    office(Complaint.objects.get(number=number), cast)
    walk.track(number, code)
    walk.on()
    assert page.get_attribute("html", "lang") == language
    assert faults == []


def test_no_public_page_weighs_more_than_60_kb_or_needs_more_than_six_requests(
    portal, browser, picture
) -> None:
    weights: dict[str, list[int]] = {}
    page = browser(width=320)
    page.on("response", lambda response: weights.setdefault(page.url, []).append(len(response.body())))
    walk = Walk(page, portal)
    for path in ("/pengaduan/", "/pengaduan/lacak/", "/pengaduan/baru/jenis/"):
        page.context.clear_cookies()
        walk.go(path)
    for url, sizes in weights.items():
        assert len(sizes) <= 6, url
        assert sum(sizes) <= 60_000, url
