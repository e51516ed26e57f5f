"""The mails of complaints: which event writes which template to whom, with an invented case to look at each by."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from biroumum.notifications.rules import MailRule
from biroumum.worktime.models import Clock
from complaints.states import State

# Events of `tell_reporter` and `contact`; each has its template under templates/mail/complaints/.
TO_REPORTER: dict[str, str | Promise] = {
    "received": _("Pengaduan diterima"),
    "question": _("Petugas bertanya, atau meminta kelengkapan"),
    "reminder": _("Kelengkapan belum datang"),
    "reply_reminder": _("Pertanyaan belum dijawab"),
    "verified": _("Pengaduan diverifikasi"),
    "assigned": _("Diteruskan ke unit"),
    "started": _("Mulai ditangani"),
    "scheduled": _("Pekerjaan dijadwalkan"),
    "message": _("Petugas mengirim pesan"),
    "retimed": _("Batas waktu dihitung ulang"),
    "answered": _("Pengaduan dijawab"),
    "reopened": _("Sanggahan diterima, dibuka kembali"),
    "reopening_refused": _("Sanggahan ditolak"),
    "closed": _("Pengaduan selesai"),
    "archived": _("Dinyatakan tidak dapat ditindaklanjuti"),
    "handed_over": _("Dilimpahkan ke instansi lain"),
    "duplicate": _("Digabung dengan pengaduan lain"),
    "original_ended": _("Pengaduan induknya berakhir"),
    "withdrawn": _("Dicabut"),
    "lapsed": _("Dianggap dicabut karena tidak dilengkapi"),
    "published": _("Diterbitkan untuk umum"),
    "unpublished": _("Diturunkan dari halaman umum"),
    "code_replaced": _("Kode lacak diganti di loket"),
}
# What a reporter asked for: event, and who gets it.
ASKED_FOR: dict[str, tuple[str | Promise, str | Promise]] = {
    "entry": (_("Tautan masuk diminta lewat surel"), _("Pelapor yang memberi alamat")),
    "new_email": (_("Penggantian alamat surel diminta"), _("Alamat surel yang baru")),
    "email_changed": (_("Alamat surel pelapor diganti"), _("Alamat surel yang lama")),
}
TO_FOLLOWERS: dict[str, str | Promise] = {
    "follow_confirm": _("Seseorang ingin mengikuti pengaduan yang terbit"),
    "follow_news": _("Pengaduan yang diikuti berjalan maju"),
}


def mail_rules() -> Iterator[MailRule]:
    for event, when in TO_REPORTER.items():
        yield MailRule(f"complaints/{event}", when, _("Pelapor yang memberi alamat"), _sample)
    for event, (when, whom) in ASKED_FOR.items():
        yield MailRule(f"complaints/{event}", when, whom, _sample)
    for event, when in TO_FOLLOWERS.items():
        yield MailRule(f"complaints/{event}", when, _("Pengikut pengaduan yang terbit"), _sample)
    staff = _("Petugas yang memegang, kepala unit, lalu kepala biro")
    yield MailRule("complaints/warning", _("Batas waktu mendekat atau lewat"), staff, _warning)


def _sample() -> Mapping[str, Any]:
    return {
        "number": "ADU-2026-000147",
        "title": _("Lampu lorong gedung B mati"),
        "clock": Clock(due_at=timezone.now()),
        "state": State.IN_PROGRESS.label,
        "url": reverse("pengaduan:track"),
    }


def _warning() -> Mapping[str, Any]:
    return {"event": "soon", "numbers": "ADU-2026-000147", "count": 1, "url": reverse("complaints:list")}
