"""Keeping the public figures of a month that is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from biroumum.accounts.actors import SYSTEM
from biroumum.audit.services import record
from biroumum.web.subjects import subject_key
from complaints.models import MonthlyFigures


@transaction.atomic
def keep_figures(month: dt.date, figures: dict[str, Any], *, at: dt.datetime) -> MonthlyFigures:
    """The first to come keeps them for good; whoever comes later gets what was kept."""
    kept, fresh = MonthlyFigures.objects.get_or_create(
        month=month, defaults={"figures": figures, "counted_at": at}
    )
    if fresh:
        record("complaints.monthlyfigures.keep", subject_key(kept), actor=SYSTEM, data={"month": month})
    return kept
