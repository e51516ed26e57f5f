"""Forms of the staff pages that are no step of the table."""

import uuid
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from biroumum.regions.models import Region
from biroumum.regions.queries import regencies
from biroumum.web.forms import DateField, PageForm, PhoneField
from complaints.forms.common import long_text
from complaints.models import Category
from complaints.services import Contact
from complaints.states import Kind, Visibility


class MessageForm(PageForm):
    text = long_text(_("Pesan untuk pelapor"), required=_("Isi pesan"), rows=3)


class IdentityForm(PageForm):
    reason = forms.CharField(
        label=_("Alasan membuka identitas"),
        help_text=_("Dicatat, dan dapat dibaca pelapor."),
        max_length=200,
        error_messages={"required": _("Isi alasan membuka identitas")},
    )


class NewCodeForm(PageForm):
    compared = forms.BooleanField(
        label=_("KTP orang di hadapan saya cocok dengan identitas pelapor"),
        error_messages={"required": _("Cocokkan KTP dengan identitas pelapor dahulu")},
    )
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Dicatat, dan dapat dibaca pelapor."),
        max_length=200,
        error_messages={"required": _("Isi alasan mengganti kode")},
    )


class DeskForm(PageForm):
    """The public form's questions on one page, for the officer at the desk."""

    submit_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(
        label=_("Jenis"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis pengaduan")},
    )
    title = forms.CharField(label=_("Perihal"), max_length=120, error_messages={"required": _("Isi perihal")})
    description = long_text(_("Apa yang terjadi?"), required=_("Isi apa yang terjadi"))
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=_("Kategori"),
        error_messages={"required": _("Pilih kategori")},
    )
    occurred_on = DateField(label=_("Tanggal kejadian"), required=False)
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Kabupaten atau kota"), required=False)
    place = forms.CharField(label=_("Tempat"), max_length=200, required=False)
    visibility = forms.ChoiceField(
        label=_("Siapa yang boleh tahu"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.CONFIDENTIAL,
        error_messages={"required": _("Pilih siapa yang boleh tahu")},
    )
    name = forms.CharField(label=_("Nama pelapor"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("Surel"), required=False, error_messages={"invalid": _("Isi surel seperti nama@contoh.id")}
    )
    phone = PhoneField(label=_("Telepon"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regencies()  # type: ignore[attr-defined]

    @property
    def about(self) -> list[BoundField]:
        return [self[name] for name in ("kind", "title", "description", "category", "visibility")]

    @property
    def where(self) -> list[BoundField]:
        return [self[name] for name in ("occurred_on", "region", "place")]

    @property
    def who(self) -> list[BoundField]:
        return [self[name] for name in ("name", "email", "phone")]

    def content(self) -> dict[str, Any]:
        names = ("kind", "title", "description", "category", "occurred_on", "region", "place", "visibility")
        return {name: self.cleaned_data[name] for name in names}

    def contact(self) -> Contact:
        return Contact(**{name: self.cleaned_data[name] for name in ("name", "email", "phone")})
