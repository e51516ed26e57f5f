"""The sectors a complaint can belong to."""

from django.db import models
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy


class Category(models.Model):
    """A sector of the province's complaint channel; reference data, edited in the admin."""

    code = models.SlugField(_("kode"), max_length=40, unique=True)
    name = models.CharField(_("nama"), max_length=80, unique=True)
    hint = models.CharField(_("contoh"), max_length=160, blank=True)
    is_active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("kategori")
        verbose_name_plural = pgettext_lazy("banyak", "kategori")

    class Audit:
        public = ("id", "code", "name", "hint", "is_active")

    def __str__(self) -> str:
        return gettext(self.name)  # the seeded ones have English names
