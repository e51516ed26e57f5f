"""Writing named events to the log."""

from collections.abc import Mapping
from typing import Any

from biroumum.accounts.actors import Actor


def record(
    verb: str, subject: str, *, actor: Actor, data: Mapping[str, Any] | None = None, op: str = "event"
) -> None:
    """Replaced by the next landing of the log."""
