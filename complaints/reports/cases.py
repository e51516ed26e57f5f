"""Reports that name cases: each row no more than its reader may see."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import User
from biroumum.accounts.queries import holders, units_of
from biroumum.reports.registry import Column, Params, Report
from biroumum.web.deadlines import due_words
from biroumum.worktime.calendar import working_days_between
from biroumum.worktime.queries import holidays_since, horizon
from complaints.models import Complaint
from complaints.queries import UNIT_REPORTS
from complaints.services.telling import HANDLE, RIGHTS, VERIFY

COLUMNS = (
    Column("number", _("Nomor"), "link"),
    Column("title", _("Perihal"), in_mail=False),
    Column("state", _("Keadaan"), "state"),
    Column("category", _("Kategori")),
    Column("unit", _("Dipegang oleh")),
    Column("received_at", _("Diterima"), "datetime"),
    Column("due_at", _("Batas"), "datetime"),
    Column("late", _("Lewat waktu"), "state"),
)


def as_row(case: Complaint, now: dt.datetime) -> dict[str, Any]:
    late = case.is_late(now)
    return {
        "number": (case.number, case.get_absolute_url()),
        "title": case.title,
        "state": (case.state_label, case.tone),
        "category": str(case.category),
        "unit": case.unit.name if case.unit else "",
        "received_at": case.received_at,
        "due_at": case.clock.due_at if case.clock else None,
        "late": (_("Ya"), "bad") if late else (_("Tidak"), "ok"),
    }


def rows_of(cases: Iterable[Complaint], now: dt.datetime) -> Iterator[dict[str, Any]]:
    return (as_row(case, now) for case in cases)


def due_soon(params: Params) -> Iterator[dict[str, Any]]:
    """Open cases that are late or due within two working days, most urgent first, where it is the reader's turn.

    Of a handler's own offices those the office has to act on; of who verifies or decides those that wait for that.
    """
    now = timezone.now()
    cases = Complaint.objects.for_reports().visible_to(params.user).filter(_turn_of(params.user))
    urgent = cases.overdue(now) | cases.due_within(now, horizon(now))
    for case in urgent.report_rows().order_by("clock__due_at", "pk").iterator():
        yield {**as_row(case, now), "standing": due_words(case.clock.due_at, now)}


def _turn_of(user: User) -> Q:
    mine = Q(state__in=[state for state, right in RIGHTS.items() if user.has_perm(right)])
    if user.has_perm(HANDLE):
        mine |= Q(unit__in=units_of(user)) & ~Q(state__in=RIGHTS)
    return mine


def longest_late(params: Params) -> Iterator[dict[str, Any]]:
    """Running cases past their deadline, the longest first, of those that the reader both answers for and may open."""
    now = timezone.now()
    named = Complaint.objects.counted_for(params.user) & Complaint.objects.for_reports().visible_to(
        params.user
    )
    cases = named.overdue(now).report_rows().order_by("clock__due_at", "pk")[: params.limit]
    holidays: frozenset[dt.date] | None = None
    for case in cases.iterator():
        due = timezone.localdate(case.clock.due_at)
        holidays = holidays_since(due) if holidays is None else holidays  # the first is the oldest
        days = working_days_between(due, timezone.localdate(now), holidays)
        yield {**as_row(case, now), "due_at": due, "days": days}


def who_work_on_cases() -> Iterable[User]:
    return holders(HANDLE) | holders(VERIFY)


DUE_SOON = Report(
    code="complaints-due",
    title=_("Pengaduan yang mendesak"),
    description=_(
        "Pengaduan yang menunggu Anda atau unit Anda, lewat waktu atau jatuh tempo dalam dua hari kerja."
    ),
    columns=(
        Column("number", _("Nomor"), "link"),
        Column("title", _("Perihal"), in_mail=False),
        Column("standing", _("Tenggat"), "state"),
        Column("due_at", _("Batas"), "datetime"),
        Column("state", _("Keadaan"), "state"),
        Column("category", _("Kategori")),
        Column("unit", _("Dipegang oleh")),
    ),
    rows=due_soon,
    permission="complaints.view_complaint",
    period="day",
    snapshot=True,
    recipients=who_work_on_cases,
    crontab="0 7 * * 1-5",
)
LONGEST_LATE = Report(
    code="complaints-late",
    title=_("Pengaduan paling lama lewat waktu"),
    description=_("Yang masih berjalan, mulai dari yang paling lama. Hanya yang boleh Anda buka."),
    columns=(
        Column("number", _("Nomor"), "link"),
        Column("title", _("Perihal"), in_mail=False),
        Column("unit", _("Dipegang oleh")),
        Column("state", _("Keadaan"), "state"),
        Column("due_at", _("Batas"), "date"),
        Column("days", _("Lewat (hari kerja)"), "number"),
    ),
    rows=longest_late,
    permission=UNIT_REPORTS,
    period="day",
    snapshot=True,
)
