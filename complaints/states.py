"""The names a complaint is spoken of with: states, classes, visibility, channels, results. No tables, no rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class State(models.TextChoices):
    RECEIVED = "received", _("Diterima")
    INCOMPLETE = "incomplete", _("Menunggu kelengkapan")
    VERIFIED = "verified", _("Terverifikasi")
    ASSIGNED = "assigned", _("Diteruskan ke unit")
    IN_PROGRESS = "in_progress", _("Diproses")
    AWAITING_REPORTER = "awaiting_reporter", _("Menunggu pelapor")
    SCHEDULED = "scheduled", _("Dijadwalkan")
    ANSWERED = "answered", _("Ditanggapi")
    CLOSED = "closed", _("Selesai")
    REOPEN_REQUESTED = "reopen_requested", _("Permintaan dibuka kembali")
    REOPENED = "reopened", _("Dibuka kembali")
    HANDED_OVER = "handed_over", _("Dilimpahkan")
    ARCHIVED = "archived", _("Tidak dapat ditindaklanjuti")
    DUPLICATE = "duplicate", _("Digabung")
    WITHDRAWN = "withdrawn", _("Dicabut")


ENDED = (State.CLOSED, State.HANDED_OVER, State.ARCHIVED, State.DUPLICATE, State.WITHDRAWN)
# An office holds the case in these states, so it must be named.
HELD = (State.ASSIGNED, State.IN_PROGRESS, State.AWAITING_REPORTER, State.SCHEDULED, State.ANSWERED)
# The verifier has it in these, and no office.
UNHELD = (State.RECEIVED, State.INCOMPLETE, State.VERIFIED)

# The office waits for an answer of the reporter.
ASKED = (State.INCOMPLETE, State.AWAITING_REPORTER)

# While an office works on it, it may ask other units for parts, and its head may give it to another officer.
ASKING = (State.ASSIGNED, State.IN_PROGRESS, State.AWAITING_REPORTER, State.SCHEDULED)

TONES = {
    State.INCOMPLETE: "warn",
    State.AWAITING_REPORTER: "warn",
    State.REOPEN_REQUESTED: "warn",
    State.ANSWERED: "ok",
    State.CLOSED: "ok",
}


class Kind(models.TextChoices):
    """The three classes of SP4N-LAPOR!, and what is for the Inspektorat alone: wrongs done by officials."""

    COMPLAINT = "complaint", pgettext_lazy("jenis", "Pengaduan")
    ASPIRATION = "aspiration", _("Aspirasi")
    INFORMATION = "information", _("Permintaan informasi")
    WHISTLE = "whistle", _("Pelanggaran pegawai")


ORDINARY = [choice for choice in Kind.choices if choice[0] != Kind.WHISTLE]  # what the office classifies as


class Visibility(models.TextChoices):
    OPEN = "open", _("Terbuka")
    ANONYMOUS = "anonymous", _("Anonim")
    CONFIDENTIAL = "confidential", _("Rahasia")

    def is_lower_than(self, other: str) -> bool:
        """More may know of it; they stand in this order."""
        order = list(Visibility)
        return order.index(self) < order.index(Visibility(other))


class Source(models.TextChoices):
    WEB = "web", _("Situs web")
    DESK = "desk", _("Loket")
    PHONE = "phone", _("Telepon")
    LETTER = "letter", _("Surat")
    WHATSAPP = "whatsapp", _("WhatsApp")
    LAPORGUB = "laporgub", _("LaporGub")
    OPEN311 = "open311", _("Open311")
    SP4N = "sp4n", _("SP4N-LAPOR!")


# What the desk enters on behalf of someone; each gives the number and code back in its own way.
DESK_SOURCES = (Source.DESK, Source.PHONE, Source.LETTER, Source.WHATSAPP, Source.SP4N)


class SubtaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("subtugas", "Terbuka")
    DONE = "done", _("Selesai")
    CANCELLED = "cancelled", _("Dibatalkan")


SUBTASK_TONES = {SubtaskState.OPEN: "warn", SubtaskState.DONE: "ok"}


class Retained(models.TextChoices):
    """What of an ended case has a time after which it goes; how long stands in the limit `retention.<value>`."""

    CONTACT = "contact", _("Kontak pelapor dan pengikut")
    WORDS = "words", _("Data pribadi dalam teks")
    FILES = "files", _("Berkas")


class Fate(models.TextChoices):
    """What becomes of a case when its years in the archive schedule are over."""

    DESTROYED = "destroyed", _("Musnah")
    PERMANENT = "permanent", _("Permanen")


class Result(models.TextChoices):
    RESOLVED = "resolved", _("Sudah diselesaikan")
    PLANNED = "planned", _("Akan dikerjakan sesuai jadwal")
    EXPLAINED = "explained", _("Dijelaskan, tidak perlu tindakan")
    UNFOUNDED = "unfounded", _("Tidak terbukti")


RATINGS = (
    (5, _("Sangat puas")),
    (4, _("Puas")),
    (3, _("Biasa saja")),
    (2, _("Kurang puas")),
    (1, _("Tidak puas")),
)


class Reason(models.TextChoices):
    """Why a case waits for its reporter or left the road. Which ones fit a state stands in REASONS."""

    PLACE = "place", _("Tempat belum jelas")
    TIME = "time", _("Waktu kejadian belum jelas")
    STORY = "story", _("Uraian belum jelas")
    EVIDENCE = "evidence", _("Bukti belum ada")
    REGENCY = "regency", _("Wewenang pemerintah kabupaten atau kota")
    CENTRAL = "central", _("Wewenang pemerintah pusat")
    ANOTHER_OFFICE = "another_office", _("Wewenang perangkat daerah atau lembaga lain")
    NOT_A_COMPLAINT = "not_a_complaint", _("Bukan pengaduan, aspirasi, atau permintaan informasi")
    UNCLEAR = "unclear", _("Tidak cukup jelas untuk ditindaklanjuti")
    IN_COURT = "in_court", _("Sedang diperiksa pengadilan")
    ABUSE = "abuse", _("Berisi ancaman, fitnah, atau iklan")
    SAME_MATTER = "same_matter", _("Perkara yang sama dari pelapor lain")
    SENT_TWICE = "sent_twice", _("Dikirim lebih dari sekali oleh pelapor yang sama")
    AT_REQUEST = "at_request", _("Diminta pelapor")
    SETTLED = "settled", _("Sudah beres menurut pelapor")
    NO_REPLY = "no_reply", _("Tidak dilengkapi sampai batas waktunya")


REASONS = {
    State.INCOMPLETE: (Reason.PLACE, Reason.TIME, Reason.STORY, Reason.EVIDENCE),
    State.HANDED_OVER: (Reason.REGENCY, Reason.CENTRAL, Reason.ANOTHER_OFFICE),
    State.ARCHIVED: (Reason.NOT_A_COMPLAINT, Reason.UNCLEAR, Reason.IN_COURT, Reason.ABUSE),
    State.DUPLICATE: (Reason.SAME_MATTER, Reason.SENT_TWICE),
    State.WITHDRAWN: (Reason.AT_REQUEST, Reason.SETTLED, Reason.NO_REPLY),
}

# A point lies within these edges, in degrees; a form may be narrower.
LATITUDES, LONGITUDES = (-11.5, 6.5), (94.5, 141.5)
