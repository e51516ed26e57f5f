"""A citizen at the public pages: fills in the form and tracks, without JavaScript and without an account."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from biroumum.regions.models import Region
from complaints.models import Category, Complaint
from complaints.services.work import hash_of

STORY = "Lampu lorong gedung B lantai dua mati sejak Senin."


class Citizen:
    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()

    def tab(self) -> Citizen:
        """The same browser in another tab, for a thread of its own."""
        other = Citizen(Client())
        other.client.cookies = self.client.cookies.copy()
        return other

    def answer(self, page: str, **data: Any) -> HttpResponse:
        return self.client.post(f"/pengaduan/baru/{page}/", data)

    def fill_in(self, **other: Any) -> None:
        """Every page once; keyword arguments replace single answers, by field name."""
        pages = {
            "jenis": {"kind": "complaint"},
            "kejadian": {"title": "Lampu lorong mati", "description": STORY},
            "bidang": {"category": Category.objects.first().pk},
            "tempat": {"regency": "", "place": "Gedung B"},
            "kerahasiaan": {"visibility": "confidential"},
            "kontak": {"name": "", "email": "", "phone": ""},
            "lampiran": {},
        }
        for page, data in pages.items():
            response = self.answer(page, **{name: other.get(name, value) for name, value in data.items()})
            assert response.status_code == 302, (page, response.status_code, response.content.decode())

    def token(self) -> str:
        page = self.client.get("/pengaduan/baru/periksa/")
        return re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]  # type: ignore[index]

    def send(self, token: str | None = None, **data: Any) -> HttpResponse:
        return self.client.post("/pengaduan/baru/periksa/", {"token": token or self.token(), **data})

    def work(self) -> dict[str, str]:
        """What a browser makes of the check page; quick where WORK_NUMBERS is small."""
        page = self.client.get("/pengaduan/baru/periksa/").content.decode()
        token, signed = (
            re.search(pattern, page)[1]  # type: ignore[index]
            for pattern in (r'name="token" value="([^"]+)"', 'data-work="([^"]+)"')
        )
        tries = range(settings.WORK_NUMBERS)
        number = next(at for at in tries if hash_of(uuid.UUID(token), at) == signed.partition(":")[0])
        return {"token": token, "challenge": signed, "solution": str(number)}

    def file(self, **other: Any) -> tuple[Complaint, str]:
        """A complaint filed through the pages, and its receipt code as the page shows it."""
        self.fill_in(**other)
        response = self.send()
        assert response.status_code == 201, response.content.decode()
        return response.context["case"], code_on(response)

    def track(self, case: Complaint, code: str) -> str:
        """The address of the case's page, after number and code were shown."""
        response = self.client.post("/pengaduan/lacak/", {"number": case.number, "code": code})
        assert response.status_code == 302, response.content.decode()
        return response.url  # type: ignore[attr-defined,no-any-return]


def code_on(response: HttpResponse) -> str:
    return re.search(r'id="kode">([^<]+)<', response.content.decode())[1]  # type: ignore[index]


def make_regions() -> None:
    """One line of regions from the province down to a village, and a second regency."""
    rows = (
        ("33", "Jawa Tengah", 1, None),
        ("33.72", "Kota Surakarta", 2, "33"),
        ("33.74", "Kota Semarang", 2, "33"),
        ("33.74.01", "Semarang Tengah", 3, "33.74"),
        ("33.74.01.1001", "Sekayu", 4, "33.74.01"),
    )
    for code, name, level, parent in rows:
        Region.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent_id": parent})
