"""Mistakes in a table of transitions, found when it is imported."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature
from typing import TYPE_CHECKING

from django.db.models import TextChoices

from biroumum.workflow.transition import SYSTEM, Door, Transition

if TYPE_CHECKING:
    from biroumum.workflow.engine import Workflow


def faults(table: Workflow) -> Iterator[str]:
    """Each mistake as a sentence; none in a sound table."""
    if not isinstance(table.initial, TextChoices):
        yield "initial must be a member of the states' TextChoices"
        return
    known: set[str] = {*table.states}
    for step in table:
        yield from _row_faults(step, known)
    if unknown := set(table.terminal) - known:
        yield f"terminal names unknown states {sorted(unknown)}"
    moving = [step for step in table if step.target]  # the others leave a case where it is
    reached = {table.initial, *(target for step in moving for target in step.possible_targets)}
    if lost := known - reached:
        yield f"no transition leads to {sorted(lost)}"
    left = {*table.terminal, *(source for step in moving for source in step.sources)}
    if stuck := known - left:
        yield f"no transition leads out of {sorted(stuck)}"


def _row_faults(step: Transition, known: set[str]) -> Iterator[str]:
    if not step.sources or not step.possible_targets:
        yield f"{step.name} comes from or leads to nowhere"
    if unknown := {*step.sources, *step.possible_targets} - known:
        yield f"{step.name} names unknown states {sorted(unknown)}"
    if not isinstance(step.permission, Door) and "." not in (step.permission or ""):
        yield f"{step.name} has no permission; nobody is not everybody"
    if step.permission is SYSTEM and (step.form or step.confirm):
        yield f"{step.name} is the system's, which fills in no page"
    if step.form or step.confirm:
        yield from _misfits(step)


def _misfits(step: Transition) -> Iterator[str]:
    """Whether guard and effect can be called with what the step's page asks for."""
    fields = set(step.form.base_fields) if step.form else set()  # type: ignore[attr-defined]
    asked = dict.fromkeys(fields | ({"reason"} if step.confirm else set()))
    for called in filter(None, (step.guard, step.effect)):
        try:
            signature(called).bind(None, actor=None, at=None, **asked)
        except TypeError as error:
            yield f"{step.name}: {called.__name__}() does not fit its form: {error}"
