"""What is asked of who records a request, and of who decides it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from biroumum.privacy.models import LegalBasis
from biroumum.privacy.registry import APPS
from biroumum.privacy.services import bases_on
from biroumum.web.forms import DateField, PageForm
from biroumum.workflow.forms import StepForm

NAMELESS = _("Jangan tulis nama, alamat, atau nomor orang: tulisan ini tetap ada sesudah datanya dihapus.")


SHORTEST = 3  # a shorter word is part of too many others


def reason_field(label: Any, missing: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, help_text=NAMELESS, max_length=500, widget=area, error_messages={"required": missing}
    )


class BasisField(forms.ModelChoiceField):
    def label_from_instance(self, obj: LegalBasis) -> str:  # type: ignore[override]
        return f"{gettext(obj.name)}: {gettext(obj.legal_basis)}"


class RequestForm(PageForm):
    number = forms.CharField(
        label=_("Nomor perkara"),
        help_text=_("Misalnya ADU-2026-000147."),
        max_length=20,
        error_messages={"required": _("Isi nomor perkara")},
    )
    received_on = DateField(
        label=_("Tanggal permohonan diterima"),
        help_text=_("Batas menjawab dihitung sejak tanggal ini. Kosongkan bila hari ini."),
        required=False,
    )
    basis = BasisField(
        LegalBasis.objects.none(),
        label=_("Dasar hukum"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih dasar hukum")},
    )
    whats = forms.MultipleChoiceField(
        label=_("Yang diminta dihapus"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih yang diminta dihapus")},
    )
    names = forms.CharField(
        label=_("Nama atau kata lain yang harus hilang"),
        help_text=_("Satu per baris, seperti tertulis dalam perkara. Disegel, dan dihapus bersama datanya."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    reason = reason_field(_("Apa yang diminta, dan bagaimana pemohon dikenali"), _("Isi apa yang diminta"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].queryset = bases_on(timezone.localdate())  # type: ignore[attr-defined]
        kinds = {what: label for app in APPS.values() for what, label in app.whats}
        self.fields["whats"].choices = list(kinds.items())  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()

    def clean_names(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        if short := [line for line in lines if len(line) < SHORTEST]:
            raise forms.ValidationError(_("Terlalu pendek untuk dicari: %(word)s") % {"word": short[0]})
        return "\n".join(lines)

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("Tanggal diterima tidak boleh sesudah hari ini"))
        return day


class DecisionForm(StepForm):
    reason = reason_field(_("Alasan"), _("Isi alasan"))
