"""Two people hold one clock at the same moment, each on a connection of their own."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connections, transaction
from django.db.models import QuerySet

from biroumum.worktime import services as worktime
from biroumum.worktime.models import ClockEvent, TimeLimit


@pytest.fixture
def pause_at_once(monkeypatch, real_db, now):
    """Pauses one clock twice at once; returns how each try ended and how many pauses the ledger holds."""
    with transaction.atomic():
        TimeLimit.objects.create(
            code="test.answer", days=5, unit="working_day", legal_basis="Uji", valid_from=dt.date(2020, 1, 1)
        )
        clock = worktime.start_clock("complaints.complaint/1", "test.answer", at=now)
    meeting, write = threading.Barrier(2), worktime._write

    def write_together(*args):
        with suppress(threading.BrokenBarrierError):  # with the lock, nobody else comes
            meeting.wait(timeout=1)
        return write(*args)

    monkeypatch.setattr(worktime, "_write", write_together)

    def attempt(reason):
        try:
            worktime.pause(clock, at=now, reason=reason)
        except worktime.ClockError:
            return "too late"
        finally:
            connections.close_all()
        return "paused"

    def run():
        with ThreadPoolExecutor(2) as pool:
            ends = sorted(pool.map(attempt, ("satu", "dua")))
        return ends, ClockEvent.objects.filter(clock=clock, kind="pause").count()

    return run


def test_a_clock_is_paused_once(pause_at_once):
    assert pause_at_once() == (["paused", "too late"], 1)


def test_without_the_lock_it_would_be_paused_twice(pause_at_once, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)
    assert pause_at_once() == (["paused", "paused"], 2)
