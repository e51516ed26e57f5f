"""Reference tables in the admin: days off, limits of time, sectors."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from biroumum.audit.admin import AuditedAdmin
from biroumum.worktime.models import Holiday, TimeLimit
from biroumum.worktime.services import retime_open
from complaints.models import Category


@admin.register(Holiday)
class HolidayAdmin(AuditedAdmin):
    list_display = ("date", "name", "kind", "decree", "estimated")
    list_filter = ("kind", "estimated")
    date_hierarchy = "date"

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """A day off more or less moves the deadlines that run, each with its old one and the reason kept."""
        super().save_model(request, obj, form, change)
        retime_open(
            reason=_("Hari libur %(day)s: %(reason)s") % {"day": obj, "reason": form.cleaned_data["reason"]}
        )


@admin.register(TimeLimit)
class TimeLimitAdmin(AuditedAdmin):
    list_display = ("code", "name", "length", "legal_basis", "verified", "valid_from", "valid_until")
    list_filter = ("verified", "unit")


@admin.register(Category)
class CategoryAdmin(AuditedAdmin):
    list_display = ("name", "code", "is_active")
    prepopulated_fields = {"code": ("name",)}
