"""The filter of a report's page: the days it is about, and the report's own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import User
from biroumum.reports.periods import DAY, first_day
from biroumum.reports.registry import Params, Report
from biroumum.web.forms import DateField, PageForm


class DaysForm(PageForm):
    since = DateField(label=_("Dari tanggal"), required=False)
    until = DateField(label=_("Sampai tanggal"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("Pilih tanggal akhir yang tidak mendahului tanggal awal."))
        return cleaned


def filter_form(report: Report, data: Mapping[str, Any]) -> PageForm:
    """Days from the start of this period till today, unless the address says otherwise."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    days = {"since": first_day(report.period, today).isoformat(), "until": today.isoformat()}
    bases: tuple[type[forms.Form], ...] = (
        *([report.form] if report.form else []),
        PageForm if report.snapshot else DaysForm,
    )
    form: PageForm = type("FilterForm", bases, {})(
        {**days, **{key: text for key, text in data.items() if text}}
    )
    return form


def params_from(form: PageForm, user: User) -> Params:
    """What a valid form asks for; without days it is about today."""
    values = dict(form.cleaned_data)
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    since, until = values.pop("since", today), values.pop("until", today)
    return Params(user, since, until + DAY, values)
