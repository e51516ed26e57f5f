"""What was said: messages both ways, answers, and the hand-over to another agency."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.states import Result


class Message(models.Model):
    """One message between the holder of the code and the office; questions and replies included."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, db_index=False, related_name="messages")
    from_holder = models.BooleanField(_("dari pelapor"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("petugas")
    )
    text = models.TextField(_("isi"), max_length=10_000)
    created_at = models.DateTimeField(_("pada"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("pesan")
        verbose_name_plural = _("pesan")
        indexes = [models.Index(fields=["complaint", "-id"], name="message_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_holder=True, author__isnull=True) | Q(from_holder=False),
                name="message_holder_has_no_name",
            )
        ]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "from_holder", "author", "created_at")
        private = ("text",)

    def __str__(self) -> str:
        return f"#{self.pk}"


class Answer(models.Model):
    """The office's answer; a reopened case gets a further one, the old stays."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="answers")
    text = models.TextField(_("jawaban"), max_length=10_000)
    result = models.CharField(_("hasil"), max_length=12, choices=Result.choices)
    inspection_ref = models.CharField(_("nomor LHP"), max_length=80, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("petugas"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, verbose_name=_("unit"))
    created_at = models.DateTimeField(_("pada"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("jawaban")
        verbose_name_plural = _("jawaban")
        constraints = [
            models.CheckConstraint(condition=Q(result__in=Result.values), name="answer_result_known")
        ]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "result", "inspection_ref", "author", "unit", "created_at")
        private = ("text",)

    def __str__(self) -> str:
        return f"#{self.pk}"


class Handover(models.Model):
    """A reasoned "not ours": where the case went, and how the citizen follows it there."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="handovers")
    agency = models.CharField(_("instansi tujuan"), max_length=160)
    reason = models.TextField(_("alasan"), max_length=2000)
    follow_up = models.CharField(_("cara menanyakan kelanjutannya"), max_length=300)
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("oleh"))
    handed_at = models.DateTimeField(_("pada"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("pelimpahan")
        verbose_name_plural = _("pelimpahan")

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "agency", "handed_by", "handed_at")
        private = ("reason", "follow_up")

    def __str__(self) -> str:
        return self.agency
