"""People, offices, positions and assignments, as an administrator keeps them; nothing is deleted."""

import uuid

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.links import set_password_url
from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.accounts.roles import ROLES
from biroumum.audit.admin import AuditedAdmin, ReasonForm
from biroumum.audit.verbs import Verb, register_verbs
from biroumum.notifications.services import send_mail

register_verbs(
    {"invited": Verb(_("Diundang membuat kata sandi")), "factors_taken_off": Verb(_("Faktor kedua dilepas"))}
)


@admin.register(User)
class UserAdmin(AuditedAdmin):
    fields = ("name", "email", "nip", "language", "is_active")
    list_display = ("name", "email", "nip", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "email", "nip")
    actions = ("send_link", "take_factors_off")

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Nobody but the new person ever knows the password: a link to set it goes to their address."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            invite(obj)
            messages.info(request, _("Tautan untuk membuat kata sandi dikirim ke %s.") % obj.email)

    @admin.action(description=_("Kirim tautan untuk membuat kata sandi"), permissions=["change"])
    def send_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(is_active=True):
            invite(user)
            self.note(request, "invited", user)
        messages.info(request, _("Tautan dikirim."))

    @admin.action(description=_("Lepas faktor kedua (ponsel atau kunci hilang)"), permissions=["change"])
    def take_factors_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            Authenticator.objects.filter(user=user).delete()
            self.note(request, "factors_taken_off", user)
        messages.info(request, _("Faktor kedua dilepas. Orang itu memasang yang baru saat masuk lagi."))


def invite(user: User) -> None:
    words = {"name": user.name, "url": set_password_url(user)}
    send_mail(user.email, "set_password", words, key=f"account/{uuid.uuid4()}", language=user.language)


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    list_display = ("name", "code", "parent", "is_active")
    search_fields = ("name", "code")
    autocomplete_fields = ("parent",)


class PositionForm(ReasonForm):
    roles = forms.MultipleChoiceField(
        label=_("Peran"),
        choices=[(role.code, role.label) for role in ROLES.values()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Position)
class PositionAdmin(AuditedAdmin):
    form = PositionForm
    list_display = ("title", "unit", "is_head")
    list_filter = ("is_head",)
    search_fields = ("title", "unit__name")
    autocomplete_fields = ("unit",)


@admin.register(Assignment)
class AssignmentAdmin(AuditedAdmin):
    list_display = ("user", "position", "kind", "starts", "ends")
    list_filter = ("kind",)
    search_fields = ("user__name", "position__title", "position__unit__name")
    autocomplete_fields = ("user", "position")
