"""Questions a category asks of its own, and the keys with which other systems file complaints here."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from complaints.models.category import Category


class Question(models.Model):
    """One question of a category, as Open311 defines them; reference data, edited in the admin."""

    class Datatype(models.TextChoices):  # the names of GeoReport v2
        STRING = "string", _("satu baris")
        TEXT = "text", _("beberapa baris")
        NUMBER = "number", _("angka")
        DATETIME = "datetime", _("tanggal")
        SINGLE = "singlevaluelist", _("satu pilihan")
        MULTIPLE = "multivaluelist", _("beberapa pilihan")

    category = models.ForeignKey(
        Category, models.PROTECT, verbose_name=_("kategori"), related_name="questions"
    )
    code = models.SlugField(_("kode"), max_length=40)
    label = models.CharField(_("pertanyaan"), max_length=160)
    hint = models.CharField(_("petunjuk"), max_length=160, blank=True)
    datatype = models.CharField(_("bentuk jawaban"), max_length=16, choices=Datatype.choices)
    choices = models.TextField(_("pilihan"), blank=True, help_text=_("Satu pilihan tiap baris."))
    required = models.BooleanField(_("wajib"), default=False)
    order = models.PositiveSmallIntegerField(_("urutan"), default=1)
    is_active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        ordering = ["category", "order", "id"]
        verbose_name = _("pertanyaan kategori")
        verbose_name_plural = pgettext_lazy("banyak", "pertanyaan kategori")
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="question_code_once"),
            models.CheckConstraint(
                condition=(Q(datatype__endswith="valuelist") & ~Q(choices=""))
                | (~Q(datatype__endswith="valuelist") & Q(choices="")),
                name="question_choices_of_lists_only",
            ),
        ]

    class Audit:
        public = "id category code label hint datatype choices required order is_active".split()

    def __str__(self) -> str:
        return self.label

    @property
    def options(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    def clean(self) -> None:
        listed = self.datatype.endswith("valuelist")
        if listed is not bool(self.options):
            sentence = _("Isi pilihannya") if listed else _("Bentuk jawaban ini tidak mempunyai pilihan")
            raise ValidationError({"choices": sentence})


class ApiKey(models.Model):
    """Lets another system file complaints by Open311. The key is shown once, when it is made; its hash is kept."""

    name = models.CharField(_("nama sistem"), max_length=100, unique=True)
    contact = models.EmailField(_("surel penanggung jawab"))
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    is_active = models.BooleanField(_("berlaku"), default=True)
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("kunci Open311")
        verbose_name_plural = pgettext_lazy("banyak", "kunci Open311")

    class Audit:
        public = ("id", "name", "is_active", "created_at")
        private = ("contact",)
        secret = ("key_hash",)

    def __str__(self) -> str:
        return self.name
