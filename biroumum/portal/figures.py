"""Numbers on the home page and the dashboard; apps add theirs at start. None is older than a minute."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.functional import Promise

SECONDS = 60


@dataclass(frozen=True)
class Figure:
    key: str
    label: str | Promise
    value: Callable[[], str]


FIGURES: list[Figure] = []


def register(key: str, label: str | Promise, value: Callable[[], str]) -> None:
    """`value` returns the text to show; it is asked at most once a minute."""
    FIGURES.append(Figure(key, label, value))


def figures() -> list[tuple[str, str | Promise]]:
    return [(str(cache.get_or_set(f"figure:{it.key}", it.value, SECONDS)), it.label) for it in FIGURES]
