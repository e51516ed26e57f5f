"""Forms of subtasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Unit
from biroumum.web.forms import PageForm
from biroumum.workflow.forms import StepForm
from complaints.forms.common import ReasonForm, long_text


class AskUnitForm(PageForm):
    unit = forms.ModelChoiceField(
        Unit.objects.filter(is_active=True),
        label=_("Unit yang diminta"),
        empty_label=_("Pilih unit"),
        error_messages={"required": _("Pilih unit")},
    )
    text = forms.CharField(
        label=_("Apa yang diminta?"),
        help_text=_("Unit itu hanya membaca tulisan ini, bukan pengaduannya. Jangan sebut nama pelapor."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Isi apa yang diminta")},
    )


class FinishSubtaskForm(StepForm):
    result: Any = long_text(_("Hasil"), required=_("Isi hasilnya"))


class CancelSubtaskForm(ReasonForm):
    pass
