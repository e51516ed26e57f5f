"""One order for several chosen cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Position, Unit
from biroumum.accounts.queries import positions_for
from biroumum.web.forms import PageForm
from complaints.forms.handling import PositionField


class TogetherForm(PageForm):
    unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label=_("Unit"),
        empty_label=_("Pilih unit"),
        error_messages={"required": _("Pilih unit")},
    )
    position = PositionField(
        Position.objects.none(),
        label=_("Petugas"),
        help_text=_("Kosongkan bila kepala unit yang membagi tugas."),
        required=False,
    )
    instruction = forms.CharField(
        label=_("Petunjuk"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions_for("complaints.handle_complaint")  # type: ignore[attr-defined]
