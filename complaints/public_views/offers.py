"""What the holder of a code may do with the case, straight from the table of transitions."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from biroumum.accounts.actors import Actor
from biroumum.workflow.engine import Refused, Transition
from complaints.models import Complaint
from complaints.workflow import COMPLAINT


class Offer(NamedTuple):
    step: Transition
    refusal: str  # why not, though the state would allow it

    @property
    def main(self) -> bool:
        """Whether the case waits for just this."""
        return self.step.tone == "main" or self.step.name in ("reply", "complete")


def offers(case: Complaint, actor: Actor, now: dt.datetime) -> list[Offer]:
    """The holder's steps; one whose guard would refuse is shown with its sentence, not as a dead button."""
    return [Offer(step, _refusal(step, case, actor, now)) for step in COMPLAINT.available(case, actor)]


def _refusal(step: Transition, case: Complaint, actor: Actor, now: dt.datetime) -> str:
    try:
        if step.guard:
            step.guard(case, actor=actor, at=now)
    except Refused as refused:
        return str(refused.message)
    return ""
