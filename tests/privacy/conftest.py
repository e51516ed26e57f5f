"""A case walked to its end with the marker in all it may stand in, and a request to erase it."""

import datetime as dt

import pytest
from django.db import transaction

from biroumum.accounts.actors import Actor
from biroumum.notifications.models import Message as Mail
from biroumum.privacy import services
from biroumum.privacy.models import ErasureRequest, LegalBasis
from biroumum.privacy.workflow import ERASURE
from complaints.states import Retained
from tests.complaints.test_anonymising import ended

__all__ = ["ended"]
WHY = "Diminta di loket; KTP dicocokkan."
LATER = dt.timedelta(days=200)  # no answer can be objected to any more
YES = "Sesuai permohonan."


class Asking:
    """A request about one case: nadia records it, hartono decides it."""

    def __init__(self, road):
        self.road, self.key, self.cast, self.at = road, road.key, road.cast, road.at + LATER
        self.nadia, self.hartono = Actor.staff(road.cast.nadia), Actor.staff(road.cast.hartono)

    def record(self, *whats, actor=None, **more):
        data = {"basis": LegalBasis.objects.get(code="request"), "reason": WHY, "at": self.at}
        data |= {"whats": whats or Retained.values, "actor": actor or self.nadia}
        return services.record_request(self.road.case.number, **data | more)

    def take(self, request, name, *, actor=None, reason=YES):
        return ERASURE.perform(request, name, actor=actor or self.hartono, reason=reason, at=self.at)

    def erase(self, *whats):
        """Recorded, approved, and completed by the portal."""
        request = self.record(*whats)
        self.take(request, "approve")
        return ErasureRequest.objects.get(pk=request.pk)


def mails_have_left():
    with transaction.atomic():
        Mail.objects.update(state="sent", sent_at="2026-11-24T00:00Z")
    services.finish_all()


@pytest.fixture
def asking(ended, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return Asking(ended)
