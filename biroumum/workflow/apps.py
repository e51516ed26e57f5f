from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class WorkflowConfig(AppConfig):
    name = "biroumum.workflow"

    def ready(self) -> None:
        """Read every app's table now, so that a mistake in one stops the start and not a citizen."""
        from biroumum.workflow import database

        autodiscover_modules("workflow")
        # Django tells only apps with models of a finished migration; this package has none.
        post_migrate.connect(
            database.install, sender=apps.get_app_config("audit"), dispatch_uid="workflow.guards"
        )
