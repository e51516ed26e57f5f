"""What this app tells the kernel at start: verbs of the log, work, reports, readers of files, timed tasks, menu."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, gettext_noop

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import User
from biroumum.accounts.queries import units_of, units_where
from biroumum.audit import browser
from biroumum.audit.verbs import Verb, register_verbs
from biroumum.documents import access
from biroumum.documents.models import Attachment
from biroumum.notifications import rules
from biroumum.reports import dashboard
from biroumum.reports.registry import register as register_report
from biroumum.web import navigation, schedules
from biroumum.web.paging import count_capped
from biroumum.web.subjects import subject_object
from biroumum.web.templatetags.web import tanggal
from biroumum.workflow import worklist
from biroumum.workflow.transition import Stale, Transition
from biroumum.workflow.worklist import Figure, WorkItem
from biroumum.worktime.queries import horizon
from complaints import reports, services
from complaints.models import Complaint, DeadlineWarning, Subtask
from complaints.queries import ALL_REPORTS, INSPECT, UNIT_REPORTS, held_by
from complaints.services import telling
from complaints.services.deadlines import unanswered
from complaints.services.mails import mail_rules
from complaints.services.words import PUBLIC_STEPS
from complaints.states import ASKING, Fate, Kind, State, SubtaskState, Visibility
from complaints.views import offices
from complaints.workflow import COMPLAINT, SUBTASK

Level = DeadlineWarning.Level
LABEL = "complaints.complaint"

# What each step is called once it is done. The holder of the code sees them all; who looked at the contact too.
DONE = {
    "submit": _("Diterima"),
    "verify": _("Terverifikasi"),
    "ask_completion": _("Kelengkapan diminta dari pelapor"),
    "complete": _("Pelapor melengkapi"),
    "remind": _("Pelapor diingatkan"),
    "lapse": _("Dianggap dicabut karena tidak dilengkapi"),
    "withdraw": _("Dicabut atas permintaan pelapor"),
    "take_back": _("Pelapor mencabut pengaduan"),
    "archive": _("Dinyatakan tidak dapat ditindaklanjuti"),
    "hand_over": _("Dilimpahkan ke instansi lain"),
    "hand_over_work": _("Dilimpahkan ke instansi lain"),
    "mark_duplicate": _("Digabung dengan pengaduan lain"),
    "assign": _("Diteruskan ke unit"),
    "delegate": _("Ditugaskan kepada petugas"),
    "return_assignment": _("Dikembalikan: salah disposisi"),
    "start": _("Mulai ditangani"),
    "ask_reporter": _("Pertanyaan untuk pelapor"),
    "reply": _("Pelapor menjawab"),
    "reclassify": _("Jenis diubah, batas dihitung ulang"),
    "reclassify_work": _("Jenis diubah, batas dihitung ulang"),
    "extend": _("Batas jawaban diperpanjang"),
    "schedule": _("Pekerjaan dijadwalkan"),
    "continue_work": _("Penanganan dilanjutkan"),
    "answer": _("Dijawab"),
    "accept": _("Pelapor menerima jawaban"),
    "close_silent": _("Ditutup setelah masa sanggah"),
    "object": _("Pelapor menyanggah"),
    "grant_reopening": _("Sanggahan diterima, dibuka kembali"),
    "refuse_reopening": _("Sanggahan ditolak"),
    "resume_reopened": _("Kembali ditangani"),
    "object_outcome": _("Pelapor menyanggah keputusan"),
    "restore": _("Diperiksa kembali"),
    "hand_in": _("Diserahkan ke Inspektorat"),
    "release": _("Dipisahkan dari induknya, diperiksa tersendiri"),
    "inspect": _("Mulai diperiksa Inspektorat"),
    "dismiss": _("Dinyatakan tidak dapat ditindaklanjuti"),
    "uphold": _("Sanggahan diterima, dibuka kembali"),
    "overrule": _("Sanggahan ditolak"),
    "hand_back": _("Dikembalikan Inspektorat sebagai pengaduan biasa"),
    "message": _("Pesan"),
    "publish": _("Diterbitkan untuk umum"),
    "unpublish": _("Diturunkan dari halaman umum"),
    "ask_identity": _("Pembukaan identitas diminta"),
    "withdraw_identity": _("Permintaan membuka identitas ditarik"),
    "grant_identity": _("Pembukaan identitas disetujui"),
    "refuse_identity": _("Pembukaan identitas ditolak"),
    "open_identity": _("Identitas pelapor dibuka"),
    "name_accused": _("Petugas yang dilaporkan dicatat"),
    "replace_code": _("Kode lacak diganti"),
    "rate": _("Pelapor menilai jawaban"),
    "ask_new_email": _("Penggantian alamat surel diminta"),
    "change_email": _("Alamat surel pelapor diganti"),
    "enter": _("Dibuka dengan tautan dari surel"),
    "anonymise": _("Data pribadi dihapus, masa simpannya berakhir"),
}
FOLLOWED = {
    "ask": _("Ingin mengikuti"),
    "confirm": _("Mulai mengikuti"),
    "stop": _("Berhenti mengikuti"),
}
# What a reporter settled about mails of the case, and whoever asked for a link without opening anything.
MAILED = {
    "stop_mail": _("Pelapor tidak ingin menerima surel"),
    "resume_mail": _("Pelapor ingin menerima surel lagi"),
    "ask_entry": _("Tautan masuk diminta lewat surel"),
}

# The office's own affair: the holder is not told.
INSIDE = {
    "open": _("Pengaduan rahasia dibuka"),
    "print": _("Ringkasan PDF diunduh"),
    "warn": _("Peringatan batas waktu"),
    "destroy": _("Dimusnahkan menurut jadwal retensi arsip"),
    "keep_for_good": _("Disimpan permanen menurut jadwal retensi arsip"),
    "hold": _("Penghapusan data ditahan"),
    "lift_hold": _("Penahanan data dicabut"),
    "rejoin": _("Induknya digabung, ikut ke induk yang baru"),
    "remind_scheduled": _("Petugas diingatkan akan jadwalnya"),
    "ask_unit": _("Subtugas diminta"),
    "subtask_done": _("Subtugas selesai"),
    "subtask_cancelled": _("Subtugas dibatalkan"),
}

HANDLING = telling.HANDLE
# Whose turn it is, and what to call it on the work list.
TURNS = {
    state: (telling.RIGHTS.get(state, HANDLING), label)
    for state, label in {
        State.RECEIVED: _("Verifikasi"),
        State.VERIFIED: _("Disposisi"),
        State.REOPENED: _("Disposisi"),
        State.ASSIGNED: _("Mulai tangani"),
        State.IN_PROGRESS: _("Tanggapi"),
        State.SCHEDULED: _("Tanggapi"),
        State.AWAITING_REPORTER: _("Lanjutkan"),
        State.REOPEN_REQUESTED: _("Putuskan"),
    }.items()
}
SHOWN = 50


def work(user: User) -> Iterator[WorkItem]:
    """The most urgent cases that wait for this person: by right for verifiers, by position for officers."""
    mine = Q(pk__in=[])
    for state, (permission, _label) in TURNS.items():
        here = unanswered(timezone.now()) if state == State.AWAITING_REPORTER else Q(state=state)
        if user.has_perm(permission):
            mine |= here & (held_by(user) if permission == HANDLING else Q())
        if user.has_perm(INSPECT):
            mine |= here & Q(kind=Kind.WHISTLE)
    warned = DeadlineWarning.objects.filter(clock=OuterRef("clock")).order_by("-level").values("level")
    cases = Complaint.objects.visible_to(user).filter(mine | escalated_to(user))
    cases = cases.annotate(warned=Subquery(warned[:1]))
    for case in cases.with_list_parts().order_by("clock__due_at", "pk")[:SHOWN]:
        permission, label = turn_of(case)
        yield WorkItem(
            due_at=case.clock.due_at if case.clock and case.clock.is_running else None,
            number=case.number,
            title=case.title,
            url=case.get_absolute_url(),
            action_label=str(label) if user.has_perm(permission) else gettext("Lihat"),
            service=gettext("Pengaduan"),
            note=note_on(case),
        )


def turn_of(case: Complaint) -> tuple[str, Any]:
    """The right to act on it now, and what to call the act."""
    permission, label = TURNS[State(case.state)]
    if not case.is_whistle:
        return permission, label
    inspect = COMPLAINT["inspect"]
    return INSPECT, inspect.label if case.state in inspect.sources else label


def note_on(case: Any) -> str:
    """What a row of the work list says beside the deadline: a silent reporter, the day of the work, who was warned."""
    words = [str(Level(case.warned).label)] if case.warned else []
    if case.state == State.AWAITING_REPORTER:
        words.insert(0, gettext("Tanpa balasan pelapor"))
    if case.state == State.SCHEDULED:
        words.insert(0, gettext("Dijadwalkan %(date)s") % {"date": tanggal(case.scheduled_for)})
    return " · ".join(words)


def escalated_to(user: User) -> Q:
    """Late cases a head was told of: the bureau's all that went so far, another's those of their own offices."""
    late = Q(state__in=TURNS, clock__stopped_at=None, clock__paused_at=None)
    if user.has_perm(ALL_REPORTS):
        return late & Q(clock__in=DeadlineWarning.objects.filter(level=Level.BUREAU).values("clock"))
    if not user.has_perm(UNIT_REPORTS):
        return Q(pk__in=[])
    told = DeadlineWarning.objects.filter(level=Level.LATE).values("clock")
    theirs = Q(unit__in=units_where(user, UNIT_REPORTS)) & ~Q(state__in=telling.RIGHTS)
    return late & theirs & Q(clock__in=told)


def figures(user: User, now: dt.datetime) -> list[Figure]:
    """At most four numbers for the work list, each with the list it counts."""
    if not user.has_perm("complaints.view_complaint"):
        return []
    seen, address = Complaint.objects.visible_to(user), reverse("complaints:list")
    counted = (
        (seen.open(), "?progress=open", gettext("pengaduan berjalan")),
        (seen.due_within(now, horizon(now)), "?progress=soon", gettext("jatuh tempo ≤ 2 hari kerja")),
        (seen.overdue(now), "?progress=late", gettext("lewat waktu")),
        (seen.filter(state=State.AWAITING_REPORTER), "?state=awaiting_reporter", gettext("menunggu pelapor")),
    )
    return [
        {"value": count_capped(rows), "url": address + query, "label": label}
        for rows, query, label in counted
    ]


def readable(request: HttpRequest, attachment: Attachment) -> bool:
    """Staff who may see the case, and the holder of its code."""
    from complaints.public_views.access import holder_may_read

    case = subject_object(attachment.subject)
    user = request.user
    if case is None or not user.is_authenticated:
        return holder_may_read(request, attachment)
    seen = Complaint.objects.visible_to(user).filter(pk=case.pk).exists()
    return seen or holder_may_read(request, attachment)  # staff too may hold a code, as any citizen


def discreet(keys: set[str]) -> Iterable[int]:
    """Of these cases the log browser tells no values; what is for the Inspektorat alone is among them."""
    hidden = Complaint.objects.filter(pk__in=keys, visibility=Visibility.CONFIDENTIAL)
    return hidden.values_list("pk", flat=True)


def announce(case: Complaint, step: Transition, actor: Actor, data: Mapping[str, Any]) -> None:
    """Whoever follows a published case, by mail or feed, hears of the steps the public page tells."""
    if step.name in PUBLIC_STEPS:
        services.announce(case, at=data["at"])


def subtask_work(user: User) -> Iterator[WorkItem]:
    """What other units have asked this person's unit for; of the case itself it says nothing."""
    if not user.has_perm(HANDLING):
        return
    parts = Subtask.objects.visible_to(user).filter(state=SubtaskState.OPEN, unit__in=units_of(user))
    for part in parts.select_related("complaint", "asked_by")[:SHOWN]:
        yield WorkItem(
            due_at=None,
            number=str(part),
            title=part.text[:80],
            url=part.get_absolute_url(),
            action_label=gettext("Kerjakan"),
            service=gettext("Subtugas"),
        )


