"""Figures of a month that is over, kept as they stood then: what was once published does not change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthlyFigures(models.Model):
    month = models.DateField(_("bulan"), unique=True)  # its first day
    figures = models.JSONField(_("angka"))  # as reports.public.count gives them
    counted_at = models.DateTimeField(_("dihitung pada"))

    class Meta:
        ordering = ["-month"]
        verbose_name = _("statistik bulanan")
        verbose_name_plural = _("statistik bulanan")
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="monthlyfigures_month_is_its_first")
        ]

    class Audit:
        public = ("id", "month", "figures", "counted_at")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
