"""The columns of the staff list."""

import datetime as dt
from functools import cache
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from biroumum.web.tables import Column
from biroumum.web.templatetags.web import due, status, tanggal_pendek
from complaints.models import Category, Complaint
from complaints.states import TONES, State


def columns(now: dt.datetime) -> list[Column]:
    """Made for one page; what repeats on it, as states and categories do, is worded once."""
    still = _("berhenti")
    named = cache(_named)

    @cache
    def tag(state: str) -> str:
        return status(State(state).label, TONES.get(State(state), ""))

    def about(case: Complaint) -> str:
        line = '{}<br><small class="muted">{} · {}</small>'
        return format_html(line, case.title, named(case.category), tanggal_pendek(case.received_at))

    def limit(case: Complaint) -> Any:
        clock = case.clock
        if clock is None or case.is_ended or clock.stopped_at:
            return tanggal_pendek(clock.due_at) if clock else ""
        return still if clock.paused_at else due(clock.due_at, now)

    return [
        Column(_("Nomor"), _number),
        Column(_("Perihal"), about, told=False),
        Column(_("Keadaan"), lambda case: tag(case.state)),
        Column(_("Dipegang"), lambda case: case.unit.name if case.unit else "–"),
        Column(_("Batas"), limit),
    ]


def _named(category: Category) -> str:
    return str(category)


def _number(case: Complaint) -> str:
    return format_html('<a href="{}">{}</a>', case.get_absolute_url(), case.number)
