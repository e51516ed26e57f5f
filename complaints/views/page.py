"""What the page of a case shows. It asks only for kinds of things the case has, and of what grows the newest."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest
from biroumum.documents.queries import attachments_of
from biroumum.web.statements import Rows
from biroumum.web.subjects import subject_key
from biroumum.worktime.queries import clocks_told
from complaints.forms.staff import IdentityForm, MessageForm
from complaints.models import Complaint, Disposition, Message
from complaints.queries import INSPECT, parts_of
from complaints.services.unsealing import IDENTITY
from complaints.states import ASKING
from complaints.views.summary import drawn, facts
from complaints.workflow import COMPLAINT

MESSAGES = 20  # the newest
LINES, ALL = 5, 10_000  # of each clock's ledger: the newest, and when all are asked for
NEVER = 2**63 - 1  # a key no message has


def _messages(case: int, before: int) -> QuerySet[Any, Any]:
    shown = "id from_holder author__name text created_at".split()
    return (
        Message.objects.filter(complaint=case, pk__lt=before)
        .order_by("-id")
        .values_list(*shown)[: MESSAGES + 1]
    )


def _dispositions(case: int) -> QuerySet[Any, Any]:
    shown = "unit__name position__title assigned_at instruction".split()
    return Disposition.objects.filter(complaint=case).order_by("id").values_list(*shown)


messages_of, dispositions_of = Rows(_messages, -1, -2), Rows(_dispositions, -1)


def case_page(request: StaffRequest, case: Complaint, **more: Any) -> dict[str, Any]:
    there, lines = parts_of(case), ALL if "tenggat" in request.GET else LINES
    clocks = clocks_told(subject_key(case), lines)
    case.clock = next((clock for clock in clocks if clock.pk == case.clock_id), None)
    return {
        "case": case,
        "actor": Actor.staff(request.user),
        "workflow": COMPLAINT,
        "facts": drawn(facts(case, timezone.now())),
        "clocks": clocks,
        "lines": lines,
        "answers": case.answers.select_related("unit") if there.answers else (),
        "dispositions": dispositions_of(case.pk) if there.dispositions else (),
        "handovers": case.handovers.all() if there.handovers else (),
        "joined": joined(request, case) if case.duplicate_of_id or there.duplicates else (),
        "attachments": attachments_of(subject_key(case)) if there.files else (),
        "published": there.published,
        "has_reporter": there.reporter,
        "subtasks": case.subtasks.select_related("unit") if case.subtasks_asked else (),
        "may_ask_unit": case.state in ASKING and not case.is_whistle,
        "may_hold": case.is_ended and request.user.has_perm(case.keeping),
        "may_name": request.user.has_perm(case.naming),
        "hushed": IDENTITY if case.sealed and not request.user.has_perm(INSPECT) else (),
        "message_form": MessageForm(),
        "identity_form": IdentityForm(),
        **correspondence(request, case),
    } | more


def correspondence(request: StaffRequest, case: Complaint) -> dict[str, Any]:
    """The newest messages, oldest of them first; those before them behind a link that keeps its place."""
    asked = request.GET.get("pesan", "")
    found = messages_of(case.pk, min(int(asked), NEVER) if asked.isdecimal() else NEVER)
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
