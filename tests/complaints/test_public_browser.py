"""A citizen on a phone and at a desk, in a real browser: without JavaScript, in both languages, axe clean."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from biroumum.accounts.actors import Actor
from complaints.models import Complaint
from complaints.workflow import COMPLAINT
from tests.complaints.citizen import make_regions
from tests.complaints.walk import CitizenWalk, Inspector

pytestmark = pytest.mark.browser


@pytest.fixture
def portal(live, cast) -> str:
    with transaction.atomic():
        make_regions()
    return live


class Office:
    """What the office does with the case meanwhile, without a browser."""

    def __init__(self, case: Complaint, cast: Any) -> None:
        self.case, self.verifier, self.officer = case, Actor.staff(cast.sekar), Actor.staff(cast.rini)
        self.unit = cast.rini.live[0].position.unit

    def go(self, actor: Actor, name: str, **data: Any) -> None:
        self.case = COMPLAINT.perform(self.case, name, actor=actor, **data)

    def ask(self) -> None:
        same = {name: getattr(self.case, name) for name in ("title", "kind", "category", "visibility")}
        self.go(self.verifier, "verify", oversight=False, accused_unit=None, **same)
        self.go(self.verifier, "assign", unit=self.unit, position=None, instruction="")
        self.go(self.officer, "start", text="")
        self.go(self.officer, "ask_reporter", text="Lampu yang mana?")

    def answer(self) -> None:
        self.go(self.officer, "answer", text="Lampu itu sudah menyala.", result="explained")

    def reopen(self) -> None:
        self.go(self.verifier, "grant_reopening", reason="Pelapor benar.")
        self.go(self.verifier, "resume_reopened")


def whole_road(walk: CitizenWalk, cast: Any, picture: Path) -> Complaint:
    """From the start page over a question, an answer and an objection to the answer the citizen accepts."""
    number, code = walk.file(picture)
    office = Office(Complaint.objects.get(number=number), cast)
    office.ask()
    walk.track(number, code)
    walk.step("reply", text="Yang dekat tangga.")
    assert "Yang dekat tangga." in walk.text
    office.answer()
    walk.track(number, code)
    walk.step("object", reason="Masih mati.")
    office.reopen()
    office.answer()
    walk.track(number, code)
    walk.press("main a[href$='/accept/']")
    walk.page.check("input[name=rating][value='4']")
    walk.fill(comment="Akhirnya terang.")
    walk.on()
    office.case.refresh_from_db()
    return office.case


def test_a_citizen_on_a_phone_without_javascript_comes_to_a_close_they_accept(
    portal, cast, browser, picture
) -> None:
    walk = CitizenWalk(browser(width=320, java_script_enabled=False), portal)
    case = whole_road(walk, cast, picture)
    assert (case.state, case.rating, case.rating_comment) == ("closed", 4, "Akhirnya terang.")
    assert case.answers.count() == 2


def test_back_and_forward_and_reload_make_no_second_case(portal, browser, picture) -> None:
    walk = CitizenWalk(browser(width=1280), portal)
    _number, code = walk.file(picture)
    walk.page.reload()
    assert walk.page.inner_text("#kode") == code
    walk.page.go_back()
    assert "/baru/jenis/" in walk.page.url  # the draft is gone, and nothing of it is shown again
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge_on_phone_and_desk(
    portal, cast, browser, picture, settings, language
) -> None:
    settings.DEMO = True
    look = Inspector()
    walk = CitizenWalk(browser(bypass_csp=True), portal, look)
    walk.speak(language)
    whole_road(walk, cast, picture)
    assert walk.page.get_attribute("html", "lang") == language
    assert not look.faults, "\n".join(look.faults)


def test_no_public_page_weighs_more_than_60_kb_or_needs_more_than_six_requests(
    portal, browser, picture
) -> None:
    weights: dict[str, list[int]] = {}
    page = browser(width=320)
    page.on("response", lambda response: weights.setdefault(page.url, []).append(len(response.body())))
    walk = CitizenWalk(page, portal)
    for path in ("/pengaduan/", "/pengaduan/lacak/", "/pengaduan/baru/jenis/"):
        page.context.clear_cookies()
        walk.go(path)
    for url, sizes in weights.items():
        assert len(sizes) <= 6, url
        assert sum(sizes) <= 60_000, url


def test_the_whole_form_is_a_dozen_pages_of_a_phone_each_light(portal, browser, picture) -> None:
    """From the start page to the receipt, as pressed; what each page needs, packed as the server packs it."""
    page, answers, pages = browser(width=320), [], []
    page.on("response", lambda answer: answers.append(answer))

    def look(page: Any) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, page.url
        bodies = {answer.url: answer.body() for answer in answers if not 300 <= answer.status < 400}.values()
        pages.append((page.url, len(bodies), sum(len(gzip.compress(body)) for body in bodies)))
        answers.clear()

    CitizenWalk(page, portal, look).file(picture)
    assert len(pages) <= 14  # with one mistake on the way and all levels of the region
    for url, requests, weight in pages:
        assert requests <= 6, url
        assert weight <= 60_000, url
    assert sum(weight for _url, _requests, weight in pages) <= 14 * 25_000
