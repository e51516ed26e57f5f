"""Holidays, limits of time as dated rows with their legal basis, and clocks with their ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext_lazy


class Holiday(models.Model):
    """A day on which the office does not work, from the yearly decree of three ministers (SKB 3 Menteri)."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Hari libur nasional")
        COLLECTIVE_LEAVE = "collective_leave", _("Cuti bersama")

    date = models.DateField(_("tanggal"), unique=True)
    name = models.CharField(_("nama"), max_length=120)
    kind = models.CharField(_("jenis"), max_length=16, choices=Kind.choices, default=Kind.PUBLIC)
    decree = models.CharField(_("keputusan"), max_length=160)
    estimated = models.BooleanField(_("perkiraan"), default=False)

    class Meta:
        ordering = ["date"]
        verbose_name = _("hari libur")
        verbose_name_plural = pgettext_lazy("banyak", "hari libur")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("public", "collective_leave")), name="holiday_kind_known"
            )
        ]

    class Audit:
        case = "self"
        public = ("id", "date", "name", "kind", "decree", "estimated")

    def __str__(self) -> str:
        return f"{self.date:%d-%m-%Y} {self.name}"


class TimeLimit(models.Model):
    """How long something may take, and what says so; a change of the law is a new row.

    The database refuses to change `fixed` columns of a row that has a clock: its deadlines were promised by them.
    """

    fixed = ("code", "days", "unit", "valid_from")

    class Unit(models.TextChoices):
        WORKING_DAY = "working_day", _("hari kerja")
        DAY = "day", _("hari")
        HOUR = "hour", _("jam")

    code = models.CharField(_("kode"), max_length=60)
    name = models.CharField(_("nama"), max_length=120, blank=True)
    days = models.PositiveSmallIntegerField(_("lama"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("satuan"), max_length=12, choices=Unit.choices)
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    verified = models.BooleanField(_("sudah diperiksa pada naskah aslinya"), default=False)
    valid_from = models.DateField(_("berlaku sejak"))
    valid_until = models.DateField(
        _("berlaku sampai (tidak termasuk)"),
        null=True,
        blank=True,
        help_text=_(
            "Aturan berubah: isi tanggal ini, lalu tambahkan baris baru yang berlaku sejak hari itu."
        ),
    )

    class Meta:
        ordering = ["code", "-valid_from"]
        verbose_name = _("batas waktu")
        verbose_name_plural = pgettext_lazy("banyak", "batas waktu")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="timelimit_days_positive"),
            models.CheckConstraint(
                condition=Q(unit__in=("working_day", "day", "hour")), name="timelimit_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="timelimit_valid_some_days"
            ),
            ExclusionConstraint(
                name="timelimit_one_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_until", function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Kode ini sudah punya batas waktu pada masa itu."),
            ),
        ]

    class Audit:
        case = "self"
        public = [
            "id",
            "code",
            "name",
            "days",
            "unit",
            "legal_basis",
            "verified",
            "valid_from",
            "valid_until",
        ]

    def __str__(self) -> str:
        return gettext(self.name) or self.code

    @property
    def is_in_use(self) -> bool:
        return Clock.objects.filter(Q(limit=self) | Q(extension=self)).exists()

    @property
    def length(self) -> str:
        count = {
            self.Unit.WORKING_DAY: ngettext("%(days)s hari kerja", "%(days)s hari kerja", self.days),
            self.Unit.DAY: ngettext("%(days)s hari", "%(days)s hari", self.days),
            self.Unit.HOUR: ngettext("%(days)s jam", "%(days)s jam", self.days),
        }
        return count[self.Unit(self.unit)] % {"days": self.days}


class Standing(NamedTuple):
    word: str | Promise
    tone: str


