"""The columns of the staff list."""

import datetime as dt
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from biroumum.web.addresses import address
from biroumum.web.tables import Column, markup
from biroumum.web.templatetags.web import due, status, tanggal_pendek
from complaints.filters import CATEGORIES, UNITS
from complaints.states import ENDED, TONES, State


def columns(now: dt.datetime, *, choosing: bool = False) -> list[Column]:
    """For rows of `ComplaintQuerySet.list_rows`. Made for one page; what repeats on it is worded once."""
    still = _("berhenti")
    category, unit = cache(CATEGORIES.of), cache(UNITS.of)

    @cache
    def tag(state: str, held: bool) -> str:
        known = status(State(state).label, TONES.get(State(state), ""))
        return known + status(_("perlu diperiksa"), "warn") if held else known

    def about(case: Any) -> str:
        line = '{}<br><small class="muted">{} · {}</small>'
        return markup(line, case.title, category(case.category_id), tanggal_pendek(case.received_at))

    def limit(case: Any) -> Any:
        due_at = case.clock__due_at
        if due_at is None or case.state in ENDED or case.clock__stopped_at:
            return tanggal_pendek(due_at)
        return still if case.clock__paused_at else due(due_at, now)

    return [
        Column(_("Nomor"), _chosen if choosing else _number),
        Column(_("Perihal"), about, told=False),
        Column(_("Keadaan"), lambda case: tag(case.state, _is_held(case))),
        Column(_("Dipegang"), lambda case: unit(case.unit_id) if case.unit_id else "–"),
        Column(_("Batas"), limit),
    ]


def _is_held(case: Any) -> bool:
    return case.state == State.RECEIVED and (case.untested or case.watched_id is not None)


def _number(case: Any) -> str:
    return markup('<a href="{}">{}</a>', address("complaints:detail", case.id), case.number)


def _chosen(case: Any) -> str:
    box = '<input class="form-check-input" type="checkbox" name="pilih" value="{}">'
    told = markup('<span class="visually-hidden">{} {}</span>', _("Pilih"), case.number)
    return markup("<label>{}{}</label> {}", markup(box, case.id), told, _number(case))
