"""Races: several connections at once, meeting where all have looked and none has written.

Every race has a twin that takes the lock away and shows what it was for; row locks go with `no_row_locks`.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from biroumum.workflow.engine import Refused

Act = Callable[[], Any]


def at_once(*acts: Act) -> list[Any]:
    """What each of them answered, asked together in threads with a connection each."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(_alone, acts))


def _alone(act: Act) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def meeting(seconds: float, people: int = 2) -> Callable[[], None]:
    """Waits for the others, each thread once; whoever is held by a lock is waited for in vain."""
    barrier, been = threading.Barrier(people), threading.local()

    def meet() -> None:
        if not hasattr(been, "here"):
            been.here = True
            with suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=seconds)

    return meet


def overtake(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, act: Act) -> Callable[[], Any]:
    """Once `where.name` has looked, `act` runs beside it as far as it can: to its end, or to a lock.

    Gives a function that waits for the end of `act` and says what it answered.
    """
    looked, begun = getattr(where, name), []

    def look(*args: Any, **how: Any) -> Any:
        found = looked(*args, **how)
        if not begun:
            begun.append(ThreadPoolExecutor(1).submit(_alone, act))
            wait(begun, timeout=1)
        return found

    monkeypatch.setattr(where, name, look)
    return lambda: begun[0].result(timeout=20)


def went(act: Act, *others: type[Exception]) -> Callable[[], bool]:
    """The act, answering whether it went through; Refused, and what else is named, says it did not."""

    def run() -> bool:
        try:
            act()
        except (Refused, *others):
            return False
        return True

    return run


@pytest.fixture
def no_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)
