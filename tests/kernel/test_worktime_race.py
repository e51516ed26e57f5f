"""Two people hold one clock at the same moment, each on a connection of their own."""

import datetime as dt

import pytest
from django.db import transaction

from biroumum.worktime import services as worktime
from biroumum.worktime.models import ClockEvent, TimeLimit
from tests.races import at_once, meeting, went


@pytest.fixture
def pause_at_once(monkeypatch, real_db, now):
    """Pauses one clock twice at once; returns how often that went and how many pauses the ledger holds."""
    with transaction.atomic():
        TimeLimit.objects.create(
            code="test.answer", days=5, unit="working_day", legal_basis="Uji", valid_from=dt.date(2020, 1, 1)
        )
        clock = worktime.start_clock("complaints.complaint/1", "test.answer", at=now)
    meet, write = meeting(1), worktime._write

    def write_together(*args):
        meet()
        return write(*args)

    monkeypatch.setattr(worktime, "_write", write_together)

    def run():
        pauses = [
            went(lambda why=why: worktime.pause(clock, at=now, reason=why), worktime.ClockError)
            for why in ("satu", "dua")
        ]
        return sum(at_once(*pauses)), ClockEvent.objects.filter(clock=clock, kind="pause").count()

    return run


def test_a_clock_is_paused_once(pause_at_once):
    assert pause_at_once() == (1, 1)


def test_without_the_lock_it_would_be_paused_twice(pause_at_once, no_row_locks):
    assert pause_at_once() == (2, 2)
