"""Which rows to measure: all, or those whose name has one of the words given (`python -m bench "case page"`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    name: str
    value: str
    ratio: float | None = None
    limit: float | None = None


class Choice:
    def __init__(self, words: Iterable[str]) -> None:
        self.words = [word.lower() for word in words]

    def __contains__(self, name: str) -> bool:
        return not self.words or any(word in name.lower() for word in self.words)
