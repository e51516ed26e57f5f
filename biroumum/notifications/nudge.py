"""Wake a worker once a transaction with mail in it has committed.

Only a convenience: a periodic sweep finds the same rows within seconds, so a missing broker costs nothing
but that wait, and may never hold up the page that wrote the mail.
"""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction
from kombu.pools import producers

logger = logging.getLogger(__name__)
TASK = "biroumum.notifications.tasks.deliver"
# The broker answers at once or is away; with retries Celery would wait for it for ever.
IMPATIENT = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4, "max_retries": 0}


def nudge_on_commit() -> None:
    """At most once in a transaction, however many mails it writes."""
    waiting = transaction.get_connection().run_on_commit
    if not any(func is nudge for _savepoints, func, _robust in waiting):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Tell the workers that mail is due; a missing broker is a line in our own log and nothing else."""
    try:
        # From kombu's pool: a connection of its own for each nudge cost a fifth of the page that wrote the mail.
        broker = current_app.connection_for_write(transport_options=IMPATIENT)
        with producers[broker].acquire(block=True, timeout=IMPATIENT["socket_timeout"]) as producer:
            current_app.send_task(TASK, producer=producer, retry=False, ignore_result=True)
    except Exception as problem:
        logger.warning("No broker to tell about new mail, the sweep will find it: %s", problem)
