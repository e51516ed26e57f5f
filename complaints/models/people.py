"""Who filed a complaint, kept apart from it, and the offices it was sent to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from biroumum.web.sealing import SealedField
from complaints.models.case import Complaint


class Reporter(models.Model):
    """Contact of whoever filed; no row at all for a complaint without contact. Opened only with a reason and a trace.

    The database and the log keep it sealed.
    """

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="reporter")
    name = SealedField(_("nama"), blank=True)
    email = SealedField(_("surel"), blank=True)
    phone = SealedField(_("telepon"), blank=True)
    language = models.CharField(_("bahasa"), max_length=2, default="id")
    is_silent = models.BooleanField(_("tidak ingin menerima surel"), default=False, db_default=False)
    # What makes a link in a mail good once; empty when none is out.
    new_email = SealedField(_("surel baru"), blank=True, default="", db_default="")
    change_word = models.CharField(max_length=16, blank=True, db_default="")
    entry_word = models.CharField(max_length=16, blank=True, db_default="")

    class Meta:
        verbose_name = _("pelapor")
        verbose_name_plural = _("pelapor")

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "language", "is_silent")
        private = ("name", "email", "phone", "new_email")
        secret = ("change_word", "entry_word")

    def __str__(self) -> str:
        return f"#{self.complaint_id}"

    @property
    def has_email(self) -> bool:
        """Without opening it."""
        return bool(self.__dict__["email"])


class Disposition(models.Model):
    """One hand-on of the case to an office, with the instruction given; the latest is the one in force."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="dispositions")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, verbose_name=_("unit"))
    position = models.ForeignKey(
        "accounts.Position", models.PROTECT, null=True, blank=True, verbose_name=_("petugas")
    )
    instruction = models.TextField(_("petunjuk"), max_length=2000, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("oleh"))
    assigned_at = models.DateTimeField(_("pada"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("disposisi")
        verbose_name_plural = _("disposisi")

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "unit", "position", "assigned_by", "assigned_at")
        private = ("instruction",)

    def __str__(self) -> str:
        return f"{self.unit}"
