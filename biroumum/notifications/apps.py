from django.apps import AppConfig

from biroumum.web import health, schedules


class NotificationsConfig(AppConfig):
    name = "biroumum.notifications"

    def ready(self) -> None:
        from biroumum.notifications.health import outbox_age, worker_heartbeat

        tasks = "biroumum.notifications.tasks"
        schedules.register("notifications.deliver", task=f"{tasks}.deliver", every=15)
        schedules.register("notifications.heartbeat", task=f"{tasks}.heartbeat", every=60)
        health.register("outbox", outbox_age)
        health.register("worker", worker_heartbeat)
