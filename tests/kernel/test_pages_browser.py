"""Pages of the portal itself in a real browser: for every eye and hand, with the promised policy, and light."""

import gzip

import pytest
from django.test import override_settings
from django.urls import path

from biroumum.web.errors import gone
from tests.axe import assert_accessible, faults
from tests.kernel.test_web_pages import broken

PAGES = [
    "/",
    "/pengaduan/statistik/",
    "/pengaduan/daftar/peta/",
    "/usang/",
    "/aksesibilitas/",
    "/transparansi/",
    "/data-pribadi/",
    "/masuk/",
    "/tidak-ada/",
    "/rusak/",
    "/pecah/",
]
WEIGHT, REQUESTS = 60_000, 6


def shattered(request):
    raise RuntimeError("a fault of ours")


def used_up(request):
    return gone(request, "Tautan ini sudah dipakai.", "pengaduan:track", "Lacak")


urlpatterns = [path("rusak/", broken), path("pecah/", shattered), path("usang/", used_up)]
handler404 = "biroumum.web.errors.not_found"
handler500 = "biroumum.web.errors.server_error"


@pytest.fixture
def portal(live):
    from biroumum.urls import urlpatterns as ours

    urlpatterns[3:] = ours
    with override_settings(ROOT_URLCONF=__name__):
        yield live


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["id", "en"])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(portal, browser, width, language):
    page = browser(width=width, bypass_csp=True)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal}])
    for address in PAGES:
        page.goto(portal + address)
        assert page.locator("h1").count() == 1
        assert_accessible(page)


def test_axe_would_find_a_fault(portal, browser):
    page = browser(bypass_csp=True)
    page.goto(portal)
    page.evaluate(
        "document.querySelector('main').innerHTML = '<img src=x><div style=\"width:3000px\">x</div>'"
    )
    assert any(line.startswith("image-alt") for line in faults(page))
    assert any("over the edge" in line for line in faults(page))


def test_no_page_breaks_its_own_policy(portal, browser, cast):
    """The admin too runs without a line of script or style in the page."""
    page, complaints = browser(), []
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    for address in [*PAGES, "/admin/login/", "/pengaduan/"]:
        page.goto(portal + address)
    assert complaints == []


def test_what_a_phone_loads_for_the_first_page(portal, browser):
    page, loaded = browser(width=360), []
    page.on("response", lambda answer: loaded.append(len(gzip.compress(answer.body()))))
    page.goto(portal, wait_until="networkidle")
    assert len(loaded) <= REQUESTS
    assert sum(loaded) <= WEIGHT


def test_the_menu_of_a_phone_opens_without_script(portal, browser):
    page = browser(width=320, java_script_enabled=False)
    page.goto(portal)
    link = page.locator("details.menu a", has_text="Pengaduan")
    assert not link.is_visible()
    page.click("details.menu summary")
    link.click()
    assert page.url == f"{portal}/pengaduan/"


def test_the_first_tab_leads_past_the_menu(portal, browser):
    page = browser()
    page.goto(portal)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#isi")


def test_the_language_is_switched_on_the_page_one_is_on(portal, browser):
    page = browser()
    page.goto(f"{portal}/aksesibilitas/?dari=beranda")
    page.click("footer >> text=English")
    assert page.url == f"{portal}/aksesibilitas/?dari=beranda"
    assert page.locator("html").get_attribute("lang") == "en"


def test_an_error_takes_the_focus_and_its_link_leads_to_the_control(portal, browser, cast):
    page = browser()
    page.goto(f"{portal}/masuk/")
    page.click("main button.btn")
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.title().startswith("Galat: ")
    page.click(".errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_login"


def test_enlarged_to_twice_the_size_nothing_is_cut_off(portal, browser):
    page = browser(width=640)
    page.goto(portal)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
