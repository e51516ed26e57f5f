from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from biroumum.audit.verbs import Verb, register_verbs
from biroumum.web import navigation, schedules


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
        navigation.register(_("Laporan"), "reports:index")
        post_migrate.connect(sync_schedules, sender=apps.get_app_config("django_celery_beat"))
        register_verbs(
            {
                "reports.export": Verb(_("Laporan diunduh")),
                "reports.subscribe": Verb(_("Langganan laporan diubah")),
                "reports.schedule": Verb(_("Jadwal laporan diubah")),
            }
        )
