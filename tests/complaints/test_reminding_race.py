"""Two timers remind one silent reporter at the same moment."""

import datetime as dt

import pytest

from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from complaints import tasks
from complaints.services import triage
from tests.complaints.road import Road
from tests.races import at_once, meeting


@pytest.fixture
def remind_twice(real_db, cast, now, monkeypatch):
    """How often the history says that the reporter was reminded."""
    road, meet, record = Road(cast, now), meeting(1), triage.record
    road.go("sekar", "ask_completion", text="Di gedung mana?", reason_code="place")
    day = (road.clock("complaint.completion").due_at - dt.timedelta(days=1)).isoformat()

    def slow(*args, **data):
        meet()
        record(*args, **data)

    monkeypatch.setattr(triage, "record", slow)

    def run():
        at_once(*[lambda: tasks.lapse_incomplete(day)] * 2)
        verbs = [step.verb for step in history(subject_key(road.case))]
        return verbs.count("complaints.complaint.remind")

    return run


def test_two_timers_at_once_remind_once(remind_twice):
    assert remind_twice() == 1


def test_without_the_row_lock_both_would(remind_twice, no_row_locks):
    assert remind_twice() == 2
