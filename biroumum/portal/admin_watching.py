"""The list of watched senders in the admin: what is typed is hashed at once and not shown again."""

import ipaddress
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from biroumum.audit.admin import AuditedAdmin, ReasonForm
from biroumum.web.forms import PhoneField
from biroumum.web.ratelimit import household
from complaints.models import WatchedSender
from complaints.services.watching import hash_sender

Kind = WatchedSender.Kind


def _network(value: str) -> str:
    try:
        return household(ipaddress.ip_address(value.strip()))
    except ValueError:
        raise ValidationError(_("Isi alamat jaringan seperti 203.0.113.7 atau 2001:db8::1")) from None


class WatchedForm(ReasonForm):
    value = forms.CharField(
        label=_("Surel, telepon, atau alamat jaringan"),
        help_text=_("Hanya sidik jarinya disimpan, jadi tidak dapat dibaca lagi."),
        max_length=254,
    )

    def clean(self) -> dict[str, Any] | None:
        """The value as the public form would give it back, hashed; one sender stands in the list once."""
        kind, value = self.cleaned_data.get("kind"), self.cleaned_data.get("value")
        if not kind or not value:
            return self.cleaned_data
        clean = {Kind.EMAIL: forms.EmailField().clean, Kind.PHONE: PhoneField().clean, Kind.ADDRESS: _network}
        try:
            self.instance.value_hash = hash_sender(kind, clean[kind](value))
        except ValidationError as error:
            self.add_error("value", error)
        else:
            if WatchedSender.objects.filter(value_hash=self.instance.value_hash).exists():
                self.add_error("value", _("Pengirim ini sudah ada dalam daftar"))
        return self.cleaned_data


@admin.register(WatchedSender)
class WatchedSenderAdmin(AuditedAdmin):
    list_display = ("__str__", "kind", "why", "until", "created_at")
    list_filter = ("kind",)

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Of a row that stands only reason and end may change."""
        return super().get_form(
            request, obj, *args, **kwargs | ({"form": ReasonForm if obj else WatchedForm})
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("kind",) if obj else ()
