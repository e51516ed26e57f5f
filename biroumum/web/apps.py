from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class WebConfig(AppConfig):
    name = "biroumum.web"

    def ready(self) -> None:
        from biroumum.web import health, queue, sealing
        from biroumum.web.schedules import sync

        health.register("queue", queue.broker)
        health.register("seal", sealing.newest_opens)
        post_migrate.connect(sync, sender=apps.get_app_config("django_celery_beat"))
