"""The map of the published complaints: numbers by regency, no places, and the way to the list."""

import csv
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.regions.map import region_map
from biroumum.regions.models import Region
from biroumum.regions.services import DATA
from complaints import services
from complaints.public_views.published_map import spots
from tests.complaints.citizen import make_regions
from tests.complaints.road import Road


@pytest.fixture
def places(cast, now):
    """Published: two in Semarang, one of them by a district of it, one in Surakarta, one that names no place."""
    with transaction.atomic():
        make_regions()
        district = Region.objects.create(code="33.74.99", name="Contoh", level=3, parent_id="33.74")
    cache.clear()
    for region in (Region.objects.get(pk="33.74"), district, Region.objects.get(pk="33.72"), None):
        other = Road(cast, now)
        other.verify()
        words = {"title": "Lampu mati", "description": "Lampu lorong mati.", "region": region}
        services.publish(other.case, actor=Actor.staff(cast.sekar), at=other.at, **words)
    return other


def test_the_map_counts_the_published_by_regency_and_leads_to_the_list_of_just_these(places):
    page = Client().get("/pengaduan/daftar/peta/")
    told = {region.pk: number for region, number in page.context["rows"]}
    assert told == {"33.74": 2, "33.72": 1}
    assert page.context["nowhere"] == 1
    x, y = region_map().regencies["33.74"]
    assert f'<circle cx="{x}" cy="{y}"' in page.text
    assert page.text.count("<circle") == 2
    for code, number in told.items():
        assert f"/pengaduan/daftar/?regency={code}" in page.text
        listed = Client().get(f"/pengaduan/daftar/?regency={code}").context["page"].rows
        assert len(listed) == number
    assert "/pengaduan/daftar/peta/" in Client().get("/pengaduan/daftar/").text


def test_on_the_map_are_neither_points_nor_what_is_not_public(places, cast, now):
    hidden = Road(cast, now)
    hidden.verify()
    type(places.case).objects.update(latitude="-6.991234", longitude="110.421234")
    services.unpublish(places.case, actor=Actor.staff(cast.sekar), reason="Keliru.")
    cache.clear()
    page = Client().get("/pengaduan/daftar/peta/")
    assert page.context["nowhere"] == 0
    assert "6.99" not in page.text
    assert "110.42" not in page.text


def test_without_a_drawn_map_the_table_stands_alone(places, settings):
    settings.PROVINCE = settings.PROVINCE | {"code": "33x"}
    page = Client().get("/pengaduan/daftar/peta/")
    assert page.status_code == 200
    assert "<circle" not in page.text


def test_a_disc_is_as_large_as_its_number_and_the_smaller_lies_on_the_larger():
    drawn = spots({"a": (1, 1), "b": (2, 2), "c": (3, 3)}, {"a": 1, "b": 100, "": 900})
    assert [(spot.number, spot.radius) for spot in drawn] == [(100, 15), (1, 6)]
    assert spots({"a": (1, 1)}, {}) == []


def test_every_regency_of_the_province_has_its_place_on_the_drawing():
    drawn = region_map()
    rows = csv.DictReader((DATA / "33.csv").open())
    assert set(drawn.regencies) == {row["code"] for row in rows if len(row["code"]) == 5}
    picture = (Path(settings.BASE_DIR) / "static" / drawn.image).read_text()
    dots = {
        (round(float(x)), round(float(y))) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', picture)
    }
    assert {tuple(place) for place in drawn.regencies.values()} == dots
