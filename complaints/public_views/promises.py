"""What the office promises before a clock runs: the limits in force."""

from __future__ import annotations

import datetime as dt

from biroumum.worktime.models import TimeLimit
from biroumum.worktime.queries import limits_for
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
        "whistle": deadlines.WHISTLE_DAYS,
        "objection": deadlines.OBJECTION,
    }
    return dict(zip(codes, limits_for(list(codes.values()), day), strict=True))
