"""The archive schedule (jadwal retensi arsip, JRA) for complaints, and what it has decided of a case."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from complaints.models.case import Complaint
from complaints.states import Fate, Kind


class ArchiveRule(models.Model):
    """One line of the schedule; a new schedule is a new row, from a day of its own. Years count from a case's end.

    The database refuses to change `fixed` columns of a row by which something was destroyed or kept.
    """

    fixed = ("kind", "active_years", "inactive_years", "fate", "legal_basis", "valid_from")

    kind = models.CharField(
        _("jenis"),
        max_length=12,
        choices=Kind.choices,
        blank=True,
        help_text=_("Kosongkan untuk semua jenis yang tidak punya baris sendiri."),
    )
    active_years = models.PositiveSmallIntegerField(_("tahun aktif"))
    inactive_years = models.PositiveSmallIntegerField(_("tahun inaktif"))
    fate = models.CharField(_("nasib akhir"), max_length=12, choices=Fate.choices)
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    verified = models.BooleanField(
        _("sudah diperiksa pada naskah aslinya"),
        default=False,
        help_text=_("Sebelum dicentang, tidak ada pengaduan yang dimusnahkan menurut baris ini."),
    )
    valid_from = models.DateField(_("berlaku sejak"))
    valid_until = models.DateField(_("berlaku sampai (tidak termasuk)"), null=True, blank=True)

    class Meta:
        ordering = ["kind", "-valid_from"]
        verbose_name = _("jadwal retensi arsip")
        verbose_name_plural = pgettext_lazy("banyak", "jadwal retensi arsip")
        constraints = [
            models.CheckConstraint(
                condition=Q(active_years__gte=1) | Q(inactive_years__gte=1), name="archiverule_some_years"
            ),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="archiverule_fate_known"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="archiverule_has_a_basis"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="archiverule_valid_some_days"
            ),
            ExclusionConstraint(
                name="archiverule_one_at_a_time",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_until", function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Jenis ini sudah punya jadwal pada masa itu."),
            ),
        ]

    class Audit:
        case = "self"
        public = (
            "id kind active_years inactive_years fate legal_basis verified valid_from valid_until".split()
        )

    def __str__(self) -> str:
        kind = self.get_kind_display() or gettext(
            "Semua jenis"
        )  # not inside the f-string, where no text is found
        return f"{kind}, {self.length}"

    @property
    def is_in_use(self) -> bool:
        return Disposal.objects.filter(rule=self).exists()

    @property
    def years(self) -> int:
        return self.active_years + self.inactive_years

    @property
    def length(self) -> str | Promise:
        words = gettext("%(active)s tahun aktif dan %(inactive)s tahun inaktif, lalu %(fate)s")
        fate = str(self.get_fate_display()).lower()
        return words % {"active": self.active_years, "inactive": self.inactive_years, "fate": fate}


class Disposal(models.Model):
    """What the schedule decided of a case when its years were over; once, and never again."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="disposal")
    rule = models.ForeignKey(ArchiveRule, models.PROTECT, verbose_name=_("jadwal"), related_name="+")
    fate = models.CharField(_("nasib akhir"), max_length=12, choices=Fate.choices)
    at = models.DateTimeField(_("pada"))

    class Meta:
        verbose_name = _("penyusutan arsip")
        verbose_name_plural = _("penyusutan arsip")
        constraints = [models.CheckConstraint(condition=Q(fate__in=Fate.values), name="disposal_fate_known")]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "rule", "fate", "at")

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_fate_display()}"
