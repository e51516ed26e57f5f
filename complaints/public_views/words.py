"""What the tracking page says of a case, in a citizen's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from biroumum.audit.queries import Step
from biroumum.web.templatetags.web import tanggal
from biroumum.worktime.models import Clock, ClockEvent
from complaints.models import Complaint, Publication
from complaints.services import deadlines
from complaints.services.words import PUBLIC_MEANINGS
from complaints.states import State, Visibility

Words = str | Promise


class Meaning(NamedTuple):
    text: Words
    next: Words = ""


MEANINGS = {
    State.RECEIVED: Meaning(
        gettext_lazy("Pengaduan Anda menunggu diperiksa."),
        gettext_lazy("Diteruskan ke kantor yang berwenang"),
    ),
    State.INCOMPLETE: Meaning(
        gettext_lazy("Kami menunggu kelengkapan dari Anda."),
        gettext_lazy("Diperiksa lagi sesudah Anda melengkapi"),
    ),
    State.VERIFIED: Meaning(
        gettext_lazy("Pengaduan Anda sudah diperiksa dan akan diteruskan."), gettext_lazy("Ditangani")
    ),
    State.ASSIGNED: Meaning(
        gettext_lazy("Pengaduan Anda sudah sampai di kantor yang menangani."), gettext_lazy("Ditangani")
    ),
    State.IN_PROGRESS: Meaning(
        gettext_lazy("Pengaduan Anda sedang ditangani."), gettext_lazy("Jawaban untuk Anda")
    ),
    State.AWAITING_REPORTER: Meaning(
        gettext_lazy("Kami menunggu jawaban Anda."),
        gettext_lazy("Penanganan dilanjutkan sesudah Anda menjawab"),
    ),
    State.SCHEDULED: Meaning(
        gettext_lazy("Pekerjaan sudah dijadwalkan."), gettext_lazy("Jawaban untuk Anda")
    ),
    State.ANSWERED: Meaning(
        gettext_lazy("Jawaban sudah ada. Anda dapat menerimanya atau menyanggah."),
        gettext_lazy("Keputusan Anda"),
    ),
    State.CLOSED: Meaning(gettext_lazy("Pengaduan ini selesai.")),
    State.REOPEN_REQUESTED: Meaning(
        gettext_lazy("Sanggahan Anda sedang diputus oleh petugas lain."),
        gettext_lazy("Keputusan atas sanggahan"),
    ),
    State.REOPENED: Meaning(
        gettext_lazy("Sanggahan Anda diterima, dan pengaduan dibuka kembali."), gettext_lazy("Ditangani lagi")
    ),
    State.HANDED_OVER: Meaning(
        gettext_lazy("Pengaduan ini wewenang instansi lain dan sudah kami limpahkan.")
    ),
    State.ARCHIVED: Meaning(
        gettext_lazy("Pengaduan ini tidak dapat kami tindak lanjuti. Sebabnya ada di pesan.")
    ),
    State.DUPLICATE: Meaning(
        gettext_lazy("Pengaduan ini digabung dengan pengaduan yang sama. Penjelasannya ada di pesan.")
    ),
    State.WITHDRAWN: Meaning(gettext_lazy("Pengaduan ini dicabut.")),
}
AT_THE_INSPECTORATE = Meaning(
    gettext_lazy("Laporan Anda menunggu diperiksa Inspektorat."), gettext_lazy("Pemeriksaan oleh Inspektorat")
)
PROMISED = {  # what the office owes by a clock of this code
    deadlines.VERIFICATION: gettext_lazy("Diperiksa paling lambat %(date)s"),
    deadlines.INSPECTION: gettext_lazy("Diperiksa Inspektorat paling lambat %(date)s"),
    deadlines.COMPLETENESS: gettext_lazy("Dinyatakan lengkap atau belum paling lambat %(date)s"),
    deadlines.FIRST_FOLLOW_UP: gettext_lazy("Kabar pertama paling lambat %(date)s"),
    deadlines.REOPENING: gettext_lazy("Sanggahan diputus paling lambat %(date)s"),
    deadlines.DOCUMENTS_REOPENING: gettext_lazy("Keberatan diputus paling lambat %(date)s"),
    deadlines.COMPLETION: gettext_lazy("Lengkapi paling lambat %(date)s"),
    deadlines.OBJECTION: gettext_lazy("Anda dapat menyanggah sampai %(date)s"),
    deadlines.DOCUMENTS_OBJECTION: gettext_lazy("Anda dapat mengajukan keberatan sampai %(date)s"),
    deadlines.DISPUTE: gettext_lazy("Anda dapat mengajukan sengketa ke Komisi Informasi sampai %(date)s"),
}
CLOSES = gettext_lazy(
    "Sesudah itu pengaduan ditutup dengan sendirinya. Anda tidak perlu berbuat apa-apa bila setuju."
)
THEN = {
    (State.INCOMPLETE, deadlines.COMPLETION): gettext_lazy(
        "Sesudah itu pengaduan dianggap dicabut. Kami mengingatkan Anda paling sedikit tujuh hari sebelumnya."
    ),
    (State.ANSWERED, deadlines.OBJECTION): CLOSES,
    (State.ANSWERED, deadlines.DOCUMENTS_OBJECTION): CLOSES,
}
# Of a limit of the office, with which nothing ends: who hears of it (services.warning), and the statement of silence.
MISSED = gettext_lazy(
    "Bila lewat, pimpinan diberi tahu. Anda lalu dapat mengunduh surat keterangan di halaman ini."
)
MISSED_OF_WHISTLE = gettext_lazy("Bila lewat, Anda dapat mengunduh surat keterangan di halaman ini.")
ANSWERED_BY = gettext_lazy("Jawaban paling lambat %(date)s")


@dataclass(frozen=True)
class Deadline:
    """One limit that still runs: its promise, whether it is past, and when and why its clock stood still."""

    promise: str
    then: str  # what happens once it is past; of the office's own limits said with the nearest alone
    late: bool
    pauses: list[str]


def meaning_of(case: Complaint) -> Meaning:
    if case.is_whistle and case.state == State.RECEIVED:
        return AT_THE_INSPECTORATE
    return MEANINGS[State(case.state)]


def running_deadlines(case: Complaint, clocks: Iterable[Clock], now: dt.datetime) -> list[Deadline]:
    """`clocks` with their ledger, as `worktime.queries.clocks_of` gives them; the nearest first, those that stand
    still last. Where two limits promise the same, the earlier counts. A window that is over is no promise any more.
    """
    running = sorted(
        (clock for clock in clocks if clock.stopped_at is None),
        key=lambda clock: (clock.paused_at is not None, clock.due_at),
    )
    office = next((clock for clock in running if clock.code not in deadlines.CITIZENS), None)
    told: dict[Words, Deadline] = {}
    for clock in running:
        words = PROMISED.get(clock.code, ANSWERED_BY)
        if clock.code in deadlines.WINDOWS and clock.due_at < now:
            continue
        told.setdefault(words, _deadline(case, clock, words, now, missed=clock is office))
    return list(told.values())


def _deadline(case: Complaint, clock: Clock, words: Words, now: dt.datetime, *, missed: bool) -> Deadline:
    due = deadlines.completion_ends(case, clock) if clock.code == deadlines.COMPLETION else clock.due_at
    late = clock.code not in deadlines.CITIZENS and clock.is_late(now)
    if missed and clock.paused_at is None:
        then: Words = MISSED_OF_WHISTLE if case.is_whistle else MISSED
    else:
        then = THEN.get((State(case.state), clock.code), "")
    return Deadline(str(words % {"date": tanggal(due)}), str(then), late, list(pauses(clock.events.all())))


def pauses(events: Iterable[ClockEvent]) -> Iterator[str]:
    """When and why a clock stood still or was set anew."""
    began: ClockEvent | None = None
    for event in events:
        if event.kind == ClockEvent.Kind.PAUSE:
            began = event
        elif event.kind == ClockEvent.Kind.RESUME and began is not None:
            yield _pause(began, event)
            began = None
        elif event.kind == ClockEvent.Kind.RETIME and event.due_before not in (None, event.due_after):
            told = {"before": tanggal(event.due_before), "after": tanggal(event.due_after)}
            told["reason"] = _(event.reason)
            yield _("Tenggat dihitung ulang dari %(before)s menjadi %(after)s: %(reason)s") % told
    if began is not None:
        stands = {"date": tanggal(began.at), "reason": _(began.reason)}
        yield _("Jam berhenti sejak %(date)s: %(reason)s. Tenggat ini akan mundur.") % stands


def _pause(began: ClockEvent, ended: ClockEvent) -> str:
    told = {"since": tanggal(began.at), "until": tanggal(ended.at), "reason": _(began.reason)}
    if told["since"] == told["until"]:
        return _("Jam berhenti pada %(since)s: %(reason)s.") % told
    return _("Jam berhenti dari %(since)s sampai %(until)s: %(reason)s.") % told


def holding(case: Complaint) -> str:
    """Who has the case now: an office, never a person."""
    if case.is_ended:
        return ""
    return case.unit.name if case.unit else without_office(case)


def without_office(case: Complaint) -> str:
    """Who has a case that lies with no office yet."""
    return _("Inspektorat") if case.is_whistle else _("Verifikator pengaduan")


class Original(NamedTuple):
    """What a reporter may know of the case theirs was joined to; `url` only if everyone may read it."""

    state: Words
    tone: str
    meaning: Words
    url: str


def original_of(case: Complaint) -> Original | None:
    original = case.duplicate_of
    if original is None or original.is_whistle:
        return None
    public = Publication.objects.live().select_related("complaint").filter(complaint=original).first()
    meaning = PUBLIC_MEANINGS[State(original.state)]
    return Original(original.state_label, original.tone, meaning, public.get_absolute_url() if public else "")


def without_reply(case: Complaint) -> str:
    """What follows when the reporter does not answer an officer's question."""
    if case.state != State.AWAITING_REPORTER:
        return ""
    if until := deadlines.reply_ends(case):
        told = {"date": tanggal(until)}
        return _("Tanpa jawaban sampai %(date)s, petugas melanjutkan tanpa menunggu Anda.") % told
    return _("Bila lama tidak ada jawaban, kami mengingatkan Anda sebelum melanjutkan tanpa menunggu.")


