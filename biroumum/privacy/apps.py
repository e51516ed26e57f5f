import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext, gettext_lazy as _

from biroumum.web import navigation, schedules


class PrivacyConfig(AppConfig):
    name = "biroumum.privacy"
    verbose_name = _("Pelindungan data pribadi")

    def ready(self) -> None:
        from biroumum.audit.verbs import Verb, register_verbs
        from biroumum.notifications import rules
        from biroumum.notifications.rules import MailRule
        from biroumum.workflow import worklist

        task = "biroumum.privacy.tasks.finish_erasures"
        schedules.register("privacy.finish_erasures", _("Menuntaskan penghapusan data"), task=task, every=300)
        navigation.register(_("Penghapusan data"), "privacy:list", open_to=_may_open)
        worklist.register(work)
        whom = _("Pelapor yang datanya diminta dihapus")
        rules.register(
            [
                MailRule("privacy/approved", _("Permohonan penghapusan data disetujui"), whom, _sample),
                MailRule("privacy/refused", _("Permohonan penghapusan data ditolak"), whom, _sample),
            ]
        )
        verbs = {
            "record": Verb(_("Permohonan penghapusan dicatat")),
            "approve": Verb(_("Penghapusan disetujui dan dijalankan")),
            "refuse": Verb(_("Permohonan penghapusan ditolak")),
            "withdraw": Verb(_("Permohonan penghapusan ditarik")),
            "forget": Verb(_("Kata yang dicari dihapus dari permohonan")),
            "complete": Verb(_("Penghapusan selesai, berita acara terbit")),
        }
        register_verbs({f"privacy.erasurerequest.{name}": verb for name, verb in verbs.items()})


def _may_open(user: Any) -> bool:
    from biroumum.privacy.queries import DECIDE, RECORD

    return bool(user.has_perm(RECORD) or user.has_perm(DECIDE))


def _sample() -> Mapping[str, Any]:
    told = {"number": "HPD-2026-000003", "case": "ADU-2026-000147", "url": "/verifikasi/"}
    return {**told, "reason": gettext("Perkaranya masih berjalan.")}


def work(user: Any) -> Iterator[Any]:
    """Requests this person may decide, and those they recorded that nobody has decided yet."""
    from biroumum.privacy.models import ErasureRequest, State
    from biroumum.privacy.queries import DECIDE
    from biroumum.web.subjects import subject_key
    from biroumum.workflow.worklist import WorkItem
    from biroumum.worktime.models import Clock

    if not _may_open(user):
        return
    rows = list(ErasureRequest.objects.visible_to(user).filter(state=State.REQUESTED).order_by("pk")[:50])
    clocks = Clock.objects.filter(subject__in=[subject_key(row) for row in rows], stopped_at=None)
    due: dict[str, dt.datetime] = dict(clocks.values_list("subject", "due_at"))
    for row in rows:
        decides = row.recorded_by_id != user.pk and user.has_perm(DECIDE)
        yield WorkItem(
            due_at=due.get(subject_key(row)),
            number=row.number,
            title=gettext("Penghapusan data pada %(case)s") % {"case": row.case_number},
            url=row.get_absolute_url(),
            action_label=gettext("Putuskan") if decides else gettext("Lihat"),
            service=gettext("Data pribadi"),
        )
