"""Forms of the steps that belong to the holder of the code, and of the rating that follows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.web.forms import PageForm
from biroumum.workflow.forms import StepForm
from complaints.forms.common import long_text
from complaints.states import RATINGS


class ReplyForm(StepForm):
    text = long_text(_("Jawaban Anda"), required=_("Isi jawaban Anda"))


class TakeBackForm(StepForm):
    reason = forms.CharField(
        label=_("Alasan"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ObjectionForm(StepForm):
    reason = long_text(
        _("Mengapa Anda tidak setuju?"),
        required=_("Isi alasan Anda tidak setuju"),
        help_text=_("Petugas lain yang memutus, bukan yang menjawab."),
    )


def rating_field(*, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Seberapa puas Anda?"),
        choices=RATINGS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": _("Pilih seberapa puas Anda")},
    )


def comment_field() -> forms.CharField:
    return forms.CharField(
        label=_("Alasan"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AcceptForm(StepForm):
    rating = rating_field(required=False)
    comment = comment_field()


class RateForm(PageForm):
    """For an answer whose silence closed the case, or that was accepted without a word."""

    rating = rating_field(required=True)
    comment = comment_field()
