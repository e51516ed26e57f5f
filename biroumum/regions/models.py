"""Regions of the province by their Kemendagri code: 33 → 33.74 → 33.74.01 → 33.74.01.1001."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    class Level(models.IntegerChoices):
        PROVINCE = 1, _("Provinsi")
        REGENCY = 2, _("Kabupaten/kota")
        DISTRICT = 3, _("Kecamatan")
        VILLAGE = 4, _("Desa/kelurahan")

    code = models.CharField(_("kode"), max_length=13, primary_key=True)
    name = models.CharField(_("nama"), max_length=80)
    level = models.PositiveSmallIntegerField(_("tingkat"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("bagian dari")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("wilayah")
        verbose_name_plural = _("wilayah")
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="region_level_known"),
            models.CheckConstraint(
                condition=Q(level=1, parent=None) | (Q(level__gt=1) & Q(parent__isnull=False)),
                name="region_below_another",
            ),
        ]

    class Audit:
        public = ["code", "name", "level", "parent"]

    def __str__(self) -> str:
        return self.name
