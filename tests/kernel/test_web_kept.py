"""Costly figures: counted by one, taken by all, never older than a minute when they are handed out."""

import threading
import time

import pytest
from django.core.cache import cache
from django.db import connection

from biroumum.web import kept as module
from biroumum.web.kept import EARLY, SECONDS, kept


@pytest.fixture
def clock(monkeypatch):
    """The time, to be moved by hand; what the cache itself keeps is not asked to forget anything."""

    class Clock:
        now = time.time()

        def after(self, seconds):
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.now)
    return clock


@pytest.mark.django_db
class TestAge:
    @pytest.fixture(autouse=True)
    def _empty(self, db):
        cache.clear()

    def test_is_counted_once_while_young(self, clock):
        assert kept("angka", lambda: 1) == 1
        clock.after(EARLY - 1)
        assert kept("angka", lambda: 2) == 1

    def test_is_counted_anew_before_it_is_a_minute_old(self, clock):
        kept("angka", lambda: 1)
        clock.after(EARLY)
        assert kept("angka", lambda: 2) == 2
        assert EARLY < SECONDS <= 60

    def test_runs_from_the_beginning_of_the_count(self, clock):
        def slow():
            clock.after(EARLY)
            return 1

        kept("angka", slow)
        assert kept("angka", lambda: 2) == 2

    def test_what_other_code_counted_is_not_read(self, clock, monkeypatch):
        kept("angka", lambda: 1)
        monkeypatch.setattr(module, "CODE", "after a deploy")
        assert kept("angka", lambda: {"received": 1}) == {"received": 1}

    def test_the_code_is_that_of_the_portals_own_modules(self, tmp_path):
        module_of_ours = tmp_path / "biroumum" / "reports" / "figures.py"
        module_of_ours.parent.mkdir(parents=True)
        module_of_ours.write_text("a = 1")
        packages = ["biroumum", "allauth"]
        before = module.code_in(tmp_path, packages)
        assert module.code_in(tmp_path, packages) == before
        module_of_ours.write_text("a = 2")
        assert module.code_in(tmp_path, packages) != before

    def test_a_figure_of_nought_is_kept_too(self, clock):
        kept("angka", lambda: 0)
        assert kept("angka", lambda: 5) == 0


class Counting:
    """A count that takes a while and says how often it was asked."""

    def __init__(self):
        self.times = 0
        self.going, self.go = threading.Event(), threading.Event()

    def __call__(self):
        self.times += 1
        self.going.set()
        self.go.wait(5)
        return self.times


def ask(count, got):
    try:
        got.append(kept("angka", count))
    finally:
        connection.close()


def in_threads(count, number, got):
    threads = [threading.Thread(target=ask, args=(count, got)) for _n in range(number)]
    for thread in threads:
        thread.start()
    return threads


def waiting():
    """How many sessions wait for a lock of this kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0]


def test_of_many_who_find_nothing_one_counts_and_the_rest_take_it(real_db):
    count, got = Counting(), []
    threads = in_threads(count, 4, got)
    count.going.wait(5)
    while waiting() < 3:
        time.sleep(0.01)
    count.go.set()
    for thread in threads:
        thread.join()
    assert (count.times, got) == (1, [1, 1, 1, 1])


def test_without_the_turn_all_of_them_would_count(real_db, monkeypatch):
    monkeypatch.setattr(module, "_turn", lambda key, wait: True)
    count, got = Counting(), []
    threads = in_threads(count, 4, got)
    while count.times < 4:
        time.sleep(0.01)
    count.go.set()
    for thread in threads:
        thread.join()
    assert count.times == 4


def test_whoever_comes_while_another_counts_anew_takes_the_last(real_db, monkeypatch):
    kept("angka", lambda: "lama")
    monkeypatch.setattr(module, "EARLY", 0)
    count, got = Counting(), []
    (thread,) = in_threads(count, 1, got)
    count.going.wait(5)
    assert kept("angka", lambda: "tak dihitung") == "lama"
    count.go.set()
    thread.join()
    assert got == [1]


def test_a_count_that_fails_leaves_the_next_its_turn(real_db):
    with pytest.raises(ZeroDivisionError):
        kept("angka", lambda: 1 // 0)
    assert kept("angka", lambda: 3) == 3
