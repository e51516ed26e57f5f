"""The Celery application; tasks live in each app's `tasks` module."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish

from biroumum.web import context

REQUEST = "biro_request_id"  # a header of the message


class PortalTask(Task):
    """What a task writes stands in the log under its name and under the request that asked for it, if one did.

    Nothing of the task before shines through.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        asked = self.request.get(REQUEST)
        with context.fresh(task=self.name, **({"request_id": asked} if asked else {})):
            return super().__call__(*args, **kwargs)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biroumum.settings")
app = Celery("biroumum", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@before_task_publish.connect
def hand_request_on(headers: dict[str, Any], **kwargs: Any) -> None:
    if asked := context.request_id():
        headers[REQUEST] = asked
