"""Reports of complaints: rows for page, mail and files, each no more than its reader may see."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import User
from biroumum.accounts.queries import holders, units_of
from biroumum.reports.registry import Column, Params, Report
from complaints.models import Complaint
from complaints.states import ENDED

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
        "state": case.get_state_display(),
        "category": case.category.name,
        "unit": case.unit.name if case.unit else "",
        "received_at": case.received_at,
        "due_at": case.clock.due_at if case.clock else None,
        "late": (_("Ya"), "bad") if late else (_("Tidak"), "ok"),
    }


def rows_of(cases: Iterable[Complaint], now: dt.datetime) -> Iterator[dict[str, Any]]:
    return (as_row(case, now) for case in cases)


def due_soon(params: Params) -> Iterator[dict[str, Any]]:
    """Open cases of the reader's own offices that are late or due within two days, the most urgent first."""
    now = timezone.now()
    cases = (
        Complaint.objects.visible_to(params.user)
        .filter(unit__in=units_of(params.user))
        .overdue(now + dt.timedelta(days=2))
        .with_list_parts()
        .order_by("clock__due_at")
    )
    return rows_of(cases.iterator(), now)


def officers() -> Iterable[User]:
    return holders("complaints.handle_complaint")


def by_office(params: Params) -> Iterator[dict[str, Any]]:
    """One row per office: received, ended, on time and late. On time = ended on time ÷ (ended + open and late)."""
    now = timezone.now()
    start, end = _moment(params.since), _moment(params.until)
    ended = Q(state__in=ENDED, ended_at__gte=start, ended_at__lt=end)
    late_open = ~Q(state__in=ENDED) & Q(
        clock__due_at__lt=now, clock__stopped_at__isnull=True, clock__paused_at__isnull=True
    )
    rows = (
        Complaint.objects.visible_to(params.user)
        .order_by()
        .values(office=F("unit__name"))
        .annotate(
            received=Count("pk", filter=Q(received_at__gte=start, received_at__lt=end)),
            open=Count("pk", filter=~Q(state__in=ENDED)),
            ended=Count("pk", filter=ended),
            on_time=Count("pk", filter=ended & Q(clock__stopped_at__lte=F("clock__due_at"))),
            late=Count("pk", filter=late_open),
        )
        .order_by("office")
    )
    for row in rows:
        counted = row["ended"] + row["late"]
        share = round(100 * row["on_time"] / counted) if counted else None
        yield {**row, "office": row["office"] or _("Belum diteruskan"), "share": share}


def bureau_heads() -> Iterable[User]:
    return holders("complaints.view_complaint_reports")


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


DUE_SOON = Report(
    code="complaints-due",
    title=_("Pengaduan yang mendesak"),
    description=_("Pengaduan di unit Anda yang lewat waktu atau jatuh tempo dalam dua hari."),
    columns=COLUMNS,
    rows=due_soon,
    permission="complaints.handle_complaint",
    period="day",
    snapshot=True,
    recipients=officers,
    crontab="0 7 * * 1-5",
)
BY_OFFICE = Report(
    code="complaints-offices",
    title=_("Pengaduan per unit"),
    description=_(
        "Tepat waktu dihitung dari yang berakhir tepat waktu, dibagi yang berakhir dan yang terlambat berjalan."
    ),
    columns=(
        Column("office", _("Unit")),
        Column("received", _("Diterima"), "number"),
        Column("open", _("Berjalan"), "number"),
        Column("ended", _("Berakhir"), "number"),
        Column("on_time", _("Berakhir tepat waktu"), "number"),
        Column("late", _("Berjalan dan lewat waktu"), "number"),
        Column("share", _("Tepat waktu (%)"), "number"),
    ),
    rows=by_office,
    permission="complaints.view_complaint_reports",
    period="week",
    recipients=bureau_heads,
    crontab="30 7 * * 1",
    empty_mail=True,
)
