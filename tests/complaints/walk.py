"""People at the pages in a real browser: a citizen, and staff at their desks. The clicks name no words of a language."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client

from biroumum.portal.demo.cast import TOTP_SECRET
from complaints.models import Complaint
from tests import axe
from tests.complaints.citizen import STORY

WIDTHS = (320, 1280)
Look = Callable[[Any], None]


class Inspector:
    """What axe finds on each page one comes to, on a phone and on a desk; `faults` must stay empty."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, page: Any) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            self.faults += [f"{page.url} at {width}: {fault}" for fault in axe.faults(page)]


class Walk:
    """A page in the browser; `look` is called on each page it comes to."""

    def __init__(self, page: Any, address: str, look: Look = lambda page: None) -> None:
        self.page, self.address, self.look, self.language = page, address, look, "id"

    def speak(self, language: str) -> None:
        self.language = language
        cookie = {"name": "django_language", "value": language, "url": self.address}
        self.page.context.add_cookies([cookie])

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.look(self.page)

    def press(self, selector: str) -> None:
        """Press what leads to another page, and wait until that has come."""
        with self.page.expect_navigation():
            self.page.click(selector)
        self.look(self.page)

    def on(self) -> None:
        self.press("main .btn-main")

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"#id_{name}", value)

    @property
    def text(self) -> str:
        return self.page.inner_text("main")  # type: ignore[no-any-return]


class CitizenWalk(Walk):
    def file(self, picture: Path) -> tuple[str, str]:
        """From the start page to number and code."""
        page = self.page
        self.go("/pengaduan/")
        self.on()
        self.on()  # with nothing chosen: the mistake is said
        assert page.locator(".errors a").count() == 1
        page.check("input[value=complaint]")
        self.on()
        self.fill(title="Lampu lorong mati", description=STORY)
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
        self.fill(email="sari@contoh.id")
        self.on()
        page.set_input_files("#id_files", picture)
        self.on()
        assert picture.name in self.text
        self.on()
        return page.inner_text(".lead strong"), page.inner_text("#kode")

    def track(self, number: str, code: str) -> None:
        self.go("/pengaduan/lacak/")
        self.fill(number=number, code=code)
        self.on()

    def step(self, name: str, **fields: str) -> None:
        """Take a step the tracking page offers."""
        self.press(f"main a[href$='/{name}/']")
        self.fill(**fields)
        self.on()


class StaffWalk(Walk):
    def sign_in(self, email: str, password: str) -> None:
        """Through the login as it is: password, then the code of the demo's authenticator."""
        self.go("/masuk/")
        self.fill(login=email, password=password)
        self.on()
        counter = int(time.time()) // 30
        self.fill(code=format_hotp_value(hotp_value(TOTP_SECRET, counter)))
        self.on()

    def be(self, client: Client) -> None:
        """Go on as whoever that client is signed in as."""
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.address}]
        )

    def open(self, case: Complaint) -> None:
        """From the work list to the case."""
        self.go("/kerja/")
        self.press(f"main a.btn[href='{case.get_absolute_url()}']")

    def step(self, case: Complaint, name: str, **fields: str) -> None:
        """From the case's page to the step's, fill it in and send it."""
        self.press(f"main a[href='{case.get_absolute_url()}{name}/']")
        self.fill(**fields)
        self.send()

    def send(self) -> None:
        self.press("main form[method=post] button.btn-main, main form[method=post] button.btn-danger")

    def download(self, selector: str) -> bytes:
        with self.page.expect_download() as waiting:
            self.page.click(selector)
        return Path(waiting.value.path()).read_bytes()
