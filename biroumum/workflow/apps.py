from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkflowConfig(AppConfig):
    name = "biroumum.workflow"

    def ready(self) -> None:
        """Read every app's table now, so that a mistake in one stops the start and not a citizen."""
        autodiscover_modules("workflow")
