"""What the page of a case shows. It asks only for kinds of things the case has, and of what grows the newest."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest
from biroumum.documents.queries import attachments_of
from biroumum.regions.queries import full_name
from biroumum.web.subjects import subject_key
from biroumum.worktime.queries import clocks_told
from complaints.forms.staff import IdentityForm, MessageForm
from complaints.models import Complaint
from complaints.queries import parts_of
from complaints.services import deadlines
from complaints.services.details import answered
from complaints.services.words import received_words
from complaints.states import ASKING
from complaints.workflow import COMPLAINT

MESSAGES, LINES, ALL = (
    20,
    5,
    10_000,
)  # newest messages; lines of each clock's ledger, and when all are asked for


def case_page(request: StaffRequest, case: Complaint, **more: Any) -> dict[str, Any]:
    there, lines = parts_of(case.pk), ALL if "tenggat" in request.GET else LINES
    return {
        "case": case,
        "actor": Actor.staff(request.user),
        "workflow": COMPLAINT,
        "now": timezone.now(),
        "clocks": clocks_told(subject_key(case), lines),
        "lines": lines,
        "late": deadlines.filed_late(case.kind, case.occurred_on, case.received_at),
        "received": received_words(case),
        "entered_late": deadlines.entered_late(case),
        "answers": case.answers.select_related("unit") if there.answers else (),
        "dispositions": case.dispositions.select_related("unit", "position") if there.dispositions else (),
        "handovers": case.handovers.all() if there.handovers else (),
        "joined": joined(request, case) if case.duplicate_of_id or there.duplicates else (),
        "attachments": attachments_of(subject_key(case)),
        "place_name": full_name(case.region_id) if case.region_id else "",
        "published": there.published,
        "details": answered(case.category, case.details),
        "has_reporter": there.reporter,
        "subtasks": case.subtasks.select_related("unit") if case.subtasks_asked else (),
        "may_ask_unit": case.state in ASKING and not case.is_whistle,
        "may_name": request.user.has_perm(case.naming),
        "message_form": MessageForm(),
        "identity_form": IdentityForm(),
        **correspondence(request, case),
    } | more


def correspondence(request: StaffRequest, case: Complaint) -> dict[str, Any]:
    """The newest messages, oldest of them first; those before them behind a link that keeps its place."""
    asked = request.GET.get("pesan", "")
    rows = case.messages.filter(pk__lt=int(asked)) if asked.isdecimal() else case.messages.all()
    shown = "id from_holder author__name text created_at".split()
    found = list(rows.order_by("-id").values_list(*shown, named=True)[: MESSAGES + 1])
    said = found[:MESSAGES]
    return {
        "correspondence": said[::-1],
        "older": said[-1].id if len(found) > MESSAGES else None,
        "newest": asked.isdecimal(),
    }


def joined(request: StaffRequest, case: Complaint) -> QuerySet[Complaint]:
    """The original of this case and its duplicates, of those this reader may know of."""
    return Complaint.objects.visible_to(request.user).filter(
        Q(duplicate_of=case) | Q(pk=case.duplicate_of_id)
    )
