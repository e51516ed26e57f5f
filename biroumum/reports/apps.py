from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReportsConfig(AppConfig):
    name = "biroumum.reports"

    def ready(self) -> None:
        """Read every app's reports now, so that a mistake in one stops the start."""
        autodiscover_modules("reports")
