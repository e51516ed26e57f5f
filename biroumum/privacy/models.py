"""Requests to erase personal data of a case, and the legal grounds they rest on."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from biroumum.privacy.queries import ErasureRequestQuerySet
from biroumum.web.addresses import address
from biroumum.web.sealing import SealedField


class LegalBasis(models.Model):
    """What says that data must go; a change of the law is a new row.

    The database refuses to change `fixed` columns of a row that a request rests on.
    """

    fixed = ("code", "name", "legal_basis", "valid_from")

    code = models.CharField(_("kode"), max_length=40)
    name = models.CharField(_("nama"), max_length=120)
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    verified = models.BooleanField(_("sudah diperiksa pada naskah aslinya"), default=False)
    valid_from = models.DateField(_("berlaku sejak"))
    valid_until = models.DateField(_("berlaku sampai (tidak termasuk)"), null=True, blank=True)

    class Meta:
        ordering = ["code", "-valid_from"]
        verbose_name = _("dasar penghapusan")
        verbose_name_plural = pgettext_lazy("banyak", "dasar penghapusan")
        constraints = [
            models.CheckConstraint(condition=~Q(legal_basis=""), name="legalbasis_is_named"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="legalbasis_valid_some_days"
            ),
            ExclusionConstraint(
                name="legalbasis_one_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_until", function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Kode ini sudah punya dasar pada masa itu."),
            ),
        ]

    class Audit:
        case = "self"
        public = "id code name legal_basis verified valid_from valid_until".split()

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_use(self) -> bool:
        return ErasureRequest.objects.filter(basis=self).exists()


class State(models.TextChoices):
    REQUESTED = "requested", _("Menunggu putusan")
    ERASING = "erasing", _("Sedang dimusnahkan")
    DONE = "done", pgettext_lazy("penghapusan", "Selesai dihapus")
    REFUSED = "refused", _("Ditolak")
    WITHDRAWN = "withdrawn", pgettext_lazy("permohonan", "Ditarik")


TONES = {State.REQUESTED: "warn", State.ERASING: "warn", State.DONE: "ok"}
DECIDED = (State.ERASING, State.DONE, State.REFUSED)


class ErasureRequest(models.Model):
    """One request about one case. Once it is decided nothing in it tells who asked: its texts name nobody."""

    number = models.CharField(_("nomor"), max_length=20, unique=True)
    state = models.CharField(_("keadaan"), max_length=12, choices=State.choices)
    case_label = models.CharField(_("jenis perkara"), max_length=60)  # complaints.complaint
    case_pk = models.BigIntegerField(_("kunci perkara"))
    case_number = models.CharField(_("nomor perkara"), max_length=20)
    basis = models.ForeignKey(LegalBasis, models.PROTECT, verbose_name=_("dasar"), related_name="+")
    whats = ArrayField(models.CharField(max_length=12), verbose_name=_("yang diminta dihapus"))
    reason = models.CharField(_("isi permohonan"), max_length=500)
    # Words of a person no detector finds, a line each; they go with what is decided.
    names = SealedField(_("kata yang dicari"), blank=True, default="", db_default="")
    received_at = models.DateTimeField(_("diterima pada"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("dicatat oleh"), related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("diputus oleh"),
        related_name="+",
    )
    decided_at = models.DateTimeField(_("diputus pada"), null=True, blank=True)
    decision = models.CharField(_("alasan putusan"), max_length=500, blank=True)
    completed_at = models.DateTimeField(_("selesai pada"), null=True, blank=True)
    # What the certificate says of what went and what stayed, in its own words.
    report = models.JSONField(_("berita acara"), default=dict, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("permohonan penghapusan")
        verbose_name_plural = _("permohonan penghapusan")
        permissions = [
            ("record_erasure", _("Mencatat permohonan penghapusan data pribadi")),
            ("decide_erasure", _("Memutus permohonan penghapusan data pribadi")),
        ]
        indexes = [models.Index(fields=["case_label", "case_pk"], name="erasurerequest_case")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="erasurerequest_state_known"),
            models.CheckConstraint(condition=~Q(whats=[]), name="erasurerequest_of_something"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recorded_by")),
                name="erasurerequest_takes_two",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")
                )
                | (~Q(state__in=DECIDED) & Q(decided_by=None, decided_at=None)),
                name="erasurerequest_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, completed_at__isnull=False)
                | (~Q(state=State.DONE) & Q(completed_at=None)),
                name="erasurerequest_done_is_dated",
            ),
            models.UniqueConstraint(
                fields=["case_label", "case_pk"],
                condition=Q(state__in=(State.REQUESTED, State.ERASING)),
                name="erasurerequest_one_at_a_time",
            ),
        ]

    class Audit:
        case = "self"
        public = (
            "id number state case_label case_pk case_number basis whats received_at recorded_by decided_by "
            "decided_at completed_at"
        ).split()
        private = ("reason", "decision", "report", "names")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("privacy:detail", self.pk)

    @property
    def subject(self) -> str:
        """The key of its case."""
        return f"{self.case_label}/{self.case_pk}"

    @property
    def sought(self) -> list[str]:
        return [line.strip() for line in self.names.splitlines() if line.strip()]

    @property
    def tone(self) -> str:
        return TONES.get(State(self.state), "")
