from django.apps import AppConfig

from biroumum.web import health, schedules


class DocumentsConfig(AppConfig):
    name = "biroumum.documents"

    def ready(self) -> None:
        from biroumum.documents.queries import scanner_trouble

        tasks = "biroumum.documents.tasks"
        schedules.register("documents.scan_waiting", task=f"{tasks}.scan_waiting", every=120)
        schedules.register("documents.sweep_store", task=f"{tasks}.sweep_store", crontab="10 3 * * *")
        health.register("scanner", scanner_trouble)
