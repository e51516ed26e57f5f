"""When a report goes out, to whom, and the proof that it went out once in each period."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django_celery_beat.models import PeriodicTask

from biroumum.reports.registry import REPORTS


class Schedule(models.Model):
    """A report with its timer; the timer's crontab and switch are the administrator's."""

    code = models.CharField(_("laporan"), max_length=60, unique=True)
    timer = models.OneToOneField(PeriodicTask, models.PROTECT, related_name="report", editable=False)
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("jadwal laporan")
        verbose_name_plural = pgettext_lazy("banyak", "jadwal laporan")

    class Audit:
        public = ("id", "code", "timer", "created_at")

    def __str__(self) -> str:
        report = REPORTS.get(self.code)
        return str(report.title) if report else self.code


class Subscriber(models.Model):
    """Someone who gets the report by mail, as long as they may open it."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="subscribers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("penerima")
    )

    class Meta:
        verbose_name = _("pelanggan")
        verbose_name_plural = pgettext_lazy("banyak", "pelanggan")
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "user"],
                name="subscriber_once",
                violation_error_message=_("Penerima ini sudah ada."),
            )
        ]

    class Audit:
        public = ("id", "schedule")
        private = ("user",)

    def __str__(self) -> str:
        return str(self.user)


class ReportRun(models.Model):
    """The claim on one period, written in the transaction that writes the mails: both stand or neither."""

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="runs")
    period_key = models.CharField(
        _("masa"), max_length=10
    )  # "2026-11-24", "2026-W48" or "2026-11": when it was due
    ran_at = models.DateTimeField(_("waktu kirim"), default=timezone.now)
    mails = models.PositiveIntegerField(_("banyak surel"), default=0)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("pengiriman laporan")
        verbose_name_plural = _("pengiriman laporan")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "period_key"], name="reportrun_once_a_period")
        ]

    class Audit:
        public = ("id", "schedule", "period_key", "ran_at", "mails")

    def __str__(self) -> str:
        return f"{self.schedule} {self.period_key}"
