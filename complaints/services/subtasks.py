"""Parts of a case that other units are asked for. The reporter is never written to about them."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.accounts.queries import holders
from biroumum.audit.services import record
from biroumum.notifications.services import notify
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import MOST_SUBTASKS, Complaint, Subtask
from complaints.services.accused import is_of_the_accused
from complaints.services.telling import tell_office
from complaints.states import ASKING, SubtaskState

Logged = dict[str, Any]


@transaction.atomic
def ask_unit(
    case: Complaint, *, unit: Unit, text: str, actor: Actor, at: dt.datetime | None = None
) -> Subtask:
    """Ask another unit for a part of the work; at most ten for a case. Raises Forbidden and Refused."""
    if not actor.has_perm("complaints.handle_complaint"):
        raise Forbidden("a subtask needs complaints.handle_complaint")
    at = at or timezone.now()
    case = Complaint.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
    _may_ask(case, unit)
    case.subtasks_asked += 1
    case.save(update_fields={"subtasks_asked"})
    part = Subtask.objects.create(
        complaint=case,
        ordinal=case.subtasks_asked,
        state=SubtaskState.OPEN,
        unit=unit,
        text=text,
        asked_by=actor.person,
        asked_at=at,
    )
    data = {"unit": unit.name, "subtask": part.ordinal}
    record("complaints.complaint.ask_unit", subject_key(case), actor=actor.upon(case), data=data, at=at)
    people = [user for user in _who_can(unit) if not case.bars(user)]
    words = {"number": str(part)}
    text = gettext_noop("Subtugas baru untuk unit Anda: %(number)s")
    notify(people, text, part.get_absolute_url(), words=words, subject_key=subject_key(part))
    return part


def open_subtasks(case: Complaint) -> QuerySet[Subtask]:
    """Costs no statement to look into while the case never asked for any."""
    return case.subtasks.filter(state=SubtaskState.OPEN) if case.subtasks_asked else Subtask.objects.none()


def _may_ask(case: Complaint, unit: Unit) -> None:
    if case.state not in ASKING:
        raise Refused(_("Subtugas hanya dapat diminta selama pengaduan ditangani sebuah unit."))
    if unit.pk == case.unit_id:
        raise Refused(_("Unit ini yang menangani pengaduannya. Pilih unit lain."), field="unit")
    if is_of_the_accused(unit, case):
        raise Refused(_("Unit yang dilaporkan tidak dapat dimintai subtugas."), field="unit")
    if all(case.bars(user) for user in _who_can(unit)):
        raise Refused(_("Di unit ini tidak ada petugas yang dapat mengerjakannya."), field="unit")
    if case.subtasks_asked >= MOST_SUBTASKS:
        raise Refused(_("Satu pengaduan mempunyai paling banyak sepuluh subtugas."))


def _who_can(unit: Unit) -> Any:
    return holders("complaints.handle_complaint", unit=unit)


def finish_subtask(part: Subtask, *, actor: Actor, at: dt.datetime, result: str) -> Logged:
    part.result, part.ended_at = result, at
    _on_the_case(part, "subtask_done", actor, at)
    tell_office(part.complaint, gettext_noop("Subtugas selesai: %(number)s"))
    return {}


def cancel_subtask(part: Subtask, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    part.ended_at = at
    _on_the_case(part, "subtask_cancelled", actor, at)
    return {"reason": reason}


def _on_the_case(part: Subtask, verb: str, actor: Actor, at: dt.datetime) -> None:
    case, data = part.complaint, {"unit": part.unit.name, "subtask": part.ordinal}
    record(f"complaints.complaint.{verb}", subject_key(case), actor=actor.upon(part), data=data, at=at)
