"""A filter of the staff list under a name, one's own or for the office."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.queries import SavedViewQuerySet


class SavedView(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("pemilik"), related_name="+", db_index=False
    )
    name = models.CharField(_("nama"), max_length=80)
    query = models.CharField(
        _("saringan"), max_length=2000
    )  # of the list's address, without the question mark
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("untuk unit"), related_name="+"
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("tampilan tersimpan")
        verbose_name_plural = _("tampilan tersimpan")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="savedview_name_once"),
            models.CheckConstraint(condition=~models.Q(query=""), name="savedview_filters_something"),
        ]

    class Audit:
        case = "self"
        public = ("id", "owner", "unit")
        private = ("name", "query")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('complaints:list')}?{self.query}"
