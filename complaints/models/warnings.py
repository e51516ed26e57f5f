"""Who was warned of a deadline, and when: one row for each clock and level, so nobody is told twice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint


class DeadlineWarning(models.Model):
    class Level(models.IntegerChoices):
        SOON = 1, _("Batas segera tiba")
        LATE = 2, _("Lewat batas: kepala unit diberi tahu")
        BUREAU = 3, _("Lewat batas: Kepala Biro diberi tahu")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+")
    clock = models.ForeignKey("worktime.Clock", models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField(_("tingkat"), choices=Level.choices)
    warned_at = models.DateTimeField(_("pada"))

    class Meta:
        verbose_name = _("peringatan batas waktu")
        verbose_name_plural = _("peringatan batas waktu")
        constraints = [
            models.UniqueConstraint(fields=["clock", "level"], name="warning_once"),
            models.CheckConstraint(condition=Q(level__in=(1, 2, 3)), name="warning_level_known"),
        ]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "clock", "level", "warned_at")

    def __str__(self) -> str:
        return f"#{self.clock_id}/{self.level}"
