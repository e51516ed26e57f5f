"""The test before sending: good for one case and one draft; without it, or from a watched sender, a first look."""

import time
import uuid

import pytest
from django.core import signing
from django.db import transaction

from complaints import services
from complaints.models import Complaint, WatchedSender
from complaints.public_views import sending
from complaints.services import work
from complaints.services.watching import hash_sender
from tests.complaints.citizen import STORY, Citizen, code_on, make_regions
from tests.complaints.walk import CitizenWalk

REFUSED = "keliru atau kedaluwarsa"
HELD = "/kerja/pengaduan/?progress=held"


@pytest.fixture
def citizen(db, settings) -> Citizen:
    settings.WORK_NUMBERS = 5
    with transaction.atomic():
        make_regions()
    citizen = Citizen()
    citizen.fill_in()
    return citizen


def refused(response) -> bool:
    """Said in a sentence, nothing filed, what was typed kept, and a new challenge on the page."""
    page = response.content.decode()
    assert response.status_code == 422
    assert STORY in page
    assert "data-work=" in page
    return REFUSED in page


def test_a_case_sent_with_the_work_done_waits_in_no_lane(citizen, cast, client_for):
    case = citizen.send(**citizen.work()).context["case"]
    assert (case.untested, case.watched, case.is_held) == (False, None, False)
    assert case.number not in client_for(cast.sekar).get(HELD).content.decode()


def test_without_the_work_it_is_taken_just_so_and_a_verifier_is_told(citizen, cast, client_for):
    response = citizen.send()
    case = response.context["case"]
    assert response.status_code == 201
    assert len(code_on(response)) == 19
    verifier = client_for(cast.sekar)
    assert case.number in verifier.get(HELD).content.decode()
    assert "perlu diperiksa" in verifier.get("/kerja/pengaduan/").content.decode()
    page = verifier.get(case.get_absolute_url()).content.decode()
    assert "Dikirim tanpa uji pengirim" in page


def test_once_verified_it_is_a_case_as_any_other(road, cast, client_for):
    Complaint.objects.filter(pk=road.case.pk).update(untested=True)
    road.work()
    verifier = client_for(cast.sekar)
    assert road.case.number not in verifier.get(HELD).content.decode()
    assert "Perlu diperiksa." not in verifier.get(road.case.get_absolute_url()).content.decode()


def test_a_solution_of_one_draft_is_refused_with_another(citizen):
    used = citizen.work()
    assert citizen.send(**used).status_code == 201
    citizen.fill_in()
    assert refused(citizen.send(**used | {"token": citizen.token()}))
    assert Complaint.objects.count() == 1


def test_a_solution_used_again_with_its_own_draft_makes_no_second_case(citizen):
    used = citizen.work()
    first, second = citizen.send(**used), citizen.send(**used)
    assert code_on(first) == code_on(second)
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"solution": "-1"},
        {"solution": ""},
        {"challenge": ""},
        {"challenge": "x" * 201},
        {"challenge": "a:b:c"},
        {"solution": "9" * 400},
    ],
)
def test_work_that_is_wrong_or_half_is_refused_and_not_taken_as_none(citizen, change):
    assert citizen.send(**citizen.work() | change).status_code == 422
    assert Complaint.objects.count() == 0
    assert citizen.send(**citizen.work()).status_code == 201


def test_a_wrong_number_is_refused(citizen):
    given = citizen.work()
    assert refused(citizen.send(**given | {"solution": str(int(given["solution"]) + 1)}))


def test_a_challenge_signed_by_another_or_put_together_of_two_is_refused(citizen, settings):
    given = citizen.work()
    token = uuid.UUID(given["token"])
    forged = signing.TimestampSigner(key="another", salt=work.SALT).sign(work.hash_of(token, 3))
    assert refused(citizen.send(**given | {"challenge": forged, "solution": "3"}))
    spliced = f"{work.hash_of(token, 4)}:{given['challenge'].partition(':')[2]}"
    assert refused(citizen.send(**given | {"challenge": spliced, "solution": "4"}))
    elsewhere = signing.TimestampSigner(salt="complaints.follow").sign(work.hash_of(token, 3))
    assert refused(citizen.send(**given | {"challenge": elsewhere, "solution": "3"}))


