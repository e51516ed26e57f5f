"""Who asks and from where, for the length of a request, task or command."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Context:
    """What the log is told of a transaction. `address` is kept of signed-in staff only, never of citizens."""

    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    user_id: int | None = None
    assignment_id: int | None = None
    unit_id: int | None = None
    impersonator_id: int | None = None
    view: str = ""
    task: str = ""
    reason: str = ""
    address: str | None = None


_current: ContextVar[Context | None] = ContextVar("biroumum_context", default=None)


def get() -> Context:
    context = _current.get()
    if context is None:
        context = Context()
        _current.set(context)
    return context


def request_id() -> str | None:
    """The id that work begun from here inherits; None where nobody asked, as in the timer."""
    context = _current.get()
    return context.request_id if context is not None else None


@contextmanager
def bind(**changes: Any) -> Iterator[Context]:
    """The current context with changes, until the block ends."""
    token = _current.set(replace(get(), **changes))
    try:
        yield get()
    finally:
        _current.reset(token)


@contextmanager
def fresh(**values: Any) -> Iterator[Context]:
    """A context of its own: nothing of an earlier request or task shines through."""
    token = _current.set(Context(**values))
    try:
        yield get()
    finally:
        _current.reset(token)


def note_view(name: str) -> None:
    """Add the name of the view to this request's context, once it is known."""
    _current.set(replace(get(), view=name))