class Clock(models.Model):
    """One limit running on one subject. The `due_at` of a paused clock moves when it resumes."""

    subject = models.CharField(_("perkara"), max_length=80)  # a subject key: complaints.complaint/12
    limit = models.ForeignKey(TimeLimit, models.PROTECT, verbose_name=_("batas waktu"))
    code = models.CharField(_("kode"), max_length=60)  # the limit's, for the unique constraint
    extension = models.ForeignKey(
        TimeLimit, models.PROTECT, null=True, blank=True, verbose_name=_("perpanjangan"), related_name="+"
    )
    started_at = models.DateTimeField(_("mulai"))
    due_at = models.DateTimeField(_("tenggat"))
    paused_at = models.DateTimeField(_("berhenti sementara sejak"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    outcome = models.CharField(_("hasil"), max_length=40, blank=True)
    told: Sequence[Any]  # lines of its ledger, where `queries.clocks_told` gave them

    class Meta:
        verbose_name = pgettext_lazy("tenggat", "jam")
        verbose_name_plural = pgettext_lazy("tenggat", "jam")
        indexes = [
            models.Index(fields=["subject"], name="clock_subject"),
            models.Index(fields=["code", "due_at"], name="clock_running", condition=Q(stopped_at=None)),
            models.Index(fields=["due_at"], name="clock_due", condition=Q(stopped_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code"], condition=Q(stopped_at=None), name="clock_one_running_per_limit"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("started_at"))
                & (Q(paused_at=None) | Q(paused_at__gte=F("started_at")))
                & (Q(stopped_at=None) | Q(stopped_at__gte=F("started_at"))),
                name="clock_nothing_before_its_start",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(stopped_at=None), name="clock_not_stopped_while_paused"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, outcome="") | (Q(stopped_at__isnull=False) & ~Q(outcome="")),
                name="clock_stopped_with_outcome",
            ),
        ]

    class Audit:
        case = "subject"
        public = [
            "id",
            "subject",
            "limit",
            "code",
            "extension",
            "started_at",
            "due_at",
            "paused_at",
            "stopped_at",
            "outcome",
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and self.paused_at is None

    def is_late(self, now: dt.datetime) -> bool:
        """Past its due date: at the stop, at the pause, or now."""
        return (self.stopped_at or self.paused_at or now) > self.due_at

    @property
    def standing(self) -> Standing:
        """Word and tone for people; at this moment if the clock has not stopped."""
        late = self.is_late(timezone.now())
        if self.stopped_at:
            return Standing(_("Selesai, terlambat"), "bad") if late else Standing(_("Selesai"), "ok")
        if self.paused_at:
            return Standing(_("Berhenti sementara"), "warn")
        return Standing(_("Lewat waktu"), "bad") if late else Standing(_("Berjalan"), "")


class ClockEvent(models.Model):
    """The ledger of a clock; the database refuses to change or delete a row."""

    class Kind(models.TextChoices):
        START = "start", _("Mulai")
        PAUSE = "pause", _("Berhenti sementara")
        RESUME = "resume", _("Jalan lagi")
        STOP = "stop", _("Selesai")
        RETIME = "retime", _("Dihitung ulang")

    clock = models.ForeignKey(
        Clock, models.PROTECT, related_name="events", verbose_name=pgettext_lazy("tenggat", "jam")
    )
    kind = models.CharField(_("kejadian"), max_length=8, choices=Kind.choices)
    at = models.DateTimeField(_("waktu"))
    due_before = models.DateTimeField(_("tenggat semula"), null=True, blank=True)
    due_after = models.DateTimeField(_("tenggat"))
    reason = models.TextField(_("alasan"), blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("kejadian jam")
        verbose_name_plural = _("kejadian jam")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("start", "pause", "resume", "stop", "retime")),
                name="clockevent_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="start", due_before=None) | (~Q(kind="start") & Q(due_before__isnull=False)),
                name="clockevent_keeps_old_due",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("pause", "retime")) | ~Q(reason=""), name="clockevent_gives_reason"
            ),
        ]

    class Audit:
        public = ("id", "clock", "kind", "at", "due_before", "due_after")
        private = ("reason",)

    def __str__(self) -> str:
        return f"{self.label} {self.at:%d-%m-%Y}"

    @property
    def label(self) -> str | Promise:
        return self.Kind(self.kind).label
