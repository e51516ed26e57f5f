"""What was taken out of an ended case when its time was over. The case itself stays."""

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
