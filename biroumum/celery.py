"""The Celery application; tasks live in each app's `tasks` module."""

import os
from typing import Any

from celery import Celery, Task

from biroumum.web import context


class PortalTask(Task):
    """What a task writes stands in the log under its name; nothing of the task before shines through."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with context.fresh(task=self.name):
            return super().__call__(*args, **kwargs)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biroumum.settings")
app = Celery("biroumum", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
