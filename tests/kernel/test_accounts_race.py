"""Guessing in parallel: failures are counted right between connections."""

from contextlib import nullcontext
from functools import partial

import pytest
from allauth.core.internal import ratelimit
from django.contrib.auth.signals import user_login_failed
from django.test import Client

from tests.races import at_once

GUESSES = 12


def guess(n: int) -> None:
    data = {"login": "danu@biroumum.example", "password": f"tebakan {n}"}
    Client().post("/masuk/", data, REMOTE_ADDR=f"10.0.0.{n}")


@pytest.fixture
def tried():
    heard: list[int] = []

    def hear(**kwargs) -> None:
        heard.append(1)

    user_login_failed.connect(hear)
    yield heard
    user_login_failed.disconnect(hear)


def guess_all() -> None:
    at_once(*[partial(guess, n) for n in range(GUESSES)])


def test_of_many_guesses_at_once_five_are_tried(real_db, cast, tried):
    guess_all()
    assert len(tried) == 5


def test_without_the_lock_around_the_count_more_would_be(real_db, cast, tried, monkeypatch):
    monkeypatch.setattr(ratelimit, "cache_lock", lambda key: nullcontext(True))
    guess_all()
    assert len(tried) > 5
