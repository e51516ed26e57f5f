"""Two hundred sendings in ten minutes from one address behind our proxy: a household of IPv6 is one address, a forged
header makes it no other, and the desk behind the same address goes on.
"""

import time

import pytest
from django.db import transaction
from django.test import Client, RequestFactory

from biroumum.web.ratelimit import allowed, client_address
from complaints.models import Complaint
from complaints.public_views.files import SECONDS, SENDS
from tests.complaints.citizen import STORY, Citizen, make_regions
from tests.complaints.test_desk import DESK, enter  # noqa: F401 - a fixture

HOUSE, NEXT_DOOR = "2001:db8:1:2:", "2001:db8:1:3:"


def from_host(address: str, forged: str = "") -> dict[str, str]:
    """What our proxy passes on: behind whatever the visitor wrote, the address it saw itself."""
    return {"REMOTE_ADDR": "::1", "HTTP_X_FORWARDED_FOR": f"{forged}, {address}" if forged else address}


@pytest.fixture
def full_house(db, settings, monkeypatch):
    """199 sendings of as many hosts of one /64 in this window."""
    settings.TRUSTED_PROXIES = 1
    now = time.time()
    monkeypatch.setattr("biroumum.web.ratelimit.time.time", lambda: now)  # no window ends under way
    with transaction.atomic():
        make_regions()
    for host in range(1, SENDS):
        request = RequestFactory().get("/", **from_host(f"{HOUSE}:{host:x}"))
        assert allowed(f"complaint-send/{client_address(request)}", SENDS, SECONDS)


def send(address: str, forged: str = ""):
    citizen = Citizen(Client(**from_host(address, forged)))
    citizen.fill_in()
    return citizen.send(**citizen.work())


def test_the_two_hundredth_of_one_house_is_taken_and_the_next_is_asked_to_wait(full_house):
    assert send(f"{HOUSE}:ffff:ffff").status_code == 201
    refused = send(f"{HOUSE}abcd::1")
    assert refused.status_code == 429
    assert "Tunggu sepuluh menit" in refused.content.decode()
    assert STORY in refused.content.decode()  # and may be sent then
    assert Complaint.objects.count() == 1


def test_a_header_the_visitor_wrote_makes_nobody_another(full_house):
    send(f"{HOUSE}:1")
    for forged in ("198.51.100.7", "2001:db8:9::1", "unknown", "127.0.0.1, ::1"):
        assert send(f"{HOUSE}:1", forged).status_code == 429
    assert Complaint.objects.count() == 1


def test_the_house_next_door_and_ipv4_are_not_refused_with_it(full_house):
    send(f"{HOUSE}:1")
    for other in (f"{NEXT_DOOR}:1", "198.51.100.7"):
        assert send(other).status_code == 201


def test_the_desk_behind_the_same_address_goes_on(full_house, enter):  # noqa: F811
    send(f"{HOUSE}:1")
    assert send(f"{HOUSE}:1").status_code == 429
    enter.client.defaults.update(from_host(f"{HOUSE}:1"))
    assert enter("desk").status_code == 201
    assert Complaint.objects.filter(source="desk").count() == 1
