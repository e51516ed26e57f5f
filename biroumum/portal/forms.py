"""Forms of pages that belong to no single service."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Position, User
from biroumum.portal.stand_ins import candidates, positions_to_cover
from biroumum.web.forms import DateField, PageForm


class PositionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Position) -> str:  # type: ignore[override]
        return f"{obj.title}, {obj.unit}"


class StandInForm(PageForm):
    position = PositionField(
        Position.objects.none(),
        label=_("Jabatan yang digantikan"),
        empty_label=_("Pilih jabatan"),
        error_messages={"required": _("Pilih jabatan yang digantikan")},
    )
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Pengganti"),
        empty_label=_("Pilih orangnya"),
        help_text=_("Ia melihat dan dapat mengerjakan semua tugas jabatan itu, juga yang rahasia."),
        error_messages={"required": _("Pilih pengganti")},
    )
    starts = DateField(label=_("Sejak"), error_messages={"required": _("Isi hari pertama")})
    last = DateField(label=_("Sampai dengan"), error_messages={"required": _("Isi hari terakhir")})

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions_to_cover(owner)  # type: ignore[attr-defined]
        self.fields["user"].queryset = candidates()  # type: ignore[attr-defined]

    def clean_starts(self) -> dt.date:
        day: dt.date = self.cleaned_data["starts"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Pilih hari ini atau sesudahnya"))
        return day

    def clean_last(self) -> dt.date:
        day: dt.date = self.cleaned_data["last"]
        if day < self.cleaned_data.get("starts", day):
            raise forms.ValidationError(_("Pilih hari yang tidak mendahului hari pertama"))
        return day
