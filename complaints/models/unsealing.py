"""The two who open the identity of a whistle-blower: one asks, another agrees or does not."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint


class Unsealing(models.Model):
    """A request of one examiner and the decision of another. What was granted is good for one look of who asked."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="unsealings")
    reason = models.CharField(_("alasan"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("diminta oleh")
    )
    asked_at = models.DateTimeField(_("diminta pada"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("diputus oleh"),
    )
    decided_at = models.DateTimeField(_("diputus pada"), null=True, blank=True)
    granted = models.BooleanField(_("disetujui"), null=True, blank=True)
    decision = models.CharField(_("alasan keputusan"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("dibuka pada"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("permintaan membuka identitas")
        verbose_name_plural = _("permintaan membuka identitas")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(decided_at=None), name="unsealing_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, granted=None)
                | Q(decided_at__isnull=False, granted=False)  # by nobody: withdrawn
                | Q(decided_by__isnull=False, decided_at__isnull=False, granted__isnull=False),
                name="unsealing_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="unsealing_takes_two"
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(granted__isnull=False, granted=True),
                name="unsealing_opened_when_granted",
            ),
        ]

    class Audit:
        case = "complaint"
        public = "id complaint asked_by asked_at decided_by decided_at granted opened_at".split()
        private = ("reason", "decision")

    def __str__(self) -> str:
        return f"#{self.pk}"
