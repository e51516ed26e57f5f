"""Hostile words in the office's own work and in its reference tables: words at every door they come out at."""

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.regions.models import Region
from biroumum.web import names
from biroumum.web.forms import plain_text
from complaints import services
from complaints.models import Category, SavedView, Subtask
from tests.complaints.citizen import Citizen, make_regions
from tests.complaints.inert import HOSTILE, faults_of, in_csv, in_page, on_paper
from tests.complaints.test_inert import page_of
from tests.complaints.test_reports import start, today  # noqa: F401 - fixtures

CASES, STATISTICS = "/kerja/pengaduan/", "/pengaduan/statistik/"
HINT = "Lampu lorong mati "


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def told(request, start, cast, client_for):  # noqa: F811
    """An office, a sector and a region of hostile names, a published case in work that is late, and one verified."""
    text = request.param
    line = plain_text(text[:70])
    late, verified = start(10, 1), start(11, 20)
    late.work()
    with transaction.atomic():
        make_regions()
        Region.objects.filter(code="33.74").update(name=line)
        Category.objects.filter(code="infrastruktur").update(name=line)
        Unit.objects.filter(code="subbag-rumah-tangga").update(name=line)
    late.publish()
    verified.verify(title=line)
    words = {"title": HINT + line, "description": line}
    services.publish(verified.case, actor=Actor.staff(cast.sekar), checked=True, **words)
    names.forget()
    cache.clear()
    return SimpleNamespace(
        typed=text[:2000],
        long=plain_text(text[:2000]),
        line=line,
        late=late,
        verified=verified,
        sekar=client_for(cast.sekar),
        bagas=client_for(cast.bagas),
        wulan=client_for(cast.wulan),
    )


def test_what_the_office_typed_is_words_at_every_door(told):
    assert not faults_of(DOORS, told)


def subtask_asked_and_done(told):
    unit = Unit.objects.get(code="subbag-aset")
    address = f"{told.late.case.get_absolute_url()}subtugas/"
    assert told.bagas.post(address, {"unit": unit.pk, "text": told.typed}).status_code == 302
    part = Subtask.objects.get().get_absolute_url()
    in_page(page_of(told.wulan, part), told.long)
    in_page(page_of(told.wulan, "/kerja/"), told.long[:60])
    done = told.wulan.post(f"{part}finish/", {"result": told.typed, "expected_state": "open"})
    assert done.status_code == 302
    in_page(page_of(told.bagas, part), told.long)
    in_page(page_of(told.bagas, told.late.case.get_absolute_url()), told.line)


def statement_of_silence(told):
    citizen = Citizen()
    address = citizen.track(told.late.case, told.late.code)
    letter = citizen.client.post(f"{address}belum-ditanggapi/")
    assert letter.status_code == 200
    on_paper(letter.content, told.line)


def saved_view(told):
    query = urlencode({"q": told.typed[:100], "unit": told.late.case.unit_id})
    saved = told.sekar.post(f"{CASES}tampilan/", {"query": query, "name": told.typed[:60]})
    assert saved.status_code == 302, saved.text
    in_page(page_of(told.sekar, f"{CASES}tampilan/"), SavedView.objects.get().name)
    in_page(page_of(told.sekar, f"{CASES}tampilan/?{query}"), told.line)
    in_page(page_of(told.sekar, saved.url), told.line)


def region_map(told):
    citizen = Citizen()
    citizen.fill_in()
    tapped = {"regency": "33.74", "place": told.typed[:70], "peta.x": "173", "peta.y": "108"}
    page = citizen.answer("tempat", **tapped)
    assert page.status_code == 200
    in_page(page.text, told.line)
    wrong = citizen.answer(
        "tempat", regency="33.74", place=told.typed[:70], latitude=told.typed, longitude="x"
    )
    assert wrong.status_code == 422
    in_page(wrong.text, told.long)


def similar_hints(told):
    typed = {"title": HINT + told.typed[:70], "description": told.typed}
    in_page(Client().post("/pengaduan/baru/mirip/", typed).text, HINT + told.line)
    citizen = Citizen()
    citizen.fill_in(title=HINT)
    in_page(citizen.client.get("/pengaduan/baru/periksa/").text, HINT + told.line)


def several_at_once(told):
    case, unit = told.verified.case, Unit.objects.get(code="subbag-rumah-tangga")
    in_page(page_of(told.sekar, f"{CASES}bersama/?pilih={case.pk}&pilih={told.late.case.pk}"), told.line)
    order = {"unit": unit.pk, "position": "", "instruction": told.typed[:200], "pilih": [case.pk]}
    wrong = told.sekar.post(f"{CASES}bersama/", order | {"unit": ""})
    assert wrong.status_code == 422
    in_page(wrong.text, plain_text(told.typed[:200]))
    assert told.sekar.post(f"{CASES}bersama/", order).status_code == 200
    in_page(page_of(told.sekar, case.get_absolute_url()), plain_text(told.typed[:200]))


def public_statistics(told):
    for part in page_of(Client(), STATISTICS).split('<section class="card block" id="tabel-')[2:4]:
        in_page(part, told.line)
    answer = Client().get(f"{STATISTICS}angka.csv")
    in_csv(b"".join(answer.streaming_content).decode("utf-8-sig"), told.line)


DOORS = (
    subtask_asked_and_done,
    statement_of_silence,
    saved_view,
    region_map,
    similar_hints,
    several_at_once,
    public_statistics,
)
