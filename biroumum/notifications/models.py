"""The outbox of mail with its ledger, the inbox inside the portal, and the worker's sign of life."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One mail to one person, rendered when it was decided; `services` writes it, `delivery` sends it."""

    class State(models.TextChoices):
        PENDING = "pending", _("Menunggu")
        SENDING = "sending", _("Sedang dikirim")
        SENT = "sent", _("Terkirim")
        FAILED = "failed", _("Gagal")
        DROPPED = "dropped", _("Dibatalkan")  # what it was about is forgotten; it goes to nobody any more

    key = models.CharField(_("kunci"), max_length=200, unique=True)  # the same event never makes two mails
    to = models.EmailField(_("kepada"))  # empty once that time is over too
    subject_line = models.CharField(_("perihal"), max_length=200)
    text = models.TextField(_("isi"))  # empty once the mail was sent and its time is over
    html = models.TextField(_("isi HTML"))
    subject_key = models.CharField(_("perkara"), max_length=120, blank=True)
    language = models.CharField(_("bahasa"), max_length=5, default="id")
    stop = models.CharField(
        _("alamat berhenti"), max_length=300, blank=True, db_default=""
    )  # address of the page that ends such mails
    state = models.CharField(_("keadaan"), max_length=8, choices=State.choices, default=State.PENDING)
    # counted since the mail was written, or since an administrator sent it back
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    next_attempt_at = models.DateTimeField(_("percobaan berikutnya"), default=timezone.now)
    lease_until = models.DateTimeField(_("dipegang sampai"), null=True, blank=True)  # while someone sends it
    message_id = models.CharField(
        _("nomor surel"), max_length=120, unique=True
    )  # the header; the same in every attempt
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now)
    sent_at = models.DateTimeField(_("terkirim"), null=True, blank=True)

    class Meta:
        verbose_name = _("surel")
        verbose_name_plural = _("surel")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("pending", "sending", "sent", "failed", "dropped")),
                name="message_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | Q(lease_until__isnull=True) & ~Q(state="sending"),
                name="message_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | Q(sent_at__isnull=True) & ~Q(state="sent"),
                name="message_sent_at_when_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="message_pending"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_sending"),
            models.Index(fields=["state", "-id"], name="message_state"),
            models.Index(fields=["subject_key"], name="message_subject"),
            models.Index(
                fields=["sent_at"], condition=Q(state="sent") & ~Q(text=""), name="message_to_forget"
            ),
            models.Index(fields=["sent_at"], condition=Q(state="sent") & ~Q(to=""), name="message_addressed"),
        ]

    class Audit:
        public = ("id", "state", "attempts", "language", "created_at", "sent_at")
        private = ("key", "subject_line", "subject_key", "message_id", "next_attempt_at", "lease_until")
        secret = ("to", "text", "html", "stop")

    def __str__(self) -> str:
        return f"{self.to}: {self.subject_line}"

    @property
    def tone(self) -> str:
        return {"sent": "ok", "failed": "bad"}.get(self.state, "warn" if self.attempts else "")


class MessageAttachment(models.Model):
    """A file of a mail, kept with it so that what is sent is what was decided."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    name = models.CharField(_("nama"), max_length=120)
    media_type = models.CharField(_("jenis berkas"), max_length=100)
    content = models.BinaryField(_("isi"))

    class Meta:
        verbose_name = _("berkas surel")
        verbose_name_plural = _("berkas surel")

    class Audit:
        public = ("id", "message", "media_type")
        secret = ("name", "content")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The ledger: one line for each attempt to hand a mail to the server."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("Dimulai")
        ACCEPTED = "accepted", _("Diterima peladen surel")
        REFUSED = "refused", _("Ditolak untuk sementara")
        REJECTED = "rejected", _("Ditolak untuk seterusnya")
        UNREACHABLE = "unreachable", _("Peladen tidak terjangkau")
        UNKNOWN = "unknown", _("Terputus, hasil tidak diketahui")

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    started_at = models.DateTimeField(_("mulai"))
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    outcome = models.CharField(_("hasil"), max_length=12, choices=Outcome.choices, default=Outcome.STARTED)
    reply = models.CharField(_("jawaban peladen"), max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("percobaan kirim")
        verbose_name_plural = _("percobaan kirim")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=("started", "accepted", "refused", "rejected", "unreachable", "unknown")
                ),
                name="delivery_outcome_known",
            ),
            # Two workers with the same mail in hand is the one thing that must not happen.
            models.UniqueConstraint(
                fields=["message"], condition=Q(outcome="started"), name="delivery_one_at_a_time"
            ),
        ]

    class Audit:
        public = ("id", "message", "started_at", "finished_at", "outcome")
        secret = ("reply",)  # may repeat the address

    def __str__(self) -> str:
        return f"{self.message_id}: {self.outcome}"


class Notification(models.Model):
    """A line in one person's inbox inside the portal."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications")
    text = models.CharField(_("isi"), max_length=300)
    url = models.CharField(_("alamat"), max_length=300, blank=True)  # a path of this portal
    subject_key = models.CharField(_("perkara"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now)
    read_at = models.DateTimeField(_("dibaca"), null=True, blank=True)

    class Meta:
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]

    class Audit:
        public = ("id", "created_at", "read_at")
        private = ("user", "text", "url", "subject_key")

    def __str__(self) -> str:
        return self.text


class Heartbeat(models.Model):
    """When a background process last showed that it lives."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
