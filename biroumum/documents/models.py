"""Attached files, running numbers, and documents the office vouches for."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """One file given with a case; its bytes lie in the store under their hash and may serve several rows."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", _("Sedang diperiksa")
        CLEAN = "clean", _("Dapat dibuka")
        REFUSED = "refused", _("Ditolak pemindai")
        REMOVED = "removed", _("Sedang dimusnahkan")  # nobody opens it, and its bytes may still be there
        DESTROYED = "destroyed", _("Sudah dimusnahkan")  # said once they are gone, never before

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(_("perkara"), max_length=80)  # a subject key: complaints.complaint/12
    sha256 = models.CharField(_("sidik jari"), max_length=64)
    name = models.CharField(_("nama berkas"), max_length=120)
    media_type = models.CharField(_("jenis"), max_length=100)
    size = models.PositiveIntegerField(_("ukuran"))  # bytes, after cleaning
    state = models.CharField(_("keadaan"), max_length=12, choices=State.choices)
    from_holder = models.BooleanField(_("dari warga"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("diunggah oleh")
    )
    created_at = models.DateTimeField(_("diterima"), default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("lampiran")
        verbose_name_plural = _("lampiran")
        indexes = [
            models.Index(fields=["subject"], name="attachment_subject"),
            models.Index(fields=["sha256"], name="attachment_sha256"),
            models.Index(fields=["created_at"], name="attachment_waiting", condition=Q(state="quarantined")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("quarantined", "clean", "refused", "removed", "destroyed")),
                name="attachment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_sha256_hex"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=Q(from_holder=False) | Q(uploaded_by=None), name="attachment_holder_is_no_user"
            ),
        ]

    class Audit:
        public = ("id", "subject", "media_type", "size", "state", "from_holder", "created_at")
        private = ("sha256", "name", "uploaded_by")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("attachment", args=[self.pk])

    @property
    def is_clean(self) -> bool:
        return self.state == self.State.CLEAN


class Sequence(models.Model):
    """The last number given out in a series and year; only `services.next_number` touches it."""

    series = models.CharField(_("seri"), max_length=12)
    year = models.PositiveSmallIntegerField(_("tahun"))
    last = models.PositiveIntegerField(_("terakhir"))

    class Meta:
        verbose_name = _("nomor urut")
        verbose_name_plural = _("nomor urut")
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="sequence_once_a_year"),
            models.CheckConstraint(condition=Q(last__gt=0), name="sequence_starts_at_one"),
        ]

    class Audit:
        public = ("id", "series", "year", "last")

    def __str__(self) -> str:
        return f"{self.series}-{self.year}"


class IssuedDocument(models.Model):
    """A document the office gave out; whoever holds its code can ask whether it is real and still valid.

    `title` is shown to everyone with the code: for a confidential case it is kind and number, nothing else.
    """

    code = models.CharField(_("kode"), max_length=16, unique=True)  # 80 bits in base32, see codes
    kind = models.CharField(_("jenis"), max_length=60)  # complaints.receipt
    subject = models.CharField(_("perkara"), max_length=80)
    title = models.CharField(_("judul"), max_length=200)
    office = models.CharField(_("penerbit"), max_length=200)  # its name on that day
    sha256 = models.CharField(_("sidik jari"), max_length=64)
    content = models.CharField(
        _("sidik isi"), max_length=64, blank=True
    )  # without code and date, see issue_pdf
    issued_at = models.DateTimeField(_("diterbitkan"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("diterbitkan oleh")
    )
    revoked_at = models.DateTimeField(_("dicabut"), null=True, blank=True)
    revoked_reason = models.CharField(_("alasan pencabutan"), max_length=200, blank=True)  # shown to everyone

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("dokumen terbit")
        verbose_name_plural = _("dokumen terbit")
        indexes = [
            models.Index(fields=["subject"], name="issueddocument_subject"),
            models.Index(fields=["sha256"], name="issueddocument_sha256"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$"), name="issueddocument_code_base32"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="issueddocument_sha256_hex"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="issueddocument_revoked_with_reason",
            ),
        ]

    class Audit:
        public = ("id", "kind", "subject", "issued_at", "revoked_at")
        private = ("title", "office", "sha256", "content", "issued_by", "revoked_reason")
        secret = ("code",)

    def __str__(self) -> str:
        return self.title

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
