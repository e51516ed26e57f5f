"""What stands below the work list of who leads an office: how each office stands, and its most urgent cases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from biroumum.accounts.models import User
from biroumum.accounts.queries import units_where
from biroumum.web.tables import Column, table
from complaints.models import Complaint
from complaints.queries import RUNNING, UNIT_REPORTS
from complaints.reports.figures import standing
from complaints.views.listing import columns

URGENT = 10


def tables(user: User, now: dt.datetime) -> list[SafeString]:
    """Nothing for who leads no office; of a single one the figures beside the work list say enough."""
    if not user.has_perm(UNIT_REPORTS):
        return []
    offices = standing(user, now)
    led = Complaint.objects.visible_to(user).filter(unit__in=units_where(user, UNIT_REPORTS))
    ticking = led.filter(RUNNING, clock__paused_at=None).list_rows()
    urgent = list(ticking.order_by("clock__due_at", "pk")[:URGENT])
    shown = []
    if len(offices) > 1:
        shown.append(table(_("Pengaduan menurut kantor"), OFFICES, offices))
    if urgent:
        shown.append(table(_("Pengaduan di kantor Anda, yang paling mendesak"), columns(now), urgent))
    return shown


def _counted(progress: str) -> Callable[[dict[str, Any]], Any]:
    def cell(row: dict[str, Any]) -> Any:
        number, url = row[progress]
        return format_html('<a href="{}">{}</a>', url, number) if number else number

    return cell


OFFICES = [
    Column(gettext_lazy("Kantor"), lambda row: row["name"]),
    Column(gettext_lazy("Berjalan"), _counted("open"), number=True),
    Column(gettext_lazy("Jatuh tempo"), _counted("soon"), number=True),
    Column(gettext_lazy("Lewat waktu"), _counted("late"), number=True),
]
