"""Staff pages and reference tables in a real browser: the promised policy, their weight, and the menu of a phone."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from biroumum.reports.registry import REPORTS
from tests.axe import assert_accessible
from tests.complaints.road import Road
from tests.complaints.test_intake import file
from tests.complaints.walk import StaffWalk
from tests.kernel.test_urls_by_role import first_rows

pytestmark = pytest.mark.browser
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*(?:src=|application/json))|\son\w+=")
WEIGHT, REQUESTS, ROWS = 100_000, 6, 50


@pytest.fixture
def road(live: str, cast: Any, now: Any) -> Road:
    road = Road(cast, now)
    road.work()
    return road


@pytest.fixture
def desk(road: Road, live: str, browser: Any) -> StaffWalk:
    return StaffWalk(browser(), live)


def test_no_page_of_staff_breaks_the_content_policy(
    desk: StaffWalk, road: Road, cast: Any, client_for: Callable[..., Client]
) -> None:
    broken: list[str] = []

    def heard(said: Any) -> None:
        if "Policy" in said.text:
            broken.append(f"{desk.page.url}: {said.text}")

    desk.page.on("console", heard)
    desk.page.on("pageerror", lambda error: broken.append(f"{desk.page.url}: {error}"))
    case = f"/kerja/pengaduan/{road.case.pk}/"
    common = ["/kerja/", "/kerja/kotak-masuk/", "/kerja/laporan/", "/akun/", "/akun/faktor/", "/akun/sesi/"]
    reports = {
        name: [
            f"/kerja/laporan/{code}/"
            for code, it in REPORTS.items()
            if getattr(cast, name).has_perm(it.permission)
        ]
        for name in ("hartono", "bagas")
    }
    tables = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    rows = [f"/{row}/change/" for row in first_rows().values()]
    for name, addresses in {
        "sekar": [
            *common,
            "/kerja/pengaduan/?memilih=1",
            case,
            "/kerja/pengaduan/catat/",
            "/kerja/pengganti/",
        ],
        "bagas": ["/kerja/", case, f"{case}answer/", *reports["bagas"]],
        "hartono": ["/kerja/", "/kerja/pengaduan/", *reports["hartono"]],
        "nadia": ["/kerja/", "/kerja/penghapusan/", "/kerja/penghapusan/catat/"],
        "laras": ["/kerja/", "/kerja/log/", "/kerja/log/?app=complaints&origin=db"],
        "admin": ["/kerja/surel/", "/kerja/dasbor/", "/admin/", *tables, *rows],
    }.items():
        desk.be(client_for(getattr(cast, name)))
        for address in addresses:
            answer = desk.page.goto(desk.address + address)
            assert answer.status == 200, (name, address)
            assert not INLINE.search(answer.text()), address
            assert desk.page.locator("button[name=language]").count() >= 1, address
    assert broken == []


def test_the_pages_of_every_day_stay_light(
    desk: StaffWalk, road: Road, cast: Any, now: Any, client_for: Callable[..., Client]
) -> None:
    for _case in range(ROWS + 1):
        file(now)
    desk.be(client_for(cast.sekar))
    for address in ("/kerja/", "/kerja/pengaduan/", f"/kerja/pengaduan/{road.case.pk}/"):
        loaded: list[int] = []
        page = desk.page.context.new_page()
        page.on("response", lambda answer, loaded=loaded: loaded.append(len(gzip.compress(answer.body()))))
        page.goto(desk.address + address, wait_until="networkidle")
        assert len(loaded) <= REQUESTS, address
        assert sum(loaded) <= WEIGHT, address
        if address == "/kerja/pengaduan/":
            assert page.locator("tbody tr").count() == ROWS


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_open_menu_of_a_phone_is_readable(
    live: str, browser: Any, cast: Any, client_for: Callable[..., Client], language: str
) -> None:
    walk = StaffWalk(browser(width=320, bypass_csp=True), live)
    walk.speak(language)
    for address in ("/", "/kerja/"):
        if address == "/kerja/":
            walk.be(client_for(cast.sekar))
        walk.go(address)
        walk.page.click("details.menu summary")
        assert walk.page.locator("details.menu .linklike").is_visible()
        assert_accessible(walk.page)
