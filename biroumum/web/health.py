"""Checks of /readyz; upper packages register theirs when the portal starts."""

from collections.abc import Callable

CHECKS: dict[str, Callable[[], str | None]] = {}


def register(name: str, check: Callable[[], str | None]) -> None:
    """check: None when all is well, else what is wrong."""
    CHECKS[name] = check
