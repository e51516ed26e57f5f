"""What this app tells the kernel at start: verbs of the log, work, reports, readers of files, timed tasks, menu."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, gettext_noop

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit import browser
from biroumum.audit.verbs import Verb, register_verbs
from biroumum.documents import access
from biroumum.documents.models import Attachment
from biroumum.notifications import rules
from biroumum.privacy import registry as erasable
from biroumum.reports import dashboard
from biroumum.reports.registry import register as register_report
from biroumum.web import navigation, schedules
from biroumum.web.subjects import subject_object
from biroumum.workflow import worklist
from biroumum.workflow.transition import Stale, Transition
from complaints import reports, services
from complaints.kernel import verbs
from complaints.kernel.turns import figures, subtask_work, work
from complaints.kernel.verbs import DONE, LABEL
from complaints.models import Complaint
from complaints.services import telling
from complaints.services.erasing import ERASABLE
from complaints.services.mails import mail_rules
from complaints.services.words import PUBLIC_STEPS
from complaints.states import ASKING, Fate, Visibility
from complaints.views import offices
from complaints.workflow import COMPLAINT, SUBTASK


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
    verbs.register()
    register_verbs({f"{LABEL}.{name}": Verb(label, public=True) for name, label in DONE.items()})
    worklist.register(work, figures=figures, tables=offices.tables)
    access.register(LABEL, readable)
    browser.keep_discreet(LABEL, discreet)
    erasable.register(ERASABLE)
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
    rules.register(mail_rules())
