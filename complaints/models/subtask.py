"""A part of a case that another unit is asked for. It belongs to a case and never to another subtask."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from biroumum.web.addresses import address
from complaints.models.case import Complaint
from complaints.models.case_rules import MOST_SUBTASKS
from complaints.queries import SubtaskQuerySet
from complaints.states import SUBTASK_TONES, SubtaskState


class Subtask(models.Model):
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="subtasks", db_index=False)
    ordinal = models.PositiveSmallIntegerField(_("urutan"))
    state = models.CharField(_("keadaan"), max_length=12, choices=SubtaskState.choices)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    text = models.TextField(_("yang diminta"), max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("diminta oleh"), related_name="+"
    )
    asked_at = models.DateTimeField(_("diminta pada"))
    result = models.TextField(_("hasil"), max_length=10_000, blank=True)
    ended_at = models.DateTimeField(_("berakhir pada"), null=True, blank=True)

    objects = SubtaskQuerySet.as_manager()

    class Meta:
        ordering = ["complaint", "ordinal"]
        verbose_name = _("subtugas")
        verbose_name_plural = _("subtugas")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "ordinal"], name="subtask_ordinal_once"),
            models.CheckConstraint(
                condition=Q(ordinal__range=(1, MOST_SUBTASKS)), name="subtask_at_most_ten"
            ),
            models.CheckConstraint(condition=Q(state__in=SubtaskState.values), name="subtask_state_known"),
            models.CheckConstraint(
                condition=Q(state=SubtaskState.OPEN, ended_at=None)
                | (~Q(state=SubtaskState.OPEN) & Q(ended_at__isnull=False)),
                name="subtask_end_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubtaskState.DONE) | ~Q(result=""), name="subtask_done_with_result"
            ),
        ]

    class Audit:
        case = "self"
        public = ("id", "complaint", "ordinal", "state", "unit", "asked_by", "asked_at", "ended_at")
        private = ("text", "result")

    def __str__(self) -> str:
        return f"{self.complaint.number}/{self.ordinal}"

    def get_absolute_url(self) -> str:
        return address("complaints:subtask", self.pk)

    @property
    def tone(self) -> str:
        return SUBTASK_TONES.get(SubtaskState(self.state), "")
