"""A point on the map of the province: by a tap, by numbers, or not at all; coarse, and for no one but the office."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.regions.map import Point, region_map
from complaints import services
from complaints.models import Complaint
from tests.complaints.citizen import Citizen, make_regions
from tests.complaints.walk import Inspector

SEMARANG = Point(Decimal("-6.99"), Decimal("110.42"))
PLACE = {"regency": "", "place": "Gedung B"}


@pytest.fixture
def citizen(db) -> Citizen:
    with transaction.atomic():
        make_regions()
    citizen = Citizen()
    citizen.fill_in(visibility="open")
    return citizen


def tap(citizen, point=SEMARANG, **typed):
    x, y = region_map().place_of(point)
    return citizen.answer("tempat", **PLACE | {"peta.x": x, "peta.y": y} | typed)


def point_of(case):
    return case.latitude, case.longitude


def test_a_tap_sets_a_coarse_point_and_keeps_what_was_typed(citizen):
    page = tap(citizen, place="Dekat <gerbang>")
    html = page.content.decode()
    assert page.status_code == 200
    assert "Dekat &lt;gerbang&gt;" in html
    x, y = region_map().place_of(SEMARANG)
    assert f'<circle cx="{x}" cy="{y}"' in html
    typed = {name: re.search(f'name="{name}" value="([^"]+)"', html)[1] for name in ("latitude", "longitude")}
    assert citizen.answer("tempat", **PLACE | typed).url == "/pengaduan/baru/periksa/"
    case = citizen.send().context["case"]
    assert all(
        abs(got - wanted) <= Decimal("0.01") for got, wanted in zip(point_of(case), SEMARANG, strict=True)
    )


def test_each_pixel_is_a_point_of_two_digits_and_comes_back_to_its_place():
    drawn = region_map()
    for x, y in ((1, 1), (drawn.width, drawn.height), (173, 108)):
        point = drawn.point_at(x, y)
        assert drawn.holds(point)
        assert all(-degrees.as_tuple().exponent == 2 for degrees in point)
        assert max(abs(a - b) for a, b in zip(drawn.place_of(point), (x, y), strict=True)) <= 1


@pytest.mark.parametrize(
    "typed", [{"latitude": "-6,994", "longitude": "110,418"}, {"latitude": "-6.99", "longitude": "110.42"}]
)
def test_numbers_do_the_same_with_comma_or_point_and_are_made_coarse(citizen, typed):
    citizen.answer("tempat", **PLACE | typed)
    assert "titik -6,99; 110,42" in citizen.client.get("/pengaduan/baru/periksa/").content.decode()
    case = citizen.send().context["case"]
    assert point_of(Complaint.objects.get(pk=case.pk)) == SEMARANG


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"latitude": "-6,99"}, "Isi lintang dan bujur"),
        ({"longitude": "110,4"}, "Isi lintang dan bujur"),
        ({"latitude": "48.85", "longitude": "2.35"}, "di luar peta"),
        ({"latitude": "enam", "longitude": "110"}, "Isi derajat seperti"),
        ({"latitude": "NaN", "longitude": "110"}, "Isi derajat seperti"),
    ],
)
def test_half_a_point_and_one_elsewhere_are_said_and_kept(citizen, typed, sentence):
    page = citizen.answer("tempat", **PLACE | typed)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert all(f'value="{value}"' in page.content.decode() for value in typed.values())


@pytest.mark.parametrize("sent", [("0", "0"), ("", ""), ("a", "3"), ("-1", "2"), ("9" * 400, "9" * 400)])
def test_a_press_by_key_or_nonsense_breaks_nothing(citizen, sent):
    data = PLACE | {"peta.x": sent[0], "peta.y": sent[1]}
    assert citizen.answer("tempat", **data).status_code in (200, 302)


def test_without_a_point_there_is_none(citizen):
    assert point_of(citizen.send().context["case"]) == (None, None)


def test_a_province_without_a_map_asks_for_the_region_alone(citizen, settings):
    settings.PROVINCE = settings.PROVINCE | {"code": "51"}
    page = citizen.client.get("/pengaduan/baru/tempat/").content.decode()
    assert 'name="place"' in page
    assert 'name="latitude"' not in page
    assert citizen.answer("tempat", **PLACE).status_code == 302


def test_the_database_holds_no_point_outside_the_country(road):
    case = Complaint.objects.filter(pk=road.case.pk)
    for latitude, longitude in ((48.85, 2.35), (-6.99, None), (110.42, -6.99)):
        with pytest.raises(IntegrityError), transaction.atomic():
            case.update(latitude=latitude, longitude=longitude)


def test_the_office_sees_the_point_and_no_public_door_does(road, cast, client_for):
    Complaint.objects.filter(pk=road.case.pk).update(latitude=Decimal("-7.77"), longitude=Decimal("109.11"))
    road.work()
    services.publish(road.case, actor=Actor.staff(cast.sekar), title="Lampu mati", description="Lampu.")
    assert "7,77" in client_for(cast.sekar).get(road.case.get_absolute_url()).content.decode()
    number = road.case.number
    for door in (
        f"/pengaduan/daftar/{number}/",
        "/pengaduan/daftar/",
        "/pengaduan/daftar/umpan.atom",
        f"/open311/v2/requests/{number}.json",
        f"/open311/v2/requests/{number}.xml?extensions=true",
    ):
        page = Client().get(door)
        assert page.status_code == 200
        assert not re.search(r"7[.,]77|109[.,]11", page.content.decode()), door


@pytest.mark.browser
def test_a_finger_on_the_map_sets_the_point_without_javascript(live, cast, browser):
    with transaction.atomic():
        make_regions()
    page = browser(width=320, java_script_enabled=False)
    citizen = Citizen()
    citizen.fill_in()
    name, session = next((n, c.value) for n, c in citizen.client.cookies.items() if "session" in n)
    page.context.add_cookies([{"name": name, "value": session, "url": live}])
    page.goto(f"{live}/pengaduan/baru/tempat/")
    page.click("#peta summary")
    x, y = region_map().place_of(SEMARANG)
    with page.expect_navigation():
        page.click("#peta input[type=image]", position={"x": x, "y": y})
    assert page.locator("#peta circle").count() == 1
    assert abs(float(page.input_value("#id_latitude")) + 6.99) <= 0.02
    page.fill("#id_place", "Gerbang")
    with page.expect_navigation():
        page.press("#id_place", "Enter")  # the browser presses the first button, which is the map, at 0, 0
    assert "/baru/periksa/" in page.url
    assert "titik -6,9" in page.inner_text("main")


@pytest.mark.browser
def test_axe_finds_nothing_on_the_open_map(live, cast, browser):
    with transaction.atomic():
        make_regions()
    citizen = Citizen()
    citizen.fill_in()
    name, session = next((n, c.value) for n, c in citizen.client.cookies.items() if "session" in n)
    page, look = browser(bypass_csp=True), Inspector()
    page.context.add_cookies([{"name": name, "value": session, "url": live}])
    page.goto(f"{live}/pengaduan/baru/tempat/")
    page.click("#peta summary")
    look(page)
    assert not look.faults, "\n".join(look.faults)
