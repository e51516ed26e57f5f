"""Reference tables in the admin: days off, limits of time, sectors and their questions, keys of other systems."""

import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from biroumum.audit.admin import AuditedAdmin
from biroumum.privacy.models import LegalBasis
from biroumum.worktime.models import Holiday, TimeLimit
from biroumum.worktime.services import retime_open
from complaints.models import AnswerTemplate, ApiKey, ArchiveRule, Category, Question, RoutingRule
from complaints.services import hash_api_key


@admin.register(Holiday)
class HolidayAdmin(AuditedAdmin):
    list_display = ("date", "name", "kind", "decree", "estimated")
    list_filter = ("kind", "estimated")
    date_hierarchy = "date"

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """A day off more or less moves the deadlines that run, each with its old one and the reason kept."""
        super().save_model(request, obj, form, change)
        retime_open(reason=f"Hari libur {obj}: {form.cleaned_data['reason']}")


@admin.register(TimeLimit)
class TimeLimitAdmin(AuditedAdmin):
    list_display = ("code", "name", "length", "legal_basis", "verified", "valid_from", "valid_until")
    list_filter = ("verified", "unit")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a clock was started under stays; a change is a new row from a day of its own."""
        return TimeLimit.fixed if obj and obj.is_in_use else ()


@admin.register(ArchiveRule)
class ArchiveRuleAdmin(AuditedAdmin):
    list_display = ("__str__", "legal_basis", "verified", "valid_from", "valid_until")
    list_filter = ("verified", "fate")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """As of a limit: what a case was destroyed or kept under stays."""
        return ArchiveRule.fixed if obj and obj.is_in_use else ()


@admin.register(LegalBasis)
class LegalBasisAdmin(AuditedAdmin):
    list_display = ("name", "code", "legal_basis", "verified", "valid_from", "valid_until")
    list_filter = ("verified",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a request rests on stays as it was."""
        return LegalBasis.fixed if obj and obj.is_in_use else ()


@admin.register(Category)
class CategoryAdmin(AuditedAdmin):
    list_display = ("name", "code", "is_active")
    prepopulated_fields = {"code": ("name",)}


@admin.register(Question)
class QuestionAdmin(AuditedAdmin):
    list_display = ("label", "category", "datatype", "required", "is_active")
    list_filter = ("category", "is_active")


@admin.register(ApiKey)
class ApiKeyAdmin(AuditedAdmin):
    list_display = ("name", "contact", "is_active", "created_at")

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """A new system's key is shown this once; who loses it gets a new line here."""
        if not change:
            key = secrets.token_urlsafe(24)
            obj.key_hash = hash_api_key(key)
            messages.warning(request, _("Kunci untuk %(name)s: %(key)s") % {"name": obj.name, "key": key})
        super().save_model(request, obj, form, change)


@admin.register(RoutingRule)
class RoutingRuleAdmin(AuditedAdmin):
    list_display = ("order", "name", "category", "words", "unit", "position", "is_active")
    list_display_links = ("name",)
    list_filter = ("is_active", "category")
    raw_id_fields = ("region",)


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(AuditedAdmin):
    list_display = ("name", "category", "is_active")
    list_filter = ("is_active", "category")
