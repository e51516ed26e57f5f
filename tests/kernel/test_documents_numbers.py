"""Numbers without gaps or reuse, also when many ask at once; and what happens without the lock."""

import threading

import pytest
from django.db import transaction

from biroumum.documents import services
from biroumum.documents.models import Sequence
from biroumum.documents.services import next_number
from tests.races import at_once, meeting

THREADS, EACH = 4, 5


def take_at_once() -> list[str]:
    """What several connections are given when all ask at the same moment, each in its own transaction."""
    meet, numbers = meeting(20, THREADS), []

    def work() -> None:
        meet()
        for _ in range(EACH):
            with transaction.atomic():
                numbers.append(next_number("UJI", 2026))

    at_once(*[work] * THREADS)
    return sorted(numbers)


WANTED = [f"UJI-2026-{number:06d}" for number in range(1, THREADS * EACH + 1)]


def test_many_at_once_get_each_number_once_without_a_gap(real_db) -> None:
    assert take_at_once() == WANTED


def test_without_the_lock_two_get_the_same_number(real_db, monkeypatch) -> None:
    everyone_has_read = threading.Barrier(THREADS)

    def read_then_write(series: str, year: int) -> int:
        last = Sequence.objects.get(series=series, year=year).last
        everyone_has_read.wait()
        Sequence.objects.filter(series=series, year=year).update(last=last + 1)
        return last + 1

    with transaction.atomic():
        next_number("UJI", 2026)
    monkeypatch.setattr(services, "_advance", read_then_write)
    assert len(set(take_at_once())) < THREADS * EACH


def test_a_number_of_a_case_that_was_not_kept_is_given_again(real_db) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number("UJI", 2026)
        raise RuntimeError
    with transaction.atomic():
        assert next_number("UJI", 2026) == "UJI-2026-000001"


def test_each_series_and_year_counts_by_itself(db) -> None:
    taken = [
        next_number(series, year) for series, year in [("A", 2026), ("A", 2026), ("B", 2026), ("A", 2027)]
    ]
    assert taken == ["A-2026-000001", "A-2026-000002", "B-2026-000001", "A-2027-000001"]


def test_no_number_outside_of_a_transaction(real_db) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_number("UJI", 2026)
    assert not Sequence.objects.exists()
