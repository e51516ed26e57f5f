"""The demo shows every state, with nobody real in it."""

from biroumum.portal.demo.complaints import create_complaints
from complaints.models import Complaint
from complaints.states import State


def test_there_is_a_case_in_every_state(db, cast):
    create_complaints(vars(cast))
    assert set(Complaint.objects.values_list("state", flat=True)) == set(State.values)
