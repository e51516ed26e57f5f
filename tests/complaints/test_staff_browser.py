"""Staff at their work in a real browser, each journey in both languages with axe, and without JavaScript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit, User
from biroumum.audit.models import Entry
from biroumum.documents.services import attach
from biroumum.notifications.models import Message
from biroumum.notifications.services import send_mail
from biroumum.web.subjects import subject_key
from complaints.models import Category, Complaint, Reporter
from complaints.services import ask_unit
from complaints.states import State
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road
from tests.complaints.walk import Inspector, StaffWalk
from tests.fixtures_cast import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def road(live: str, cast: Any, now: Any, settings: Any) -> Road:
    settings.DEMO = True  # with its banner
    return Road(cast, now - dt.timedelta(days=10))  # so that steps of today come after it


@pytest.fixture(params=["id", "en", "without script"])
def staff(request: Any, live: str, browser: Any, road: Road) -> Iterator[StaffWalk]:
    """Somebody of the office; in either language axe looks at each page they come to."""
    look = Inspector()
    if request.param == "without script":
        yield StaffWalk(browser(width=320, java_script_enabled=False), live)
    else:
        walk = StaffWalk(browser(bypass_csp=True), live, look)
        walk.speak(request.param)
        yield walk
        assert walk.page.get_attribute("html", "lang") == request.param
    assert not look.faults, "\n".join(look.faults)


def state_of(case: Complaint) -> str:
    case.refresh_from_db()
    return case.state


def test_the_verifier_signs_in_verifies_and_sends_the_case_to_its_office(
    staff: StaffWalk, road: Road, cast: Any
) -> None:
    case = road.case
    with transaction.atomic():
        User.objects.filter(pk=cast.sekar.pk).update(language=staff.language)
    staff.sign_in(cast.sekar.email, PASSWORD)
    assert staff.page.url.endswith("/kerja/")
    staff.open(case)
    staff.press(f"main a[href$='/{case.pk}/verify/']")
    assert staff.page.locator("input[name=visibility]:checked").count() == 0  # it is to be decided
    staff.page.check("input[name=visibility][value=open]")
    staff.send()  # more open than the reporter chose: the reason is asked
    assert staff.page.locator(".errors a[href='#id_visibility_reason']").count() == 1
    staff.fill(visibility_reason="Pelapor setuju lewat telepon.")
    staff.send()
    assert state_of(case) == State.VERIFIED
    staff.press(f"main a[href$='/{case.pk}/assign/']")
    staff.send()  # with no office chosen: the mistake is said
    assert staff.page.locator(".errors a[href='#id_unit']").count() == 1
    staff.page.select_option("#id_unit", str(cast.bagas.live[0].position.unit_id))
    staff.page.select_option("#id_position", str(cast.bagas.live[0].position_id))
    staff.fill(instruction="Periksa hari ini.")
    staff.send()
    assert state_of(case) == State.ASSIGNED


def test_the_officer_finds_the_case_in_the_inbox_asks_and_answers_with_evidence(
    staff: StaffWalk, road: Road, cast: Any, client_for: Callable[..., Client], picture: Path
) -> None:
    case = road.case
    road.verify()
    road.assign(cast.bagas.live[0].position)
    staff.be(client_for(cast.bagas))
    staff.go("/kerja/kotak-masuk/")
    staff.press(".work form button")
    staff.step(case, "start", text="Kami periksa besok pagi.")
    staff.step(case, "ask_reporter", text="Lantai berapa?")
    assert state_of(case) == State.AWAITING_REPORTER
    COMPLAINT.perform(case, "reply", actor=road.holder, text="Lantai dua.")
    staff.open(case)
    assert "Lantai dua." in staff.text
    staff.press(f"main a[href$='/{case.pk}/answer/']")
    staff.fill(text="Lampu sudah diganti.")
    staff.page.check("input[name=result][value=resolved]")
    staff.send()  # without the evidence: the mistake is said, the text kept
    assert staff.page.locator(".errors a[href='#id_files']").count() == 1
    assert staff.page.input_value("#id_text") == "Lampu sudah diganti."
    staff.page.set_input_files("#id_files", picture)
    staff.send()
    assert state_of(case) == State.ANSWERED
    assert picture.name in staff.text


def test_the_verifier_masks_previews_and_publishes_and_the_public_reads_that_alone_until_it_is_taken_down(
    staff: StaffWalk, road: Road, cast: Any, client_for: Callable[..., Client], browser: Any, picture: Path
) -> None:
    written = "Lampu mati, kata Bu Contoh. Telepon saya 0812 3456 7890."
    with transaction.atomic():
        Complaint.objects.filter(pk=road.case.pk).update(description=written)
    road.work()
    attach(subject_key(road.case), SimpleUploadedFile("foto.png", picture.read_bytes()), actor=road.holder)
    case, public = road.case.get_absolute_url(), f"/pengaduan/daftar/{road.case.number}/"
    visitor = StaffWalk(browser(bypass_csp=True), staff.address, staff.look)  # signed in nowhere
    visitor.speak(staff.language)
    staff.be(client_for(cast.sekar))
    staff.go(case)
    staff.press(f"main a[href='{case}publikasi/']")
    prepared = staff.page.input_value("#id_description")
    assert "[telepon disembunyikan]" in prepared  # by the detector; a name only a person finds
    asset = "Nomor barang 12345678901."
    staff.fill(description=f"{prepared.replace('Bu Contoh', '[nama]')} {asset}")
    staff.page.fill("input[name^=caption_]", "Lampu yang mati")
    publish, preview = "main form:not([action]) .row button:not([name])", "main button[name=preview]"
    staff.press(publish)  # something is still found, and nobody has said that it is harmless
    assert staff.page.locator(".errors a[href='#id_description']").count() == 1
    staff.press(preview)
    assert staff.page.locator("main mark").all_inner_texts() == ["12345678901"]
    visitor.go(public)
    assert asset not in visitor.text
    staff.page.check("#id_checked")
    staff.press(publish)
    visitor.go(public)
    assert asset in visitor.text
    assert "[telepon disembunyikan]" in visitor.text
    assert "Lampu yang mati" in visitor.page.content()
    for secret in ("0812", "Bu Contoh", "foto.png", cast.sekar.name):
        assert secret not in visitor.page.content()
    staff.go(f"{case}publikasi/")
    staff.fill(reason="Salah terbit.")
    staff.press(f"form[action='{case}publikasi/turunkan/'] button")
    visitor.go(public)
    assert asset not in visitor.text


def test_the_head_of_the_bureau_decides_an_objection_and_takes_the_report_along(
    staff: StaffWalk, road: Road, cast: Any, client_for: Callable[..., Client]
) -> None:
    case = road.case
    road.work()
    road.answer()
    road.go(road.holder, "object", reason="Masih mati.")
    staff.be(client_for(cast.hartono))
    staff.open(case)
    staff.step(case, "grant_reopening", reason="Pelapor benar, mohon diperiksa lagi.")
    assert state_of(case) == State.REOPENED
    staff.go("/kerja/pengaduan/")
    staff.go("/kerja/dasbor/")
    staff.go("/kerja/laporan/complaints-weekly/")
    staff.go("/kerja/laporan/")
    staff.press("main a[href$='/complaints-offices/']")
    assert "Subbagian Rumah Tangga" in staff.text
    assert staff.download("main a[href*='complaints-offices.pdf']").startswith(b"%PDF-")
    assert staff.download("main a[href*='complaints-offices.xlsx']").startswith(b"PK")


def test_the_administrator_changes_a_table_with_a_reason_and_sends_failed_mail_again(
    staff: StaffWalk, cast: Any, client_for: Callable[..., Client]
) -> None:
    with transaction.atomic():
        send_mail("warga@example.org", "confidential", {"number": "ADU-1", "url": "/"}, key="k")
        Message.objects.update(state="failed", attempts=12)
    sector = Category.objects.get(code="infrastruktur")
    staff.be(client_for(cast.admin))
    staff.go(f"/admin/complaints/category/{sector.pk}/change/")
    staff.fill(name="Prasarana")
    staff.press("input[name=_save]")
    assert staff.page.locator(".errorlist").count() == 1  # no reason, no change
    staff.fill(reason="SK contoh nomor 1")
    staff.press("input[name=_save]")
    sector.refresh_from_db()
    assert sector.name == "Prasarana"
    entry = Entry.objects.filter(verb="changed").latest("pk")
    assert entry.subject == f"complaints.category/{sector.pk}"
    staff.press("#user-tools a[href='/kerja/']")
    staff.go("/kerja/surel/aturan/")
    staff.go("/kerja/surel/")
    staff.press("main table a")
    staff.send()
    assert Message.objects.exclude(state="failed").count() == 1


def test_the_pages_beside_the_road_are_for_every_eye_too(
    staff: StaffWalk, road: Road, cast: Any, client_for: Callable[..., Client]
) -> None:
    """The desk, a case that has moved on, publication, the sealed identity, the dashboard, one's account."""
    road.work()
    case = f"/kerja/pengaduan/{road.case.pk}/"
    with transaction.atomic():
        Reporter.objects.create(complaint=road.case, name="Sari", email="sari@contoh.id")
    staff.be(client_for(cast.sekar))
    for address in ("/kerja/pengaduan/catat/", f"{case}verify/", f"{case}publikasi/", "/akun/sesi/"):
        staff.go(address)
    staff.go("/kerja/pengaduan/catat/")
    staff.page.check("input[name=kind][value=complaint]")
    staff.fill(title="Lampu mati", description="Mati sejak Senin.")
    staff.page.select_option("#id_category", str(road.case.category_id))
    staff.on()  # the second page, and the code
    staff.on()
    assert staff.page.locator("main .code").count() == 1
    choosing = ("?memilih=1", f"bersama/?pilih={road.case.pk}", "bersama/", "tampilan/?q=lampu", "tampilan/")
    for address in choosing:
        staff.go(f"/kerja/pengaduan/{address}")
    staff.go(case)
    staff.fill(reason="Menelepon pelapor.")
    staff.press(f"form[action='{case}identitas/'] button")
    assert "sari@contoh.id" in staff.text
    part = ask_unit(
        road.case,
        unit=Unit.objects.get(code="subbag-aset"),
        text="Mohon daftar lampu.",
        actor=Actor.staff(cast.bagas),
    )
    staff.be(client_for(cast.bagas))
    for address in (f"{case}subtugas/", f"{case}reclassify_work/", f"{case}answer/", "/kerja/pengganti/"):
        staff.go(address)
    staff.be(client_for(cast.wulan))
    for address in ("/kerja/", part.get_absolute_url(), f"{part.get_absolute_url()}finish/"):
        staff.go(address)
    staff.be(client_for(cast.hartono))
    for address in ("/kerja/dasbor/", "/kerja/pengaduan/?q=tidak-ada", "/akun/faktor/"):
        staff.go(address)
