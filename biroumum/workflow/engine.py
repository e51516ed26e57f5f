"""One way to change a state: a table of transitions, and the only code that writes a case's state column.

A table is checked when it is imported; a mistake in it stops the portal from starting.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from inspect import signature
from typing import Any, Literal, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.db.models import Model, TextChoices
from django.forms import BaseForm
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.audit.verbs import VERBS, Verb
from biroumum.web.subjects import subject_key

Case = TypeVar("Case", bound=Model)
Words = str | Promise
Data = Mapping[str, Any]
Listener = Callable[[Any, "Transition", Actor, Data], None]


class Door(Enum):
    """Permissions that no role can hold."""

    SYSTEM = "system"  # a step only a timed task takes
    HOLDER = "holder"  # a step of whoever proves to hold the code of this very case


SYSTEM, HOLDER = Door.SYSTEM, Door.HOLDER


class Forbidden(PermissionDenied):
    """The actor may not take this step, whatever the state."""


class Refused(Exception):
    """A guard or effect says no; `message` is a sentence for the person who tried."""

    def __init__(self, message: Words) -> None:
        super().__init__(message)
        self.message = message


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
    target: a state, or `(case, **data) -> state` asked between guard and effect, its results in `targets`.
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
    confirm: bool = False
    tone: Literal["line", "main", "danger"] = "line"
    description: Words = ""

    @property
    def possible_targets(self) -> tuple[str, ...]:
        return self.targets if callable(self.target) else (self.target,)

    def allows(self, case: Model, actor: Actor) -> bool:
        match self.permission:
            case Door.SYSTEM:
                return actor.kind == "system"
            case Door.HOLDER:
                return actor.kind == "holder" and actor.subject == subject_key(case)
            case permission:
                return actor.kind == "user" and actor.has_perm(permission)

    def misfits(self) -> Iterator[str]:
        """Whether guard and effect can be called with what the step's page asks for."""
        if self.form is None and not self.confirm:
            return
        fields = set(self.form.base_fields) if self.form else set()  # type: ignore[attr-defined]
        asked = dict.fromkeys(fields | ({"reason"} if self.confirm else set()))
        for called in filter(None, (self.guard, self.effect)):
            try:
                signature(called).bind(None, actor=None, at=None, **asked)
            except TypeError as error:
                yield f"{self.name}: {called.__name__}() does not fit its form: {error}"

    def target_for(self, case: Model, data: Data) -> str:
        target = self.target(case, **data) if callable(self.target) else self.target
        if target not in self.possible_targets:
            raise ImproperlyConfigured(f"{self.name} led to {target!r}, which it does not declare")
        return target


class Workflow:
    """The transitions of one model, named lazily as in "complaints.Complaint".

    `initial` is the state a service opens a case in; in `terminal` states the office owes nothing more.
    `step_view` names the app's view of steps, with arguments pk and name; "<app>:step" if not given.
    """

    def __init__(
        self,
        label: str,
        *transitions: Transition,
        initial: str,
        terminal: tuple[str, ...] = (),
        step_view: str = "",
    ) -> None:
        self.label, self.initial, self.terminal = label, initial, terminal
        self.step_view = step_view or f"{label.partition('.')[0]}:step"
        self.transitions = {transition.name: transition for transition in transitions}
        if len(self.transitions) < len(transitions):
            raise ImproperlyConfigured(f"{label}: two transitions of one name")
        for fault in self._faults():
            raise ImproperlyConfigured(f"{label}: {fault}")
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        WORKFLOWS[label.lower()] = self
        for step in transitions:  # the log calls a step by its button's word, until the app says more
            VERBS.setdefault(f"{label.lower()}.{step.name}", Verb(step.label))

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def states(self) -> type[TextChoices]:
        return type(self.initial)  # type: ignore[return-value]  # _faults made sure

    def label_of(self, state: str) -> Words:
        return self.states(state).label

    def __getitem__(self, name: str) -> Transition:
        return self.transitions[name]

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions.values())

    def on(self, name: str, listener: Listener) -> None:
        """Call `listener(case, transition, actor, data)` in the transaction of each such step; "*" is any."""
        if name != "*" and name not in self.transitions:
            raise ImproperlyConfigured(f"{self.label}: no transition {name!r} to listen to")
        self._listeners[name].append(listener)

    def available(self, case: Any, actor: Actor) -> list[Transition]:
        """What this actor may do with the case as it stands. A guard is asked only when the step is taken."""
        return [step for step in self if case.state in step.sources and step.allows(case, actor)]

    @transaction.atomic
    def perform(
        self,
        obj: Case,
        name: str,
        /,
        *,
        actor: Actor,
        expected_state: str | None = None,
        at: dt.datetime | None = None,
        **data: Any,
    ) -> Case:
        """Take one step and return the case as saved; `obj` only says which case.

        Raises Forbidden, Stale (also when it left `expected_state`) or Refused; nothing is kept then.
        """
        step, at = self[name], at or timezone.now()
        case: Any = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        if not step.allows(case, actor):
            raise Forbidden(f"{name} needs {step.permission}")
        if case.state not in step.sources or (expected_state and case.state != expected_state):
            raise Stale(case, name)
        if step.confirm and not data.get("reason"):
            raise Refused(_("Isi alasan."))
        if step.guard:
            step.guard(case, actor=actor, at=at, **data)
        logged = self._move(case, step, actor, at, data)
        record(f"{obj._meta.label_lower}.{name}", subject_key(case), actor=actor, data=logged)
        for listener in (*self._listeners[name], *self._listeners["*"]):
            listener(case, step, actor, data)
        return case

    @staticmethod
    def _move(case: Any, step: Transition, actor: Actor, at: dt.datetime, data: Data) -> dict[str, Any]:
        before, source, target = _values(case), case.state, step.target_for(case, data)
        reason = {"reason": data["reason"]} if step.confirm else {}
        told = step.effect(case, actor=actor, at=at, **data) if step.effect else None
        case.state = str(target)
        touched = [name for name, value in _values(case).items() if value != before[name]]
        case.save(update_fields={"state", *touched})
        return {"from": source, "to": case.state, **reason, **(told or {})}

    def _faults(self) -> Iterator[str]:
        if not isinstance(self.initial, TextChoices):
            yield "initial must be a member of the states' TextChoices"
            return
        known = set(self.states)
        for step in self:
            used = {*step.sources, *step.possible_targets}
            if not step.sources or not step.possible_targets:
                yield f"{step.name} comes from or leads to nowhere"
            if unknown := used - known:
                yield f"{step.name} names unknown states {sorted(unknown)}"
            if not isinstance(step.permission, Door) and "." not in (step.permission or ""):
                yield f"{step.name} has no permission; nobody is not everybody"
            if step.permission is SYSTEM and (step.form or step.confirm):
                yield f"{step.name} is the system's, which fills in no page"
            yield from step.misfits()
        if unknown := set(self.terminal) - known:
            yield f"terminal names unknown states {sorted(unknown)}"
        reached = {self.initial, *(target for step in self for target in step.possible_targets)}
        if lost := known - reached:
            yield f"no transition leads to {sorted(lost)}"
        left = {*self.terminal, *(source for step in self for source in step.sources)}
        if stuck := known - left:
            yield f"no transition leads out of {sorted(stuck)}"


WORKFLOWS: dict[str, Workflow] = {}  # by label in lower case; filled as each app's workflow is imported


def workflow_of(case: Model) -> Workflow:
    return WORKFLOWS[case._meta.label_lower]


def _values(case: Model) -> dict[str, Any]:
    return {field.attname: deepcopy(getattr(case, field.attname)) for field in case._meta.concrete_fields}
