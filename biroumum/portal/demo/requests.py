"""Requests to erase that wait in the demo: one that may be approved, and one about a case that still runs."""

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.privacy.models import LegalBasis
from biroumum.privacy.services import record_request
from complaints.models import Complaint
from complaints.states import Retained, State


def create_requests(cast: dict[str, User]) -> None:
    """The demo's complaints must be there."""
    nadia = Actor.staff(cast["nadia"])
    basis, whats = LegalBasis.objects.get(code="request"), Retained.values
    for state in (State.ANSWERED, State.WITHDRAWN):
        case = Complaint.objects.filter(state=state).exclude(kind="whistle").first()
        if case is not None:
            words = "Diminta di loket; KTP dicocokkan."
            record_request(case.number, basis=basis, whats=whats, reason=words, actor=nadia)
