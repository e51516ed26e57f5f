"""Whose turn it is: what stands on the work list of a person, and the numbers beside it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from biroumum.accounts.models import User
from biroumum.accounts.queries import units_of, units_where
from biroumum.web.paging import count_capped
from biroumum.web.templatetags.web import tanggal
from biroumum.workflow.worklist import Figure, WorkItem
from biroumum.worktime.queries import horizon
from complaints.models import Complaint, DeadlineWarning, Subtask
from complaints.queries import ALL_REPORTS, INSPECT, UNIT_REPORTS, held_by
from complaints.services import telling
from complaints.services.deadlines import unanswered
from complaints.states import Kind, State, SubtaskState
from complaints.workflow import COMPLAINT

Level = DeadlineWarning.Level
HANDLING = telling.HANDLE
# Whose turn it is, and what to call it on the work list.
TURNS = {
    state: (telling.RIGHTS.get(state, HANDLING), label)
    for state, label in {
        State.RECEIVED: _("Verifikasi"),
        State.VERIFIED: _("Disposisi"),
        State.REOPENED: _("Disposisi"),
        State.ASSIGNED: _("Mulai tangani"),
        State.IN_PROGRESS: _("Tanggapi"),
        State.SCHEDULED: _("Tanggapi"),
        State.AWAITING_REPORTER: _("Lanjutkan"),
        State.REOPEN_REQUESTED: _("Putuskan"),
    }.items()
}
SHOWN = 50


def work(user: User) -> Iterator[WorkItem]:
    """The most urgent cases that wait for this person: by right for verifiers, by position for officers."""
    mine = Q(pk__in=[])
    for state, (permission, _label) in TURNS.items():
        here = unanswered(timezone.now()) if state == State.AWAITING_REPORTER else Q(state=state)
        if user.has_perm(permission):
            mine |= here & (held_by(user) if permission == HANDLING else Q())
        if user.has_perm(INSPECT):
            mine |= here & Q(kind=Kind.WHISTLE)
    warned = DeadlineWarning.objects.filter(clock=OuterRef("clock")).order_by("-level").values("level")
    cases = Complaint.objects.visible_to(user).filter(mine | escalated_to(user))
    cases = cases.annotate(warned=Subquery(warned[:1]))
    for case in cases.with_list_parts().order_by("clock__due_at", "pk")[:SHOWN]:
        permission, label = turn_of(case)
        yield WorkItem(
            due_at=case.clock.due_at if case.clock and case.clock.is_running else None,
            number=case.number,
            title=case.title,
            url=case.get_absolute_url(),
            action_label=str(label) if user.has_perm(permission) else gettext("Lihat"),
            service=gettext("Pengaduan"),
            note=note_on(case),
        )


def turn_of(case: Complaint) -> tuple[str, Any]:
    """The right to act on it now, and what to call the act."""
    permission, label = TURNS[State(case.state)]
    if not case.is_whistle:
        return permission, label
    inspect = COMPLAINT["inspect"]
    return INSPECT, inspect.label if case.state in inspect.sources else label


def note_on(case: Any) -> str:
    """What a row of the work list says beside the deadline: a silent reporter, the day of the work, who was warned."""
    words = [str(Level(case.warned).label)] if case.warned else []
    if case.state == State.AWAITING_REPORTER:
        words.insert(0, gettext("Tanpa balasan pelapor"))
    if case.state == State.SCHEDULED:
        words.insert(0, gettext("Dijadwalkan %(date)s") % {"date": tanggal(case.scheduled_for)})
    return " · ".join(words)


def escalated_to(user: User) -> Q:
    """Late cases a head was told of: the bureau's all that went so far, another's those of their own offices."""
    late = Q(state__in=TURNS, clock__stopped_at=None, clock__paused_at=None)
    if user.has_perm(ALL_REPORTS):
        return late & Q(clock__in=DeadlineWarning.objects.filter(level=Level.BUREAU).values("clock"))
    if not user.has_perm(UNIT_REPORTS):
        return Q(pk__in=[])
    told = DeadlineWarning.objects.filter(level=Level.LATE).values("clock")
    theirs = Q(unit__in=units_where(user, UNIT_REPORTS)) & ~Q(state__in=telling.RIGHTS)
    return late & theirs & Q(clock__in=told)


def figures(user: User, now: dt.datetime) -> list[Figure]:
    """At most four numbers for the work list, each with the list it counts."""
    if not user.has_perm("complaints.view_complaint"):
        return []
    seen, address = Complaint.objects.visible_to(user), reverse("complaints:list")
    counted = (
        (seen.open(), "?progress=open", gettext("pengaduan berjalan")),
        (seen.due_within(now, horizon(now)), "?progress=soon", gettext("jatuh tempo ≤ 2 hari kerja")),
        (seen.overdue(now), "?progress=late", gettext("lewat waktu")),
        (seen.filter(state=State.AWAITING_REPORTER), "?state=awaiting_reporter", gettext("menunggu pelapor")),
    )
    return [
        {"value": count_capped(rows), "url": address + query, "label": label}
        for rows, query, label in counted
    ]


def subtask_work(user: User) -> Iterator[WorkItem]:
    """What other units have asked this person's unit for; of the case itself it says nothing."""
    if not user.has_perm(HANDLING):
        return
    parts = Subtask.objects.visible_to(user).filter(state=SubtaskState.OPEN, unit__in=units_of(user))
    for part in parts.select_related("complaint", "asked_by")[:SHOWN]:
        yield WorkItem(
            due_at=None,
            number=str(part),
            title=part.text[:80],
            url=part.get_absolute_url(),
            action_label=gettext("Kerjakan"),
            service=gettext("Subtugas"),
        )
