"""What was taken out of an ended case when its time was over, and what keeps it from being taken out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.states import Retained


class Erasure(models.Model):
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="erasures", db_index=False)
    what = models.CharField(_("yang dihapus"), max_length=8, choices=Retained.choices)
    erased_at = models.DateTimeField(
        _("pada")
    )  # of a case that was opened again and ended again, the last time

    class Meta:
        verbose_name = _("penghapusan data pribadi")
        verbose_name_plural = _("penghapusan data pribadi")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "what"], name="erasure_once"),
            models.CheckConstraint(condition=Q(what__in=Retained.values), name="erasure_what_known"),
        ]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "what", "erased_at")

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.what}"


class Hold(models.Model):
    """Nothing of this case goes, however old it is: it is in court, audited, or asked for by an Ombudsman."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="holds", db_index=False)
    reason = models.CharField(_("alasan"), max_length=500)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("ditahan oleh"), related_name="+"
    )  # none: placed when this portal learnt of holds, for a case that was in court
    placed_at = models.DateTimeField(_("sejak"))
    lifted_at = models.DateTimeField(_("dicabut pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("penahanan")
        verbose_name_plural = _("penahanan")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(lifted_at=None), name="hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_at__gte=models.F("placed_at")),
                name="hold_lifted_after_it_began",
            ),
        ]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "placed_by", "placed_at", "lifted_at")
        private = ("reason",)

    def __str__(self) -> str:
        return f"#{self.complaint_id}"