def drop_subtasks(case: Complaint, step: Transition, actor: Actor, data: Mapping[str, Any]) -> None:
    """A case that no office works on any more waits for nothing; the reason is that of the step.

    Except of a step into the Inspektorat's hands: an office that was asked reads the reason.
    """
    if case.state in ASKING:
        return
    told = {} if case.is_whistle else data
    reason = told.get("subtasks_reason") or told.get("reason") or gettext_noop("Pengaduannya berakhir.")
    for part in services.open_subtasks(case):
        with suppress(Stale):  # done just now
            SUBTASK.perform(part, "drop", actor=SYSTEM, reason=reason)


def release_joined(case: Complaint, step: Transition, actor: Actor, data: Mapping[str, Any]) -> None:
    """What had joined a case that only the Inspektorat may know of from now on goes back to the verifier."""
    for joined in case.duplicates.exclude(disposal__fate=Fate.DESTROYED).order_by("pk"):
        with suppress(Stale):  # objected to just now
            COMPLAINT.perform(joined, "release", actor=SYSTEM, reason="", at=data["at"])


TIMERS: dict[str, tuple[Promise, Any]] = {
    "close_silent": (_("Menutup pengaduan sesudah masa sanggah"), {"crontab": "10 0 * * *"}),
    "lapse_incomplete": (
        _("Mengingatkan pelapor yang ditunggu kelengkapan atau jawabannya"),
        {"crontab": "20 0 * * *"},
    ),
    "forget_unconfirmed": (_("Menghapus alamat pengikut yang tidak pasti"), {"crontab": "30 0 * * *"}),
    "anonymise_ended": (_("Menghapus data pribadi yang masa simpannya berakhir"), {"crontab": "40 0 * * *"}),
    "remind_scheduled": (_("Mengingatkan pekerjaan yang dijadwalkan"), {"crontab": "25 6 * * *"}),
    "warn_of_deadlines": (_("Mengingatkan petugas akan tenggat"), {"crontab": "15 6-16 * * 1-5"}),
    "keep_statistics": (_("Menyimpan statistik bulan lalu"), {"every": 3600}),
    "train_suggestions": (_("Melatih saran kategori"), {"crontab": "50 2 1 * *"}),
    "discard_drafts": (_("Membuang berkas formulir yang tidak dikirim"), {"every": 3600}),
    "tell_followers": (_("Menulis kabar untuk pengikut"), {"every": 15}),
}


