"""A case is handed in while the reporter of one that had joined it objects: it leaves its original once."""

import pytest

from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Stale
from biroumum.worktime.queries import clocks_of
from complaints.models import Complaint
from complaints.services import closing
from complaints.states import State
from tests.complaints.road import Road
from tests.races import overtake, went

WAYS_OUT = {"complaints.complaint.release", "complaints.complaint.object_outcome"}


@pytest.fixture
def hand_in_while_objecting(real_db, cast, now, monkeypatch):
    """Once the hand-in releases what had joined, its reporter objects beside it.

    Gives whether the objection went through, the ways the case left its original by, and its verification clocks.
    """
    original, joined = Road(cast, now), Road(cast, now)
    joined.merge(original.case)
    object_ = went(lambda: joined.go(joined.holder, "object_outcome", reason="Perkara lain."), Stale)
    objected = overtake(monkeypatch, closing, "move_followers_back", object_)

    def run():
        original.go("sekar", "hand_in", days=2, reason="Dugaan pungutan.")
        case = Complaint.objects.get(pk=joined.case.pk)
        assert (case.state, case.duplicate_of) == (State.RECEIVED, None)
        left = [step.verb for step in history(subject_key(case)) if step.verb in WAYS_OUT]
        running = clocks_of(subject_key(case)).filter(stopped_at=None)
        return objected(), len(left), len({clock.code for clock in running}) == len(running)

    return run


def test_it_is_released_once_and_the_objection_finds_it_released(hand_in_while_objecting):
    assert hand_in_while_objecting() == (False, 1, True)


def test_without_the_row_lock_it_would_be_released_twice(hand_in_while_objecting, no_row_locks):
    assert hand_in_while_objecting()[:2] == (True, 2)