def told(step: Step, *, to_public: bool = False) -> str:
    """By whom and what, as far as a citizen may read it; reasons among officers are none of it."""
    holder = _("Oleh pelapor.") if to_public else _("Oleh Anda.")
    by = holder if step.by_holder else f"{step.office}." if step.office else ""
    detail = _detail(step.verb, step.data) or ("" if to_public else _lowered(step.data))
    return f"{by} {detail}".strip()


def _lowered(data: dict[str, Any]) -> str:
    """That more people may know of the case than the reporter chose; the officer's reason follows on the page."""
    if not (before := data.get("visibility_before")):
        return ""
    said = {"before": Visibility(before).label, "after": Visibility(data["visibility"]).label}
    return _("Kerahasiaan diubah dari %(before)s menjadi %(after)s. Alasan:") % said


def _detail(verb: str, data: dict[str, Any]) -> str:
    match verb.rpartition(".")[2]:
        case "assign" if data.get("unit"):
            return _("Diteruskan ke %(unit)s.") % {"unit": data["unit"]}
        case "hand_over" | "hand_over_work" if data.get("agency"):
            return _("Dilimpahkan ke %(agency)s.") % {"agency": data["agency"]}
        case "schedule" if day := parse_date(data.get("scheduled_for") or ""):
            said = _("Dijadwalkan %(date)s.") % {"date": tanggal(day)}
            if due := parse_date(data.get("due") or ""):
                said += " " + _("Ini sesudah batas jawaban, %(due)s.") % {"due": tanggal(due)}
            return said
        case "unpublish" if reason := data.get("reason"):
            return _("Alasan: %(reason)s") % {"reason": _(reason)}
    return ""
