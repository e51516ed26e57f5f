from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from biroumum.audit.verbs import Verb, register_verbs
from biroumum.notifications import rules
from biroumum.web import navigation, schedules


def _sample() -> dict[str, Any]:
    """An invented mail of a report, for the table of mails."""
    told = {"report": {"title": _("Pengaduan berjalan")}, "period": "11-2026", "count": 2, "parts": [{}]}
    return told | {"reader": {"name": "Rini Contoh"}, "url": "/kerja/laporan/"}


class ReportsConfig(AppConfig):
    name = "biroumum.reports"
    verbose_name = _("Laporan")

    def ready(self) -> None:
        from biroumum.reports.services import sync_schedules

        schedules.register(
            "reports.catch_up",
            _("Mengirim laporan yang terlewat"),
            task="biroumum.reports.tasks.catch_up",
            every=600,
        )
        subscribers = _("Pelanggan laporan")
        rules.register([rules.MailRule("report", _("Laporan berkala tiba waktunya"), subscribers, _sample)])
        navigation.register(_("Laporan"), "reports:index")
        post_migrate.connect(sync_schedules, sender=apps.get_app_config("django_celery_beat"))
        register_verbs(
            {
                "reports.export": Verb(_("Laporan diunduh")),
                "reports.subscribe": Verb(_("Langganan laporan diubah")),
                "reports.schedule": Verb(_("Jadwal laporan diubah")),
            }
        )
