from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from biroumum.web import health, schedules


class AuditConfig(AppConfig):
    name = "biroumum.audit"

    def ready(self) -> None:
        from biroumum.audit import ledger, signals, wrapper
        from biroumum.audit.health import log_trouble

        signals.connect()
        schedules.register(
            "audit.partitions",
            _("Menyiapkan log untuk bulan berikutnya"),
            task="biroumum.audit.tasks.ensure_partitions",
            crontab="40 2 * * *",
        )
        schedules.register(
            "audit.ledger",
            _("Melengkapi catatan penghapusan di luar basis data"),
            task="biroumum.audit.tasks.reconcile_ledger",
            every=3600,
        )
        health.register("log", log_trouble)
        health.register("erasures", ledger.trouble)
        connection_created.connect(wrapper.install, dispatch_uid="audit.wrapper")
        post_migrate.connect(_install_capture, sender=self, dispatch_uid="audit.capture")


def _install_capture(using: str, **kwargs: Any) -> None:
    """After the last migration every table exists; functions and triggers follow its columns."""
    from biroumum.audit import upkeep

    if using == "default":
        upkeep.install(connections[using])
