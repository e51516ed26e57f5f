"""The complaint itself: what was filed, where it stands, who holds it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.queries import offices_above
from biroumum.web.addresses import address
from complaints.models.case_rules import CONSTRAINTS
from complaints.models.category import Category
from complaints.queries import INSPECT, ComplaintQuerySet
from complaints.states import (
    ENDED,
    RATINGS,
    TONES,
    Kind,
    Reason,
    Source,
    State,
    Visibility,
)

if TYPE_CHECKING:
    from biroumum.accounts.models import User


class Complaint(models.Model):
    number = models.CharField(_("nomor"), max_length=20, unique=True)
    state = models.CharField(_("keadaan"), max_length=20, choices=State.choices)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    oversight = models.BooleanField(_("berkadar pengawasan"), default=False)
    documents = models.BooleanField(_("meminta dokumen"), default=False, db_default=False)
    visibility = models.CharField(
        _("kerahasiaan"), max_length=12, choices=Visibility.choices, default=Visibility.CONFIDENTIAL
    )
    # Came from a whistle-blower: stays secret, and two of the Inspektorat open the identity together.
    sealed = models.BooleanField(_("disegel Inspektorat"), default=False, db_default=False)
    # db_index=False here and below: an index of two columns under `indexes` begins with this one.
    category = models.ForeignKey(Category, models.PROTECT, db_index=False, verbose_name=_("kategori"))
    title = models.CharField(_("perihal"), max_length=120)
    description = models.TextField(_("uraian"), max_length=10_000)
    occurred_on = models.DateField(_("tanggal kejadian"), null=True, blank=True)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, verbose_name=_("wilayah")
    )
    place = models.CharField(_("tempat"), max_length=200, blank=True)
    latitude = models.DecimalField(_("lintang"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("bujur"), max_digits=9, decimal_places=6, null=True, blank=True)
    details = models.JSONField(_("jawaban kategori"), default=dict, blank=True)  # question code: text or list

    source = models.CharField(_("saluran"), max_length=12, choices=Source.choices)
    external_ref = models.CharField(
        _("nomor di saluran asal"), max_length=40, unique=True, null=True, blank=True
    )
    letter_date = models.DateField(_("tanggal surat"), null=True, blank=True)
    letter_ref = models.CharField(_("nomor surat"), max_length=80, blank=True, db_default="")
    submit_hash = models.BinaryField(max_length=32, unique=True)  # a form sent twice is one case
    code_hash = models.BinaryField(max_length=32)
    untested = models.BooleanField(_("dikirim tanpa uji"), default=False, db_default=False)
    watched = models.ForeignKey(
        "WatchedSender",
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("pengirim diawasi"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("dicatat oleh")
    )
    received_at = models.DateTimeField(_("diterima pada"))  # by the office; the clocks count from here
    # When the desk wrote down what had come on an earlier day; then of `received_at` only the day is known.
    entered_at = models.DateTimeField(_("dicatat pada"), null=True, blank=True)

    unit = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("dipegang oleh"),
        related_name="+",
    )
    position = models.ForeignKey(
        "accounts.Position",
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("petugas"),
        related_name="+",
    )
    accused_unit = models.ForeignKey(
        "accounts.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("unit terlapor"),
        related_name="+",
    )
    accused_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("petugas terlapor"),
        related_name="+",
    )
    clock = models.ForeignKey(
        "worktime.Clock", models.PROTECT, null=True, blank=True, verbose_name=_("tenggat"), related_name="+"
    )
    returns = models.PositiveSmallIntegerField(_("kali dikembalikan"), default=0)
    subtasks_asked = models.PositiveSmallIntegerField(_("subtugas diminta"), default=0, db_default=0)
    scheduled_for = models.DateField(_("dijadwalkan pada"), null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("digabung dengan"),
        related_name="duplicates",
    )
    reason_code = models.CharField(_("sebab"), max_length=16, choices=Reason.choices, blank=True)
    reminded_at = models.DateTimeField(
        _("diingatkan pada"), null=True, blank=True
    )  # of the question or the day
    first_answered_at = models.DateTimeField(_("pertama ditanggapi pada"), null=True, blank=True)
    ended_at = models.DateTimeField(_("berakhir pada"), null=True, blank=True)
    # An earlier deadline was missed; a reopening gives a new clock and does not wash this away.
    breached = models.BooleanField(_("pernah lewat batas"), default=False, db_default=False)
    objected = models.BooleanField(_("sudah disanggah"), default=False)  # once per closing
    rating = models.PositiveSmallIntegerField(_("kepuasan"), choices=RATINGS, null=True, blank=True)
    rating_comment = models.CharField(_("alasan kepuasan"), max_length=500, blank=True)

    objects = ComplaintQuerySet.as_manager()
    # What `visible_to` looks at.
    sight = (
        "unit_id position_id visibility accused_unit_id accused_officer_id entered_by_id kind sealed".split()
    )

    class Meta:
        verbose_name = _("pengaduan")
        verbose_name_plural = _("pengaduan")
        permissions = [
            ("submit_complaint", _("Mencatat pengaduan di loket")),
            ("verify_complaint", _("Memverifikasi pengaduan")),
            ("assign_complaint", _("Mendisposisi pengaduan")),
            ("handle_complaint", _("Menangani pengaduan")),
            ("decide_reopening", _("Memutus permintaan dibuka kembali")),
            ("publish_complaint", _("Menerbitkan pengaduan untuk umum")),
            ("view_sealed_complaint", _("Membuka identitas pelapor")),
            ("inspect_whistle", _("Memeriksa laporan pelanggaran pegawai")),
            ("view_unit_reports", _("Melihat laporan unit yang dipimpin")),
            ("view_complaint_reports", _("Melihat laporan seluruh pengaduan")),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="complaint_state"),
            models.Index(
                fields=["letter_ref"], name="complaint_letter_ref", condition=Q(source=Source.LETTER)
            ),
            # what a search falls back on when nobody wrote the words that way
            GinIndex(
                OpClass("title", "gin_trgm_ops"), OpClass("place", "gin_trgm_ops"), name="complaint_alike"
            ),
            models.Index(fields=["unit", "-id"], name="complaint_unit"),
            models.Index(fields=["received_at"], name="complaint_received"),
            # few of all cases run; what is late or due is found among these alone
            models.Index(fields=["clock"], name="complaint_running", condition=~Q(state__in=ENDED)),
            models.Index(fields=["position", "-id"], name="complaint_position"),
            models.Index(fields=["category", "-id"], name="complaint_category"),
            models.Index(
                fields=["entered_by", "-id"], name="complaint_desk", condition=Q(entered_by__isnull=False)
            ),
            models.Index(fields=["-id"], name="complaint_sealed", condition=Q(sealed=True)),
            models.Index(
                fields=["accused_officer"],
                name="complaint_accused",
                condition=Q(accused_officer__isnull=False),
            ),
        ]
        constraints = CONSTRAINTS

    class Audit:
        case = "self"
        public = (
            "id number state kind oversight documents visibility sealed category source external_ref received_at "
            "entered_at unit position clock returns subtasks_asked scheduled_for duplicate_of reason_code reminded_at "
            "first_answered_at ended_at breached objected rating entered_by untested"
        ).split()
        private = (
            "title description occurred_on region place latitude longitude details letter_date letter_ref "
            "accused_unit watched accused_officer rating_comment"
        ).split()
        secret = ("code_hash", "submit_hash")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("complaints:detail", self.pk)

    @property
    def is_held(self) -> bool:
        """Not yet looked at, and sent in a way that asks for a first look; the same rule as `queries.HELD`."""
        return self.state == State.RECEIVED and (self.untested or self.watched_id is not None)

    @property
    def written_at(self) -> dt.datetime:
        """When it became a case of the portal."""
        return self.entered_at or self.received_at

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    def is_late(self, now: dt.datetime) -> bool:
        """Past the office's deadline: at its stop, or now. A pause moves the deadline, so it is never late by it."""
        return self.clock is not None and self.clock.is_late(now)

    def accuses(self, user: User) -> bool:
        """Whether it is about this person, or about an office they work in: then they have no part in it."""
        if self.accused_officer_id == user.pk:
            return True
        return self.accused_unit_id is not None and self.accused_unit_id in offices_above(user)

    def was_answered_by(self, user: User) -> bool:
        """Whether the answer that stands is this person's."""
        last = self.answers.last()
        return last is not None and last.author_id == user.pk

    def bars(self, user: User) -> bool:
        """Whether this person has no part in it: it is about them, or for the Inspektorat alone."""
        return self.accuses(user) or (self.is_whistle and not user.has_perm(INSPECT))

    @property
    def naming(self) -> str:
        """The right to say whom it is about."""
        return INSPECT if self.is_whistle else "complaints.verify_complaint"

    @property
    def keeping(self) -> str:
        """The right to hold its data back from erasure: theirs who decide disputes about it."""
        return INSPECT if self.is_whistle else "complaints.decide_reopening"

    @property
    def is_whistle(self) -> bool:
        return self.kind == Kind.WHISTLE

    @property
    def state_label(self) -> str | Promise:
        """The state's word. Django's get_state_display translates all states to find one; a list has fifty rows."""
        return State(self.state).label

    @property
    def tone(self) -> str:
        """The colour of the state's word."""
        return TONES.get(State(self.state), "")
