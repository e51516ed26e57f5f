"""What whoever has filed, or follows a published case, is asked: number, code, message, mail address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.web.forms import PageForm
from complaints.forms.common import long_text

AS_PRINTED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class NumberForm(PageForm):
    number = forms.CharField(
        label=_("Nomor pengaduan"),
        help_text=_("Misalnya ADU-2026-000147."),
        max_length=40,
        error_messages={"required": _("Isi nomor pengaduan")},
        widget=forms.TextInput(attrs=AS_PRINTED),
    )

    def clean_number(self) -> str:
        return "".join(self.cleaned_data["number"].split()).upper()


class CodeForm(NumberForm):
    """Number and receipt code; what is wrong with them is never said apart. `limited`: too many tries."""

    limited = False

    code = forms.CharField(
        label=_("Kode"),
        help_text=_("16 huruf dan angka di tanda terima. Huruf kecil dan spasi tidak apa-apa."),
        max_length=60,
        error_messages={"required": _("Isi kode dari tanda terima")},
        widget=forms.TextInput(attrs=AS_PRINTED),
    )


class MessageForm(PageForm):
    text = long_text(
        _("Pesan untuk petugas"),
        required=_("Isi pesan untuk petugas"),
        help_text=_("Petugas yang menangani membacanya di portal."),
        rows=4,
    )


def mail_address(**about: Any) -> forms.EmailField:
    return forms.EmailField(
        **about,
        error_messages={"required": _("Isi alamat surel"), "invalid": _("Isi surel seperti nama@contoh.id")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class FollowForm(PageForm):
    email = mail_address(
        label=_("Alamat surel Anda"), help_text=_("Hanya untuk kabar tentang pengaduan ini.")
    )


class NewEmailForm(PageForm):
    email = mail_address(
        label=_("Alamat surel yang baru"), help_text=_("Kami mengirim tautan ke sana untuk memastikannya.")
    )


class EntryForm(NumberForm):
    """Number and the address given with the case; whether they fit is said in no way."""

    email = mail_address(label=_("Alamat surel"), help_text=_("Yang Anda tulis pada pengaduan itu."))
