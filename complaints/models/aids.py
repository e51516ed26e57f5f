"""What helps an officer decide and write: rules that propose an office, and answers to begin from."""

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models.category import Category
from complaints.states import ORDINARY

# Of signs alone, and of stop words where the database has a list of them, no search is left: it would fit no case.
_NODES = Func(
    SearchQuery(F("words"), config="indonesian", search_type="websearch"),
    function="numnode",
    output_field=models.IntegerField(),
)
SEARCHES = Q(words="") | Q(GreaterThan(_NODES, 0))


class RoutingRule(models.Model):
    """Proposes an office. Rules are tried in order and the first that fits counts; an empty condition fits all.

    Conditions are columns and search words, no language of their own: what cannot be written wrong cannot break.
    """

    order = models.PositiveSmallIntegerField(_("urutan"), default=100)
    name = models.CharField(_("nama aturan"), max_length=100, unique=True)
    kind = models.CharField(_("jenis"), max_length=12, choices=ORDINARY, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("kategori"), related_name="+"
    )
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("wilayah"),
        help_text=_("Berlaku juga untuk wilayah di bawahnya."),
        related_name="+",
    )
    words = models.CharField(
        _("kata"),
        max_length=200,
        blank=True,
        help_text=_("Misalnya: lift or elevator -tangga. Dicari dalam perihal dan uraian."),
    )
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, verbose_name=_("unit tujuan"), related_name="+")
    position = models.ForeignKey(
        "accounts.Position",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("petugas"),
        related_name="+",
    )
    is_active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("aturan penerusan")
        verbose_name_plural = pgettext_lazy("banyak", "aturan penerusan")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["", *(kind for kind, _label in ORDINARY)]), name="routing_kind_known"
            )
        ]

    class Audit:
        public = "id order name kind category region words unit position is_active".split()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not SEARCHES.check({"words": self.words}):
            raise ValidationError({"words": _("Isi ini tidak memuat kata yang dapat dicari")})
        if self.position_id and self.position and self.position.unit_id != self.unit_id:
            raise ValidationError({"position": _("Pilih petugas dari unit tujuan")})


class AnswerTemplate(models.Model):
    """The beginning of an answer or a message, chosen by category; an officer completes it and signs for it."""

    name = models.CharField(_("nama"), max_length=100, unique=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("kategori"),
        help_text=_("Kosongkan bila untuk semua kategori."),
        related_name="+",
    )
    text = models.TextField(
        _("isi"),
        max_length=5000,
        help_text=_("{nomor}, {perihal}, {unit} dan {tanggal} diisi sendiri."),
    )
    is_active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("templat jawaban")
        verbose_name_plural = pgettext_lazy("banyak", "templat jawaban")

    class Audit:
        public = ("id", "name", "category", "text", "is_active")

    def __str__(self) -> str:
        return self.name
