"""A citizen files, keeps the receipt and has it checked, in a real browser that sends nothing of it."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from biroumum.audit import receipts
from biroumum.audit.notes import COSIGNATURE, split
from biroumum.audit.proofs import Proof
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.services.filed import SUBMITTED, filed_text
from tests.axe import assert_accessible
from tests.complaints.citizen import Citizen, make_regions
from tests.complaints.walk import CitizenWalk
from tests.fixtures_log import sequenced
from tests.kernel.small_log import NOW, WITNESS, key

pytestmark = pytest.mark.browser
CHECK = "/transparansi/verifikasi/"
OLD = """
const original = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (...how) => how[2] === "Ed25519"
  ? Promise.reject(new DOMException("", "NotSupportedError")) : original(...how);
"""


@pytest.fixture
def portal(live, cast, log_sequencer) -> str:
    with transaction.atomic():
        make_regions()
    return live


@pytest.fixture
def receipt(portal, log_sequencer, tmp_path) -> Path:
    """Of the first of some filings."""
    case, _code = Citizen().file()
    for _other in range(2):
        Citizen().file()
    sequenced(log_sequencer)
    proof = receipts.receipt(receipts.recorded(subject_key(case), SUBMITTED))
    path = tmp_path / "bukti.tlog-proof"
    path.write_text(proof.text)
    return path


def box(page: Any) -> str:
    """The name of the box that is shown in the end."""
    page.wait_for_selector("[data-box]:not([data-box=busy]):visible")
    return page.locator("[data-box]:visible").get_attribute("data-box")


def checked(page: Any, path: Path) -> str:
    page.evaluate("document.querySelectorAll('[data-box]').forEach((box) => box.hidden = true)")
    page.set_input_files("#bukti", str(path))
    return box(page)


def test_a_citizen_files_waits_for_nothing_and_has_the_receipt_proved(
    portal, browser, log_sequencer, picture
):
    page = browser(width=360, accept_downloads=True)
    CitizenWalk(page, portal).file(picture)
    assert "Janji ini kami tanda tangani" in page.locator("[data-evidence]").inner_text()
    with page.expect_download() as promised:
        page.click("text=Unduh janji")
    sequenced(log_sequencer)
    page.wait_for_selector("text=Unduh bukti", timeout=20_000)  # by itself
    with page.expect_download() as given:
        page.click("text=Unduh bukti")
    with page.expect_download() as words:
        page.click("text=Unduh isi laporan")
    page.click("text=Periksa bukti ini")  # the same address a QR code holds
    assert box(page) == "proved"
    case = Complaint.objects.get()
    assert case.number in page.locator("[data-box=proved]").inner_text()
    page.set_input_files("#pembanding", [words.value.path(), promised.value.path()])
    page.wait_for_selector("[data-list=compared] li")
    same, other = page.locator("[data-list=compared] li").all_inner_texts()
    assert same.endswith("inilah isi laporan itu")
    assert other.endswith("bukan isi atau berkas laporan itu")
    page.goto(portal + CHECK)
    assert checked(page, Path(given.value.path())) == "proved"
    assert checked(page, Path(promised.value.path())) == "promised"


def test_without_script_the_receipt_is_there_when_the_page_is_loaded_again(
    portal, browser, log_sequencer, picture
):
    page = browser(java_script_enabled=False, accept_downloads=True)
    CitizenWalk(page, portal).file(picture)
    sequenced(log_sequencer)
    page.reload()
    with page.expect_download() as given:
        page.click("text=Unduh bukti")
    assert Path(given.value.path()).read_text().startswith("c2sp.org/tlog-proof@v1\n")
    page.goto(portal + CHECK)
    assert page.locator("#langkah").inner_text().strip() == receipts.STEPS.strip()
    assert not page.locator("[data-verify]").is_visible()


def test_each_harm_is_refused_with_the_step_that_failed(portal, browser, receipt, tmp_path):
    page, text, harmed = browser(), receipt.read_text(), tmp_path / "rusak.tlog-proof"
    page.goto(portal + CHECK)
    lines = text.split("\n")
    signature = next(line for line in lines if line.startswith("— "))
    for step, other in {
        "Langkah 1": text.replace("index ", "indeks "),
        "Langkah 2": text.replace("portal.example/transparansi/log\n", "lain.example/transparansi/log\n"),
        "Langkah 3": re.sub(r"\n(\d+)\n", lambda found: f"\n{int(found[1]) + 1}\n", text),
        "Langkah 3,": text.replace(signature, signature[:-20] + "AAAA" + signature[-16:]),
        "Langkah 4": text.replace(lines[3], lines[4]),
        "Langkah 4,": re.sub(r"index \d+", "index 0", text),
        "Langkah 1,": "bukan bukti",
    }.items():
        harmed.write_text(other)
        page.reload()
        assert checked(page, harmed) == "failed", step
        assert page.locator("[data-why]:visible").inner_text().startswith(step), step
    proof = Proof.parse(text)
    harmed.write_text(replace(proof, extra=proof.extra.replace(b"-000001", b"-000009")).text)
    page.reload()
    assert checked(page, harmed) == "failed"
    assert "Langkah 4" in page.locator("[data-why]:visible").inner_text()


def test_an_older_browser_without_ed25519_proves_and_refuses_the_same(portal, browser, receipt, tmp_path):
    page, loaded = browser(), []
    page.add_init_script(OLD)
    page.on("request", lambda asked: loaded.append(asked.url))
    page.goto(portal + CHECK)
    assert not any("noble" in url for url in loaded)  # only when it is needed
    assert checked(page, receipt) == "proved"
    assert any("noble" in url for url in loaded)
    harmed = tmp_path / "rusak.tlog-proof"
    harmed.write_text(re.sub(r"\n(\d+)\n", lambda found: f"\n{int(found[1]) + 1}\n", receipt.read_text()))
    page.reload()
    assert checked(page, harmed) == "failed"
    assert "Langkah 3" in page.locator("[data-why]:visible").inner_text()


def test_nothing_of_the_receipt_leaves_the_browser(portal, browser, receipt, log_sequencer):
    page, asked = browser(), []
    page.on("request", lambda request: asked.append((request.method, request.url, request.post_data)))
    case = Complaint.objects.order_by("pk").first()
    link = receipts.link(receipts.recorded(subject_key(case), SUBMITTED))
    page.goto(f"{portal}{CHECK}#{link}")
    assert box(page) == "proved"
    checked(page, receipt)
    page.set_input_files(
        "#pembanding", {"name": "isi.txt", "mimeType": "text/plain", "buffer": filed_text(case).encode()}
    )
    page.wait_for_selector("text=inilah isi laporan itu")
    public = re.compile(
        rf"{portal}(/static/.*|/transparansi/(verifikasi/|kunci|log/checkpoint|log/tile/\d/.*)(#.*)?)$"
    )
    for method, url, body in asked:
        assert (method, body) == ("GET", None)
        assert public.match(url), url


def test_a_link_proves_in_a_log_of_every_shape(portal, browser, log_sequencer, owner_db):
    page = browser()
    case, _code = Citizen().file()
    many = "SELECT audit.append('event', 'told', 'worktime.holiday/1', '{}') FROM generate_series(1, %s)"
    for more in (0, 1, 254, 300, 1000):
        owner_db.execute(many, [more])
        sequenced(log_sequencer)
        page.goto("about:blank")
        page.goto(f"{portal}{CHECK}#{receipts.link(receipts.recorded(subject_key(case), SUBMITTED))}")
        assert box(page) == "proved", log_sequencer.size
    broken = receipts.link(receipts.recorded(subject_key(case), SUBMITTED)).replace(".", ".A", 1)
    page.goto("about:blank")
    page.goto(f"{portal}{CHECK}#{broken}")
    assert box(page) == "failed"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["id", "en"])
def test_axe_finds_nothing_before_and_after(portal, browser, receipt, width, language, tmp_path):
    page = browser(width=width, bypass_csp=True)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal}])
    page.goto(portal + CHECK)
    page.evaluate("document.querySelectorAll('main details').forEach((part) => part.open = true)")
    assert_accessible(page)
    assert checked(page, receipt) == "proved"
    assert_accessible(page)
    harmed = tmp_path / "rusak.tlog-proof"
    harmed.write_text(receipt.read_text().replace("index", "indeks"))
    assert checked(page, harmed) == "failed"
    assert_accessible(page)


def test_a_witness_whose_key_is_known_here_is_named_with_its_time(
    portal, browser, receipt, settings, tmp_path
):
    """Another that is not known is told as such; a known one that signed something else ends it."""
    text, page = receipt.read_text(), browser()
    note = split(Proof.parse(text).checkpoint)[0]
    at = int(NOW.timestamp())
    settings.AUDIT_WITNESSES = [f"{WITNESS.verifier.vkey}+https://saksi.example/"]
    stranger = key("lain.example/w2", COSIGNATURE)
    receipt.write_text(text + WITNESS.line(note, time=at) + stranger.line(note, time=at))
    page.goto(portal + CHECK)
    assert checked(page, receipt) == "proved"
    known, unknown = page.locator("[data-list=seen] li").all_inner_texts()
    assert re.fullmatch(r"saksi\.example/w1, Selasa, 24 November 2026 .*: tanda tangannya benar", known)
    assert unknown.endswith("kuncinya tidak dikenal di sini")
    assert not page.locator("[data-alone]").is_visible()
    harmed = tmp_path / "saksi.tlog-proof"
    harmed.write_text(text + WITNESS.line(note + "lain\n", time=at))
    assert checked(page, harmed) == "failed"
    assert page.locator("[data-why]:visible").inner_text().startswith("Langkah 3")


def test_times_are_of_the_province_with_utc_beside_wherever_the_reader_sits(
    portal, browser, receipt, settings
):
    page = browser(width=320, timezone_id="America/New_York")
    page.goto(portal + CHECK)
    assert checked(page, receipt) == "proved"
    shown = page.locator("[data-fill=received]").inner_text()
    at = json.loads(Proof.parse(receipt.read_text()).extra)["payload"]
    filed = dt.datetime.fromisoformat(json.loads(at)["data"]["received"]).astimezone(dt.UTC)
    local = filed.astimezone(ZoneInfo(settings.TIME_ZONE))
    assert shown.endswith(f"{local:%H.%M.%S} WIB ({filed:%Y-%m-%d %H:%M:%S} UTC)"), shown
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_photo_of_the_code_is_read_where_the_browser_can_and_else_it_says_what_to_do(
    portal, browser, receipt, picture
):
    """Chromium on Linux reads no codes, so what a phone's browser would give back is put in its place."""
    case = Complaint.objects.order_by("pk").first()
    link = receipts.link(receipts.recorded(subject_key(case), SUBMITTED))
    page = browser()
    page.add_init_script("delete window.BarcodeDetector")
    page.goto(portal + CHECK)
    assert checked(page, picture) == "failed"
    assert "kamera ponsel" in page.locator("[data-why]:visible").inner_text()
    page = browser()
    said = f"https://portal.example{CHECK}#{link}"
    page.add_init_script(
        f"window.BarcodeDetector = class {{ detect() {{ return [{{ rawValue: {said!r} }}]; }} }}"
    )
    page.goto(portal + CHECK)
    assert checked(page, picture) == "proved"


def test_what_the_page_weighs_and_that_it_breaks_no_policy(portal, browser, receipt):
    page, loaded, complaints = browser(width=360), [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("response", lambda answer: loaded.append((answer.url, len(gzip.compress(answer.body())))))
    page.goto(portal + CHECK, wait_until="networkidle")
    assert len(loaded) <= 6
    assert sum(size for url, size in loaded if url.endswith(".js")) <= 5_000
    assert sum(size for _url, size in loaded) <= 60_000
    assert checked(page, receipt) == "proved"
    assert complaints == []
