"""What /readyz asks of the queue."""

from __future__ import annotations

from typing import Any

from django.conf import settings

# Both together under two seconds: whoever asks for the portal's health waits no longer for Valkey.
IMPATIENT: dict[str, Any] = {"socket_connect_timeout": 0.8, "socket_timeout": 0.8}


def broker() -> str | None:
    """Whether the broker that the settings name answers a PING."""
    from redis import (  # a fifth of a second, of every command and program, for this page alone
        Redis,
        RedisError,
    )

    try:
        with Redis.from_url(settings.CELERY_BROKER_URL, retry=None, **IMPATIENT) as broker:
            broker.ping()
    except (RedisError, OSError):
        return "Valkey gives no answer: pages go on, mail and timed work wait"
    return None
