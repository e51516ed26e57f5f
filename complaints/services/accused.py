"""Whom a complaint is about: they have no part in it (field notes 3.7), and what they held goes to their superior."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit, User
from biroumum.accounts.queries import holders, live_assignments
from biroumum.audit.services import record
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, Disposition
from complaints.queries import INSPECT
from complaints.services.telling import tell_office
from complaints.states import HELD

ASSIGN, HANDLE = "complaints.assign_complaint", "complaints.handle_complaint"
TAKEN_OVER = (
    "Petugas yang dilaporkan tidak menangani pengaduan ini."  # an instruction: stays as it was written
)


def is_of_the_accused(unit: Unit | None, case: Complaint) -> bool:
    """Whether the office is the one complained about, or lies below it."""
    while unit is not None and case.accused_unit_id:
        if unit.pk == case.accused_unit_id:
            return True
        unit = unit.parent
    return False


def sits_on(officer: User | None, position: Position | None) -> bool:
    if officer is None or position is None:
        return False
    return position.pk in {assignment.position_id for assignment in live_assignments(officer)}


def has_another_head(unit: Unit, officer: User | None) -> bool:
    heads = holders(ASSIGN, unit=unit)
    return (heads.exclude(pk=officer.pk) if officer else heads).exists()


@transaction.atomic
def name_accused(
    case: Complaint,
    *,
    actor: Actor,
    officer: User | None,
    reason: str,
    position: Position | None = None,
    at: dt.datetime | None = None,
) -> Complaint:
    """Say which officer the complaint is about, or with None that it is about no one; who said it and why is logged.

    What that officer holds goes to `position`, else to the nearest head above them who works on cases. Its clocks
    run on. Raises Forbidden, and Refused with a sentence: also when nobody is there to take the case.
    """
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not actor.has_perm(case.naming):
        raise Forbidden(f"name_accused needs {case.naming}")
    if case.accuses(actor.person) or officer == actor.user:
        raise Refused(_("Anda adalah pihak yang dilaporkan. Minta verifikator lain."))
    case.accused_officer = officer
    told = {}
    if case.is_whistle:
        _leave_a_reader(case)
    elif officer is not None and case.unit is not None and _lies_with(case, officer):
        told = _pass_on(case, officer, position, actor=actor, at=at or timezone.now())
    case.save(update_fields={"accused_officer", "unit", "position"})
    data = {"reason": reason, **told}
    record("complaints.complaint.name_accused", subject_key(case), actor=actor, data=data, at=at)
    return case


def _leave_a_reader(case: Complaint) -> None:
    """Any other of the Inspektorat goes on with it, so nothing is passed on."""
    if all(case.accuses(user) for user in holders(INSPECT)):
        raise Refused(_("Di Inspektorat tidak ada petugas lain yang dapat membacanya."))


def _lies_with(case: Complaint, officer: User) -> bool:
    """On a position of theirs, or with an office that no one else heads."""
    if case.position is not None:
        return sits_on(officer, case.position)
    return case.unit is not None and not has_another_head(case.unit, officer)


def _pass_on(
    case: Complaint, officer: User, position: Position | None, *, actor: Actor, at: dt.datetime
) -> dict[str, str]:
    unit = position.unit if position else _superior(case, officer)
    if unit is None or sits_on(officer, position) or is_of_the_accused(unit, case):
        raise Refused(_("Petugas ini memegang pengaduan, dan atasannya tidak dapat. Pilih penggantinya."))
    Disposition.objects.create(
        complaint=case,
        unit=unit,
        position=position,
        instruction=TAKEN_OVER,
        assigned_by=actor.person,
        assigned_at=at,
    )
    case.unit, case.position = unit, position
    if case.state in HELD:
        tell_office(case, gettext_noop("Pengaduan beralih kepada Anda: %(number)s"))
    return {"unit": unit.name, "position": position.title if position else ""}


def _superior(case: Complaint, officer: User) -> Unit | None:
    """The nearest office, from theirs upwards, whose head is another and may work on cases."""
    unit = case.unit
    while unit is not None:
        heads = holders(ASSIGN, unit=unit) & holders(HANDLE, unit=unit)
        if heads.exclude(pk=officer.pk).exists():
            return unit
        unit = unit.parent
    return None