def register() -> None:
    register_verbs({f"{LABEL}.{name}": Verb(label, public=True) for name, label in DONE.items()})
    worklist.register(work, figures=figures, tables=offices.tables)
    access.register(LABEL, readable)
    browser.keep_discreet(LABEL, discreet)
    for report in reports.REPORTS:
        register_report(report)
    dashboard.register(reports.PANEL)
    navigation.register(_("Pengaduan"), "complaints:list", permission="complaints.view_complaint")
    for task, (words, when) in TIMERS.items():
        schedules.register(f"complaints.{task}", words, task=f"complaints.tasks.{task}", **when)
    COMPLAINT.on("*", announce)
    COMPLAINT.on("*", drop_subtasks)
    COMPLAINT.on("hand_in", release_joined)
    COMPLAINT.on("*", telling.tell_turn)
    COMPLAINT.on("*", telling.tell_joined)
    worklist.register(subtask_work)
    register_verbs({f"complaints.follower.{name}": Verb(label) for name, label in FOLLOWED.items()})
    register_verbs({f"{LABEL}.{name}": Verb(label) for name, label in (INSIDE | MAILED).items()})
    views = {"save": _("Tampilan disimpan"), "delete": _("Tampilan dihapus")}
    register_verbs({f"complaints.savedview.{name}": Verb(label) for name, label in views.items()})
    rules.register(mail_rules())
    register_verbs({"complaints.monthlyfigures.keep": Verb(_("Statistik bulanan disimpan"))})
