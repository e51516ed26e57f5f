"""One and the same table five times: bare, watched by our log, and by each of three packages as their pages say."""

from __future__ import annotations

import pghistory
from auditlog.registry import auditlog
from django.db import models
from simple_history.models import HistoricalRecords


class Case(models.Model):
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    description = models.TextField()
    state = models.CharField(max_length=20)
    place = models.CharField(max_length=200)
    unit = models.BigIntegerField()
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        app_label = "rivals"


class Bare(Case):
    class Meta(Case.Meta):
        abstract = False


class Ours(Case):
    class Meta(Case.Meta):
        abstract = False

    class Audit:
        case = "self"
        public = ("id", "number", "state", "unit", "received_at", "ended_at")
        private = ("title", "description", "place")


@pghistory.track()
class PgHistory(Case):
    class Meta(Case.Meta):
        abstract = False


class SimpleHistory(Case):
    history = HistoricalRecords()

    class Meta(Case.Meta):
        abstract = False


class AuditLog(Case):
    class Meta(Case.Meta):
        abstract = False


auditlog.register(AuditLog)
