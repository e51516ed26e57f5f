"""Senders whose complaints are looked at first. Nobody is refused by this list."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class WatchedSenderQuerySet(models.QuerySet["WatchedSender"]):
    def on(self, day: dt.date) -> "WatchedSenderQuerySet":
        return self.filter(Q(until=None) | Q(until__gte=day))


class WatchedSender(models.Model):
    """A mail address, telephone number or network address, kept as a keyed hash: known again, not to be read.

    A new SECRET_KEY makes all rows blind.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("surel")
        PHONE = "phone", _("telepon")
        ADDRESS = "address", _("alamat jaringan")

    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices)
    value_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    why = models.CharField(
        _("sebab"), max_length=200, help_text=_("Tampil kepada verifikator. Tanpa data pribadi.")
    )
    until = models.DateField(_("sampai"), null=True, blank=True, help_text=_("Kosongkan bila tanpa batas."))
    created_at = models.DateTimeField(_("dicatat"), default=timezone.now, editable=False)

    objects = WatchedSenderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("pengirim diawasi")
        verbose_name_plural = pgettext_lazy("banyak", "pengirim diawasi")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["email", "phone", "address"]), name="watched_kind_known"
            )
        ]

    class Audit:
        public = ("id", "kind", "until", "created_at")
        private = ("why",)
        secret = ("value_hash",)

    def __str__(self) -> str:
        return f"#{self.pk}"
