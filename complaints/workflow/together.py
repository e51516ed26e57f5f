"""One order for several chosen cases: each in its own transaction, with its own outcome."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit
from biroumum.workflow.engine import Forbidden, Refused, Stale
from complaints.models import Complaint
from complaints.states import State
from complaints.workflow.complaint import COMPLAINT


class Outcome(NamedTuple):
    case: Complaint
    done: bool
    said: str | Promise


def step_for(case: Complaint) -> str:
    """Send it to an office, or to someone in the office that has it; empty where neither fits."""
    return next((name for name in ("assign", "delegate") if case.state in COMPLAINT[name].sources), "")


def assign_all(
    cases: Iterable[Complaint], *, actor: Actor, unit: Unit, position: Position | None, instruction: str
) -> list[Outcome]:
    return [
        _assign(case, actor=actor, unit=unit, position=position, instruction=instruction) for case in cases
    ]


def _assign(case: Complaint, *, actor: Actor, unit: Unit, position: Position | None, **data: Any) -> Outcome:
    if case.state == State.ASSIGNED and (case.unit, case.position) == (unit, position):
        return Outcome(case, True, _("Sudah ada di sana."))
    name = step_for(case)
    if name == "delegate" and case.unit != unit:
        return Outcome(case, False, _("Sudah dipegang %(unit)s.") % {"unit": case.unit})
    data |= {"position": position} | ({"unit": unit} if name == "assign" else {})
    try:
        if not name:
            raise Stale(case, "assign")
        COMPLAINT.perform(case, name, actor=actor, expected_state=case.state, **data)
    except Refused as refused:
        return Outcome(case, False, refused.message)
    except Forbidden:
        return Outcome(case, False, _("Anda tidak berwenang."))
    except Stale as stale:
        said = _("Keadaannya %(state)s, jadi tidak dapat didisposisi.")
        return Outcome(case, False, said % {"state": stale.case.state_label})
    return Outcome(case, True, _("Terkirim."))
