"""The table in `doors` walked: each address, each person of the cast, GET and POST."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.documents.services import attach
from biroumum.notifications.models import Message, Notification
from biroumum.notifications.services import send_mail
from biroumum.privacy.models import LegalBasis
from biroumum.privacy.services import record_request
from biroumum.web.subjects import subject_key
from complaints.models import AnswerTemplate, ApiKey, Question, RoutingRule, WatchedSender
from complaints.services import ask_unit
from tests.complaints.road import Road
from tests.kernel.documents_corpus import photo, upload
from tests.kernel.doors import GROUPS, VISITORS, Group


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """All addresses of the URLconf, a named group of a regular expression spelled <name>."""
    for entry in (resolver or get_resolver()).url_patterns:
        plain = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", str(entry.pattern))
        plain = plain.replace("\\", "").removeprefix("^").removesuffix("$")
        if isinstance(entry, URLPattern):
            yield before + plain
        else:
            yield from addresses(entry, before + plain)


def test_every_address_has_one_row_and_every_row_its_address() -> None:
    rows = [address for group in GROUPS for address in group.rows]
    assert sorted(rows) == sorted(set(addresses()))


@pytest.fixture
def road(cast: Any, now: Any) -> Road:
    """A case of Subbagian Rumah Tangga that waits for its reporter."""
    road = Road(cast, now)
    road.work()
    road.go("bagas", "ask_reporter", text="Lantai berapa?")
    return road


@pytest.fixture
def objects(road: Road, holder: Client, settings: Any, tmp_path: Any) -> dict[str, Any]:
    """What the placeholders of addresses stand for; the address says which of two numbers is meant."""
    settings.MEDIA_ROOT = tmp_path
    attached = attach(subject_key(road.case), upload("foto.jpg", photo()), actor=road.holder)
    aset = Unit.objects.get(code="subbag-aset")
    part = ask_unit(road.case, unit=aset, text="Periksa.", actor=Actor.staff(road.cast.bagas))
    send_mail("warga@example.org", "confidential", {"number": "ADU-1", "url": "/"}, key="k")
    Message.objects.update(state="failed", attempts=12)
    Question.objects.create(category=road.case.category, code="lantai", label="Lantai?", datatype="number")
    RoutingRule.objects.create(name="Lampu", unit=road.case.unit)
    AnswerTemplate.objects.create(name="Selesai", text="Sudah.")
    WatchedSender.objects.create(kind="email", value_hash=bytes(32), why="Iklan")
    ApiKey.objects.create(name="Aplikasi", contact="a@contoh.id", key_hash=bytes(32))
    data = {"basis": LegalBasis.objects.get(code="request"), "whats": ["words"], "reason": "Di loket."}
    asked = record_request(road.case.number, actor=Actor.staff(road.cast.nadia), **data)
    return {
        "kerja/penghapusan/<int:pk>/<slug:name>": f"{asked.get_absolute_url()[1:]}approve",
        "kerja/penghapusan/<int:pk>": asked.get_absolute_url()[1:-1],
        "pengaduan/lacak/<slug:handle>/<slug:name>": f"pengaduan/lacak/{holder.handle}/reply",
        "pengaduan/lacak/<slug:handle>": f"pengaduan/lacak/{holder.handle}",
        "pengaduan/baru/<slug:slug>": "pengaduan/baru/jenis",
        "kerja/pengaduan/<int:pk>/<slug:name>": f"kerja/pengaduan/{road.case.pk}/answer",
        "kerja/pengaduan/subtugas/<int:pk>/<slug:name>": f"{part.get_absolute_url()[1:]}finish",
        "kerja/pengaduan/subtugas/<int:pk>": part.get_absolute_url()[1:-1],
        "kerja/pengaduan/<int:pk>": f"kerja/pengaduan/{road.case.pk}",
        "kerja/kotak-masuk/<int:pk>": f"kerja/kotak-masuk/{Notification.objects.get(user=road.cast.bagas).pk}",
        "kerja/surel/<int:pk>": f"kerja/surel/{Message.objects.get().pk}",
        "kerja/laporan/<slug:code>": "kerja/laporan/complaints-weekly",
        "kerja/laporan/<code>.<kind>": "kerja/laporan/complaints-weekly.csv",
        "pengaduan/statistik/<month>.<kind>": "pengaduan/statistik/2026-10.pdf",
        "open311/discovery.<form>": "open311/discovery.json",
        "open311/v2/services.<form>": "open311/v2/services.xml",
        "open311/v2/services/<code>.<form>": "open311/v2/services/infrastruktur.json",
        "open311/v2/requests.<form>": "open311/v2/requests.json",
        "open311/v2/requests/<number>.<form>": f"open311/v2/requests/{road.case.number}.json",
        "open311/v2/tokens/<token>.<form>": "open311/v2/tokens/1:a.xml",
        "open311/v2/servicerequestupdates.<form>": "open311/v2/servicerequestupdates.json",
        "open311/<path>.<form>": "open311/tidak/ada.xml",
        "berkas/<uuid:pk>": f"berkas/{attached.pk}",
        "admin/<app_label>": "admin/accounts",
        "admin/<url>": "admin/tidak/ada/",
    } | first_rows()


def first_rows() -> dict[str, str]:
    """The page of one row of each reference table."""
    rows = {}
    for model, page in admin.site._registry.items():
        table = f"admin/{model._meta.app_label}/{model._meta.model_name}"
        first = page.get_queryset(None).first()  # type: ignore[arg-type]
        rows[f"{table}/<path:object_id>"] = f"{table}/{first.pk if first else 0}"
    return rows


def path_of(address: str, objects: dict[str, str]) -> str:
    for beginning in sorted(objects, key=len, reverse=True):
        if address.startswith(beginning):
            address = objects[beginning] + address.removeprefix(beginning)
    return "/" + re.sub(r"<uuid:\w+>", str(UUID(int=0)), re.sub(r"<(?!uuid)[\w:]+>", "1", address))


@pytest.fixture
def holder(road: Road) -> Client:
    """A browser in which number and code were shown."""
    client = Client()
    shown = client.post("/pengaduan/lacak/", {"number": road.case.number, "code": road.code})
    client.handle = shown["Location"].rstrip("/").rpartition("/")[2]  # type: ignore[attr-defined]
    return client


@pytest.fixture
def visitors(cast: Any, client_for: Callable[..., Client], holder: Client) -> Callable[[str], Client]:
    """Clients by name; whoever was signed out on the way signs in anew."""
    known: dict[str, Client] = {"anonymous": Client(), "holder": holder}

    def visitor(name: str) -> Client:
        client = known.get(name)
        if name in vars(cast) and (client is None or "_auth_user_id" not in client.session):
            client = known[name] = client_for(getattr(cast, name))
        assert client is not None
        client.defaults["REMOTE_ADDR"] = f"10.0.0.{VISITORS.index(name)}"  # limits count by address
        return client

    return visitor


def outcome(client: Client, method: str, path: str) -> str:
    """The status, or "login"; where the admin leads to its own login, what is found there."""
    answer = getattr(client, method)(path)
    where = answer.get("Location", "")
    if where.startswith("/admin/login/"):
        client.at_admin = getattr(client, "at_admin", "") or outcome(client, "get", where)
        return client.at_admin
    return "login" if where.startswith("/masuk/") else str(answer.status_code)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_each_finds_what_the_table_says(
    group: Group, visitors: Callable[[str], Client], objects: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR", "django.request")
    wrong = []
    for address, cells in group.rows.items():
        for method, cell in zip(("get", "post"), cells.split(), strict=True):
            for name in VISITORS:
                found = outcome(visitors(name), method, path_of(address, objects))
                if found != (said := group.expected(name, cell)):
                    wrong.append(f"{method} {address}: {name} finds {found}, not {said}")
    assert not wrong, "\n".join(wrong)
