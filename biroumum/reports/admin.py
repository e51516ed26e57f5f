"""When reports go out and to whom, and the timers of all other tasks. Which there are is said in code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_celery_beat import validators
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from django_celery_beat.tzcrontab import TzAwareCrontab

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.audit.admin import AuditedAdmin, ReasonForm
from biroumum.audit.services import record
from biroumum.reports.models import Schedule, Subscriber
from biroumum.reports.services import set_timer
from biroumum.web.schedules import CRONTAB, label_of
from biroumum.web.subjects import subject_key


class ScheduleForm(ReasonForm):
    """The timer's five fields, as one writes them in a crontab."""

    enabled = forms.BooleanField(label=_("Aktif"), required=False)
    minute = forms.CharField(label=_("Menit"), help_text="0–59", validators=[validators.minute_validator])
    hour = forms.CharField(label=_("Jam"), help_text="0–23", validators=[validators.hour_validator])
    day_of_month = forms.CharField(
        label=_("Tanggal"), help_text=_("1–31, * untuk semua"), validators=[validators.day_of_month_validator]
    )
    month_of_year = forms.CharField(
        label=_("Bulan"), help_text=_("1–12, * untuk semua"), validators=[validators.month_of_year_validator]
    )
    day_of_week = forms.CharField(
        label=_("Hari"),
        help_text=_("0–6, Minggu adalah 0, * untuk semua; 1-5 hari kerja"),
        validators=[validators.day_of_week_validator],
    )

    class Meta:
        model = Schedule
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        timer = self.instance.timer
        self.initial["enabled"] = timer.enabled
        self.initial.update({name: getattr(timer.crontab, name, "*") for name in CRONTAB})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        times = {name: cleaned[name] for name in CRONTAB if name in cleaned}
        if len(times) == len(CRONTAB):
            try:
                TzAwareCrontab(**times)
            except ValueError as fault:
                raise forms.ValidationError(_("Jadwal ini tidak pernah terjadi: %s") % fault) from fault
        return cleaned


class SubscriberInline(admin.TabularInline):
    model = Subscriber
    extra = 1

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, queryset=User.objects.filter(is_active=True), **kwargs
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A subscription is no history, and its end is in the log."""
        return self.has_change_permission(request, obj)


@admin.register(Schedule)
class ScheduleAdmin(AuditedAdmin):
    form = ScheduleForm
    inlines = [SubscriberInline]
    list_display = ["__str__", "times", "enabled"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        return super().get_queryset(request).select_related("timer__crontab")

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        times = " ".join(form.cleaned_data[name].replace(" ", "") for name in CRONTAB)
        set_timer(obj, crontab=times, enabled=form.cleaned_data["enabled"], actor=Actor.staff(request.user))  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("waktu"))
    def times(self, schedule: Schedule) -> str:
        return " ".join(getattr(schedule.timer.crontab, name) for name in CRONTAB)

    @admin.display(description=_("aktif"), boolean=True)
    def enabled(self, schedule: Schedule) -> bool:
        return schedule.timer.enabled


@admin.register(PeriodicTask)
class TimerAdmin(AuditedAdmin):
    """Times and switch of what runs by itself; reports have theirs above, where their readers stand too."""

    fields = ["label", "job", "enabled", "interval", "crontab"]
    readonly_fields = ["label", "job"]
    list_display = ["label", "times", "enabled", "last_run_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        return super().get_queryset(request).filter(report=None).select_related("interval", "crontab")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["subtitle"] = self.label(kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("pekerjaan"), ordering="name")
    def label(self, timer: PeriodicTask) -> str:
        return label_of(timer.name)

    @admin.display(description=_("tugas"))
    def job(self, timer: PeriodicTask) -> str:
        return timer.task

    @admin.display(description=_("waktu"))
    def times(self, timer: PeriodicTask) -> str:
        return str(timer.scheduler)

    def note(self, request: HttpRequest, verb: str, obj: Any) -> None:
        """The table itself is not captured, since beat writes its last run there; so the event says it."""
        data = {"enabled": obj.enabled, "times": str(obj.scheduler)}
        record(verb, subject_key(obj), actor=Actor.staff(request.user), data=data)  # type: ignore[arg-type]


@admin.register(CrontabSchedule)
class CrontabAdmin(AuditedAdmin):
    fields = [*CRONTAB, "timezone"]


@admin.register(IntervalSchedule)
class IntervalAdmin(AuditedAdmin):
    fields = ["every", "period"]
