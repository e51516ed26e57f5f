"""What several forms of a complaint share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Position, User
from biroumum.workflow.forms import StepForm
from complaints.states import REASONS, Reason, State


def long_text(label: Any, *, required: Any, help_text: Any = "", rows: int = 6) -> forms.CharField:
    """A text area of up to 10,000 characters with its own sentence when it is left empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
    )


def reason_code(state: State, label: Any) -> forms.ChoiceField:
    """Why, from the state's own list; every step into such a state asks for it."""
    return forms.ChoiceField(
        label=label,
        choices=[(code, Reason(code).label) for code in REASONS[state]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih sebab")},
    )


class PositionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Position) -> str:  # type: ignore[override]
        return f"{obj.title}, {obj.unit}"


def officer_field() -> forms.ModelChoiceField:
    """Whom the complaint is about, among the people of the portal."""
    return forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("Petugas yang dilaporkan"),
        empty_label=_("Tidak ada"),
        help_text=_("Petugas ini tidak dapat melihat maupun menangani pengaduan."),
        required=False,
    )


class ReasonForm(StepForm):
    reason = long_text(_("Alasan"), required=_("Isi alasan"), rows=4)
