"""Whose turn a case is: nothing stays with an office that let it go, and nothing waits where nobody looks."""

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.models import Unit
from complaints.kernel import work
from complaints.models import Complaint
from complaints.public_views.words import holding
from complaints.states import UNHELD, State

HANDOVER = {"agency": "Dinas Contoh", "reason": "Jalan kabupaten.", "follow_up": "Telepon 024 000"}


@pytest.fixture
def held(road):
    """A case on the officer's desk."""
    road.work()
    return road


def listed(road) -> set[str]:
    """On whose work list it is."""
    return {
        name
        for name in ("sekar", "rini", "bagas", "wulan", "hartono")
        if list(work(getattr(road.cast, name)))
    }


@pytest.mark.parametrize("step", ["object_outcome", "restore"])
def test_what_an_office_handed_over_comes_back_to_the_verifier_and_leaves_that_office(held, step):
    held.go("bagas", "hand_over_work", reason_code="regency", **HANDOVER)
    held.go(held.holder if step == "object_outcome" else "hartono", step, reason="Bukan jalan kabupaten.")
    assert (held.case.state, held.case.unit, held.case.position) == (State.RECEIVED, None, None)
    assert holding(held.case) == "Verifikator pengaduan"
    assert listed(held) == {"sekar"}


@pytest.mark.parametrize("state", UNHELD)
def test_the_database_lets_no_office_have_what_the_verifier_has(road, state):
    reason = {"reason_code": "place"} if state == State.INCOMPLETE else {}
    for holder in (
        {"unit": Unit.objects.get(code="subbag-aset")},
        {"position": road.cast.bagas.live[0].position},
    ):
        with pytest.raises(IntegrityError, match="of_no_office"), transaction.atomic():
            Complaint.objects.update(state=state, **reason, **holder)
