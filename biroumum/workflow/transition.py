"""One row of a table of transitions, who may take it, and how a step can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Model
from django.forms import BaseForm
from django.utils.functional import Promise

from biroumum.accounts.actors import Actor
from biroumum.web.subjects import subject_key

Words = str | Promise
Data = Mapping[str, Any]


class Door(Enum):
    """Permissions that no role can hold."""

    SYSTEM = "system"  # a step only a timed task takes
    HOLDER = "holder"  # a step of whoever proves to hold the code of this very case


SYSTEM, HOLDER = Door.SYSTEM, Door.HOLDER


class Forbidden(PermissionDenied):
    """The actor may not take this step, whatever the state."""


class Refused(Exception):
    """A guard or effect says no; `message` is a sentence for the person who tried, at a `field` if one is named."""

    def __init__(self, message: Words, *, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


class Stale(Exception):
    """The case has moved on; `case` is the row as it is now."""

    def __init__(self, case: Any, name: str) -> None:
        super().__init__(f"{subject_key(case)} is {case.state}: no {name}")
        self.case, self.name = case, name


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table.

    permission: a permission string, SYSTEM or HOLDER.
    form: built with keywords `case` and `actor`; its cleaned fields are `data` below.
    guard: `(case, *, actor, at, **data)`, raises Refused.
    effect: `(case, *, actor, at, **data)`, changes other fields of the case without saving it; may return a
        JSON-able mapping for the log entry.
    target: a state; "" for a step that leaves the case where it is; or `(case, **data) -> state` asked between guard
        and effect, its results in `targets`.
    fits: whether the step means anything for this case; its button is not shown where it does not.
    confirm: an interruption page asks for a `reason`, which joins `data` and the log entry.
    """

    name: str
    label: Words
    sources: tuple[str, ...]
    target: str | Callable[..., str]
    permission: str | Door
    targets: tuple[str, ...] = ()
    form: type[BaseForm] | None = None
    guard: Callable[..., None] | None = None
    effect: Callable[..., Data | None] | None = None
    fits: Callable[[Any], bool] | None = None
    confirm: bool = False
    tone: Literal["line", "main", "danger"] = "line"
    description: Words = ""

    @property
    def possible_targets(self) -> tuple[str, ...]:
        if callable(self.target):
            return self.targets
        return (self.target,) if self.target else self.sources

    def targets_from(self, source: str) -> tuple[str, ...]:
        return self.possible_targets if self.target else (source,)

    def allows(self, case: Model, actor: Actor) -> bool:
        match self.permission:
            case Door.SYSTEM:
                return actor.kind == "system"
            case Door.HOLDER:
                return actor.kind == "holder" and actor.subject == subject_key(case)
            case permission:
                return actor.kind == "user" and actor.has_perm(permission)

    def target_for(self, case: Any, data: Data) -> str:
        target = self.target(case, **data) if callable(self.target) else self.target or case.state
        if target not in self.possible_targets:
            raise ImproperlyConfigured(f"{self.name} led to {target!r}, which it does not declare")
        return target
