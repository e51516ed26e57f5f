"""Holds: while one is in force nothing is taken out of a case, whatever its time says."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, Hold

IN_COURT = gettext_noop("Sedang diperiksa pengadilan.")


@transaction.atomic
def hold(case: Complaint, *, actor: Actor, reason: str, at: dt.datetime | None = None) -> Hold:
    """From now on nothing goes; whoever takes data out at this moment is waited for. Raises Forbidden, Refused."""
    case = _locked(case, actor)
    if held(case):
        raise Refused(_("Data pengaduan ini sudah ditahan."))
    return place(case, actor=actor, reason=reason, at=at or timezone.now())


@transaction.atomic
def lift_hold(case: Complaint, *, actor: Actor, reason: str, at: dt.datetime | None = None) -> None:
    """The case's times count again, also those that passed meanwhile. Raises Forbidden, Refused."""
    case, at = _locked(case, actor), at or timezone.now()
    if not Hold.objects.filter(complaint=case, lifted_at=None).update(lifted_at=at):
        raise Refused(_("Data pengaduan ini tidak ditahan."))
    told = {"reason": reason}
    record("complaints.complaint.lift_hold", subject_key(case), actor=actor, data=told, at=at)


def held(case: Complaint) -> Hold | None:
    return Hold.objects.filter(complaint=case, lifted_at=None).select_related("placed_by").first()


def place(case: Complaint, *, actor: Actor, reason: str, at: dt.datetime) -> Hold:
    """For who has locked the case and knows that it is not held."""
    placed = Hold.objects.create(complaint=case, reason=reason, placed_by=actor.user, placed_at=at)
    record("complaints.complaint.hold", subject_key(case), actor=actor, data={"reason": reason}, at=at)
    return placed


def _locked(case: Complaint, actor: Actor) -> Complaint:
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not actor.has_perm(case.keeping) or case.bars(actor.person):
        raise Forbidden(f"holding needs {case.keeping}, and no part in the case")
    return case
