"""Which requests someone may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from biroumum.privacy.registry import APPS

if TYPE_CHECKING:
    from biroumum.accounts.models import User

RECORD, DECIDE = "privacy.record_erasure", "privacy.decide_erasure"


class ErasureRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> ErasureRequestQuerySet:
        """For who records or decides them, about cases whose app lets this person know of such requests."""
        if not (user.has_perm(RECORD) or user.has_perm(DECIDE)):
            return self.none()
        seen = Q(pk__in=[])
        for label, app in APPS.items():
            seen |= Q(case_label=label, case_pk__in=app.seen_by(user).values("pk"))
        return self.filter(seen)
