"""How forms behave: forgiving of what people type, specific in what they answer, inert whatever is pasted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

MONTHS = (
    "januari februari maret april mei juni juli agustus september oktober november desember".split(),
    "january february march april may june july august september october november december".split(),
)
# Control characters but tab and line end, halves of characters, marks that turn the direction.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

SENTENCES = {
    "max_length": _("Persingkat sampai %(limit_value)d huruf; sekarang %(show_value)d."),
    "invalid_choice": _("Pilih salah satu dari daftar"),
}


def plain_text(text: str) -> str:
    """The text without control characters, lone surrogates and marks that turn its direction; line ends as \\n."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class PageFormMixin:
    """Of every form a person fills in: text made inert before it is cleaned or shown again, own sentences for errors.

    A field that must be filled says so in its own words ("Isi perihal"); a test walks all forms for that.
    """

    use_required_attribute = False
    fields: dict[str, forms.Field]
    files: Any
    errors: Any
    add_error: Any

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(inert(data), *args, **kwargs)  # type: ignore[call-arg]
        for field in self.fields.values():
            for code, sentence in SENTENCES.items():
                if field.error_messages.get(code) == _djangos_own(field, code):
                    field.error_messages[code] = sentence

    def full_clean(self) -> None:
        """Files of a form that is shown again are chosen again: browsers do not keep them."""
        super().full_clean()  # type: ignore[misc]
        for name in self.files if self.errors else ():
            if name in self.fields and name not in self.errors:
                chosen = ", ".join(plain_text(file.name or "") for file in self.files.getlist(name))
                self.add_error(name, _("Pilih lagi berkas ini: %(files)s") % {"files": chosen})


def _djangos_own(field: forms.Field, code: str) -> Any:
    """Django's sentence for this fault, None where a validator brings it."""
    kinds = (kind.__dict__.get("default_error_messages", {}) for kind in type(field).__mro__)
    return next((messages[code] for messages in kinds if code in messages), None)


class PageForm(PageFormMixin, forms.Form):
    pass


def inert(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if data is None:
        return None
    if not isinstance(data, QueryDict):
        return {key: plain_text(value) if isinstance(value, str) else value for key, value in data.items()}
    copy = QueryDict(mutable=True)
    for key, values in data.lists():
        copy.setlist(key, [plain_text(value) if isinstance(value, str) else value for value in values])
    return copy


class DateField(forms.DateField):
    """A day as dd/mm/yyyy, yyyy-mm-dd or "24 November 2026"; shown by the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {}).setdefault("invalid", _("Isi tanggal seperti 24/11/2026"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            day = parse_date(value.strip()) or _spoken_date(value)
        except ValueError:
            day = None
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


def _spoken_date(text: str) -> dt.date | None:
    parts = re.split(r"[\s/.\-]+", text.strip().lower())
    if len(parts) != 3 or not parts[0].isdigit() or not parts[2].isdigit():
        return None
    for names in MONTHS:
        if parts[1] in names:
            parts[1] = str(names.index(parts[1]) + 1)
    return dt.date(int(parts[2]), int(parts[1]), int(parts[0])) if parts[1].isdigit() else None


class PhoneField(forms.CharField):
    """An Indonesian number in any usual writing, kept as +62…; other countries' as +… ."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        digits = re.sub(r"[\s().\-]", "", text)
        if not digits:
            return ""
        digits = (
            re.sub(r"^(?:0|62|\+620|\+62)", "+62", digits) if not re.match(r"^\+(?!62)", digits) else digits
        )
        if not re.fullmatch(r"\+\d{8,15}", digits):
            raise forms.ValidationError(_("Isi nomor telepon seperti 0812 3456 7890"), code="invalid")
        return digits


class RupiahField(forms.DecimalField):
    """Whole rupiah; "Rp 1.500.000" and "1500000" are the same."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        kwargs.setdefault("error_messages", {}).setdefault("invalid", _("Isi rupiah seperti 1.500.000"))
        super().__init__(decimal_places=0, min_value=0, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"(?i)^rp|[\s.]", "", value.strip())
        return super().to_python(value)
