"""What the public reads of a case: words an officer has cleaned, kept apart from those the citizen wrote."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint
from complaints.queries import PublicationQuerySet


class Publication(models.Model):
    """One case made public. Every public page, feed and interface reads here, and never the case's own words."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="publication")
    title = models.CharField(_("perihal untuk umum"), max_length=120)
    description = models.TextField(_("uraian untuk umum"), max_length=10_000)
    answer = models.TextField(_("jawaban untuk umum"), max_length=10_000, blank=True)
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("wilayah untuk umum"),
        related_name="+",
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("diterbitkan oleh"), related_name="+"
    )
    published_at = models.DateTimeField(_("diterbitkan pada"))
    withdrawn_at = models.DateTimeField(_("diturunkan pada"), null=True, blank=True)
    told_at = models.DateTimeField(_("langkah terakhir untuk umum"))

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publikasi")
        verbose_name_plural = _("publikasi")
        indexes = [
            models.Index(fields=["-told_at"], name="publication_told"),
            GinIndex(SearchVector("title", config="indonesian"), name="publication_title"),
        ]

    class Audit:
        case = "complaint"
        public = ("id", "complaint", "published_by", "published_at", "withdrawn_at", "told_at")
        private = ("title", "description", "answer", "region")

    def __str__(self) -> str:
        return f"#{self.complaint_id}"

    def get_absolute_url(self) -> str:
        return reverse("pengaduan:published", args=[self.complaint.number])


class PublishedWord(models.Model):
    """A word stem of a live title: the newest cases with a word are its first rows, however common the word is.

    A trigger keeps it (migration `published_words`), so no change of a title goes past it.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    word = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "publication"], name="published_word_once")]


class PublishedFile(models.Model):
    """A picture or document of the case that everyone may open, with words for those who cannot see it."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="files")
    attachment = models.OneToOneField("documents.Attachment", models.PROTECT, related_name="+")
    caption = models.CharField(_("keterangan"), max_length=200)

    class Meta:
        ordering = ["id"]
        verbose_name = _("berkas terbit")
        verbose_name_plural = _("berkas terbit")

    class Audit:
        case = "publication"
        public = ("id", "publication", "attachment")
        private = ("caption",)

    def __str__(self) -> str:
        return self.caption


class Follower(models.Model):
    """An address that wants news of a published case; it counts once its owner has confirmed it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="followers")
    email = models.EmailField(_("surel"))
    language = models.CharField(_("bahasa"), max_length=2, default="id")
    asked_at = models.DateTimeField(_("diminta pada"))
    confirmed_at = models.DateTimeField(_("dipastikan pada"), null=True, blank=True)
    moved_from = models.ForeignKey(  # the duplicate they chose to follow
        Complaint, models.PROTECT, null=True, blank=True, verbose_name=_("pindah dari"), related_name="+"
    )

    class Meta:
        verbose_name = _("pengikut")
        verbose_name_plural = _("pengikut")
        constraints = [models.UniqueConstraint(fields=["complaint", "email"], name="follower_once")]
        indexes = [
            models.Index(fields=["asked_at"], name="follower_waiting", condition=models.Q(confirmed_at=None))
        ]

    class Audit:
        public = ("id", "complaint", "asked_at", "confirmed_at", "moved_from")
        private = ("language",)
        secret = ("email",)

    def __str__(self) -> str:
        return f"#{self.pk}"


class News(models.Model):
    """Followers are still to hear where the case came to; written with the step, gone once they are told."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+")
    state = models.CharField(_("keadaan"), max_length=20)
    at = models.DateTimeField(_("pada"), default=timezone.now)
    after = models.BigIntegerField(default=0)  # the follower told last; their order is that of their keys

    class Meta:
        verbose_name = _("kabar")
        verbose_name_plural = _("kabar")

    class Audit:
        public = ("id", "complaint", "state", "at", "after")

    def __str__(self) -> str:
        return f"#{self.pk}"
