"""The log as the portal may read it. Nothing here is written through the ORM."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One line of the log, through the view `audit_history`; `body` is NULL once erased."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("waktu"))
    xid = models.TextField()
    op = models.TextField(_("jenis"))
    ent = models.TextField(_("tabel"))
    pk_text = models.TextField(_("kunci"), db_column="pk")
    verb = models.TextField(_("langkah"), blank=True)
    subject = models.TextField(_("perkara"), blank=True)
    body = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    user_id = models.BigIntegerField(null=True)
    assignment_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    view = models.TextField(blank=True)
    task = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    outside = models.BooleanField()
    proven = models.BooleanField()

    class Meta:
        managed = False
        db_table = "audit_history"
        verbose_name = _("entri log")
        verbose_name_plural = _("entri log")

    def __str__(self) -> str:
        return f"{self.op} {self.ent}/{self.pk_text}"
