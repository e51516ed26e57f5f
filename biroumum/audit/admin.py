"""The base of reference tables in the admin: one transaction, a reason, an entry in the log, no deletion."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.web import context
from biroumum.web.forms import plain_text
from biroumum.web.subjects import subject_key


class ReasonForm(forms.ModelForm):
    """A form of its own for such a table extends this one."""

    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Misalnya nomor surat keputusan. Dicatat bersama perubahan ini."),
        max_length=500,
    )


class AuditedAdmin(admin.ModelAdmin):
    form = ReasonForm

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:  # type: ignore[override]
        return [name for name in super().get_fields(request, obj) if name != "reason"] + ["reason"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with context.bind(reason=plain_text(request.POST.get("reason", ""))[:500]):
            return super().changeform_view(request, *args, **kwargs)

    @method_decorator(transaction.atomic)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django gives actions no transaction of their own."""
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.note(request, "changed" if change else "added", obj)

    def note(self, request: HttpRequest, verb: str, obj: Model) -> None:
        record(verb, subject_key(obj), actor=Actor.staff(request.user))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
