"""One way to change a state: a table of transitions, and the only code that writes a case's state column.

A table is checked when it is imported; a mistake in it stops the portal from starting.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Model, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.audit.verbs import VERBS, Verb
from biroumum.web.subjects import subject_key
from biroumum.workflow.checks import faults
from biroumum.workflow.transition import HOLDER, SYSTEM, Data, Forbidden, Refused, Stale, Transition, Words

__all__ = ["HOLDER", "SYSTEM", "Forbidden", "Refused", "Stale", "Transition", "Workflow"]

Case = TypeVar("Case", bound=Model)
Listener = Callable[[Any, Transition, Actor, Data], None]


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
        for fault in faults(self):
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
        return type(self.initial)  # type: ignore[return-value]  # checked

    def label_of(self, state: str) -> Words:
        return self.states(state).label

    def __getitem__(self, name: str) -> Transition:
        return self.transitions[name]

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions.values())

    def on(self, name: str, listener: Listener) -> None:
        """Call `listener(case, transition, actor, data)` in the transaction of each such step; "*" is any.

        The data are those of the step, with its time as `at`.
        """
        if name != "*" and name not in self.transitions:
            raise ImproperlyConfigured(f"{self.label}: no transition {name!r} to listen to")
        self._listeners[name].append(listener)

    def available(self, case: Any, actor: Actor) -> list[Transition]:
        """What this actor may do with the case as it stands. A guard is asked only when the step is taken."""
        here = [step for step in self if case.state in step.sources and step.allows(case, actor)]
        return [step for step in here if step.fits is None or step.fits(case)]

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
        if not isinstance(obj, self.model):
            raise TypeError(f"{self.label} has no steps for {obj!r}")
        case: Any = self._locked(obj.pk)
        actor = actor.upon(case)
        if not step.allows(case, actor):
            raise Forbidden(f"{name} needs {step.permission}")
        if case.state not in step.sources or (expected_state and case.state != expected_state):
            raise Stale(case, name)
        _ask_guard(step, case, actor, at, data)
        logged = self._move(case, step, actor, at, data)
        record(f"{self.label.lower()}.{name}", subject_key(case), actor=actor, data=logged, at=at)
        for listener in (*self._listeners[name], *self._listeners["*"]):
            listener(case, step, actor, {**data, "at": at})
        return case

    def _locked(self, pk: Any) -> Any:
        """The case as it is now, and nobody else's until commit; with what each step asks, if its finder says."""
        rows = self.model._default_manager.select_for_update(of=("self",))
        parts = getattr(rows, "with_step_parts", None)
        return (parts() if parts else rows).get(pk=pk)

    @staticmethod
    def _move(case: Any, step: Transition, actor: Actor, at: dt.datetime, data: Data) -> dict[str, Any]:
        before, source, target = _values(case), case.state, step.target_for(case, data)
        reason = {"reason": data["reason"]} if step.confirm else {}
        told = step.effect(case, actor=actor, at=at, **data) if step.effect else None
        case.state = str(target)
        touched = [name for name, value in _values(case).items() if value != before[name]]
        case.save(update_fields={"state", *touched})
        return {"from": source, "to": case.state, **reason, **(told or {})}


def _ask_guard(step: Transition, case: Any, actor: Actor, at: dt.datetime, data: Data) -> None:
    if step.confirm and not data.get("reason"):
        raise Refused(_("Isi alasan."))
    if step.guard:
        step.guard(case, actor=actor, at=at, **data)


WORKFLOWS: dict[str, Workflow] = {}  # by label in lower case; filled as each app's workflow is imported


def workflow_of(case: Model) -> Workflow:
    return WORKFLOWS[case._meta.label_lower]


def _values(case: Model) -> dict[str, Any]:
    return {field.attname: deepcopy(getattr(case, field.attname)) for field in case._meta.concrete_fields}
