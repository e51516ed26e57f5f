"""What the office promises before a clock runs: limits in force, and the dates they come to at the latest."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from biroumum.worktime.calendar import due_at
from biroumum.worktime.models import TimeLimit
from biroumum.worktime.queries import holidays_since, limits_for
from complaints.models import Complaint
from complaints.services import deadlines
from complaints.states import Kind


def limits(day: dt.date) -> dict[str, TimeLimit]:
    """The limits a citizen is told of, by a name a template can say."""
    codes = {
        "verification": deadlines.VERIFICATION,
        "complaint": f"{deadlines.ANSWER}.{Kind.COMPLAINT}",
        "aspiration": f"{deadlines.ANSWER}.{Kind.ASPIRATION}",
        "information": f"{deadlines.ANSWER}.{Kind.INFORMATION}",
        "oversight": deadlines.OVERSIGHT,
        "objection": deadlines.OBJECTION,
    }
    return dict(zip(codes, limits_for(list(codes.values()), day), strict=True))


class Expected(NamedTuple):
    verified: dt.datetime
    answered: dt.datetime  # when verification takes all its time


def expected(case: Complaint) -> Expected:
    """The dates as promised at filing; a receipt fetched later says the same, whatever happened since."""
    zone = timezone.get_default_timezone()
    day = timezone.localdate(case.received_at, zone)
    days_off = holidays_since(day)
    verification, answer = limits_for([deadlines.VERIFICATION, f"{deadlines.ANSWER}.{case.kind}"], day)
    verified = due_at(case.received_at, verification.days, verification.unit, days_off, zone)
    return Expected(verified, due_at(verified, answer.days, answer.unit, days_off, zone))
