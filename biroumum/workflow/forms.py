"""Forms of steps: they know the case and who acts on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.actors import Actor
from biroumum.web.forms import PageForm
from biroumum.workflow.engine import Refused, Transition


class StepForm(PageForm):
    """The base of every step's form; a step without fields uses it as it is."""

    def __init__(self, *args: Any, case: Model, actor: Actor, **kwargs: Any) -> None:
        self.case, self.actor = case, actor
        super().__init__(*args, **kwargs)


class WithReason(forms.Form):
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Dicatat bersama langkah ini."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Isi alasan")},
    )


def form_of(step: Transition) -> Callable[..., forms.BaseForm]:
    """The step's form; before what cannot be undone it asks for a reason, unless it does so by itself."""
    form: Any = step.form or StepForm
    if step.confirm and "reason" not in form.base_fields:
        return type(form)(form.__name__, (WithReason, form), {})
    return form


def explain(form: forms.BaseForm, refused: Refused) -> None:
    """Say a guard's sentence at the field it is about, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
