from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.web.forms import PageForm


class SaveViewForm(PageForm):
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    name = forms.CharField(
        label=_("Nama tampilan"),
        help_text=_("Nama yang sudah Anda pakai menggantikan saringan lamanya."),
        max_length=80,
        error_messages={"required": _("Isi nama tampilan")},
    )
    shared = forms.BooleanField(
        label=_("Bagikan dengan unit saya"),
        help_text=_("Rekan seunit memakai saringannya; yang mereka lihat tetap menurut hak masing-masing."),
        required=False,
    )