def test_a_challenge_older_than_two_hours_is_refused(citizen, monkeypatch):
    given, later = citizen.work(), time.time() + work.LIFETIME.total_seconds() + 1
    with monkeypatch.context() as patched:
        patched.setattr("django.core.signing.time.time", lambda: later)
        assert refused(citizen.send(**given))
    assert citizen.send(**given).status_code == 201


def test_each_page_has_its_own_challenge_and_the_number_is_kept_nowhere(citizen, settings):
    settings.WORK_NUMBERS = 10**9
    token = uuid.UUID(citizen.token())
    assert len({work.challenge(token) for _page in range(3)}) == 3
    assert "challenge" not in str(dict(citizen.client.session))


def test_without_the_work_an_address_may_send_less_often(citizen, monkeypatch):
    monkeypatch.setattr(sending, "UNTESTED", 1)
    citizen.send()
    citizen.fill_in()
    response = citizen.send()
    assert response.status_code == 429
    assert STORY in response.content.decode()
    assert citizen.send(**citizen.work()).status_code == 201


@pytest.mark.parametrize(
    ("kind", "value", "given"),
    [
        ("email", "Iklan@Contoh.id", {"email": "iklan@contoh.id"}),
        ("phone", "0812 3456 7890", {"phone": "+62 812-3456-7890"}),
        ("address", "127.0.0.1", {}),
    ],
)
def test_a_watched_sender_is_served_as_any_other_and_looked_at_first(
    citizen, cast, client_for, kind, value, given
):
    admin = client_for(cast.admin)
    typed = {
        "kind": kind,
        "value": value,
        "why": "Iklan berulang",
        "until": "",
        "reason": "Laporan verifikator",
    }
    assert admin.post("/admin/complaints/watchedsender/add/", typed).status_code == 302
    again = admin.post("/admin/complaints/watchedsender/add/", typed)
    assert "sudah ada dalam daftar" in again.content.decode()
    row = WatchedSender.objects.get()
    assert value not in admin.get(f"/admin/complaints/watchedsender/{row.pk}/change/").content.decode()
    citizen.answer("kontak", **{"name": "", "email": "", "phone": ""} | given)
    response = citizen.send(**citizen.work())
    assert response.status_code == 201
    case = response.context["case"]
    assert case.watched == row
    assert "pengawasan" not in response.content.decode()  # the citizen is not told, and loses nothing
    verifier = client_for(cast.sekar)
    assert case.number in verifier.get(HELD).content.decode()
    assert "Iklan berulang" in verifier.get(case.get_absolute_url()).content.decode()


def test_a_row_whose_time_is_over_watches_no_longer(citizen):
    hashed = hash_sender("address", "127.0.0.1")
    WatchedSender.objects.create(kind="address", value_hash=hashed, why="x", until="2020-01-01")
    assert citizen.send(**citizen.work()).context["case"].watched is None


@pytest.mark.parametrize("value", ["bukan alamat", "10.0.0.0/8", ""])
def test_what_is_no_address_is_not_listed(cast, client_for, value):
    typed = {"kind": "address", "value": value, "why": "x", "until": "", "reason": "x"}
    page = client_for(cast.admin).post("/admin/complaints/watchedsender/add/", typed)
    assert page.status_code == 200
    assert not WatchedSender.objects.exists()


def test_a_household_of_ipv6_is_one_sender(db):
    WatchedSender.objects.create(kind="address", value_hash=hash_sender("address", "2001:db8::"), why="x")
    assert services.watching.watched_sender("", "", "2001:db8::") is not None
    assert services.watching.watched_sender("", "", "2001:db8:0:1::") is None


@pytest.mark.browser
def test_a_browser_does_the_work_by_itself_and_one_that_cannot_is_served_too(live, cast, browser, picture):
    with transaction.atomic():
        make_regions()
    for options, untested in ({}, False), ({"java_script_enabled": False}, True):
        number, _code = CitizenWalk(browser(width=320, **options), live).file(picture)
        assert Complaint.objects.get(number=number).untested is untested
