"""What /readyz asks of the queue."""

from __future__ import annotations

from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

# Both together under two seconds: whoever asks for the portal's health waits no longer for Valkey.
IMPATIENT: dict[str, Any] = {"socket_connect_timeout": 0.8, "socket_timeout": 0.8, "max_retries": 0}


def broker() -> str | None:
    """Whether the broker that the settings name answers a PING."""
    with current_app.connection_for_write(transport_options=IMPATIENT) as connection:
        try:
            connection.default_channel.client.ping()
        except (OperationalError, *connection.connection_errors):
            return "Valkey gives no answer: pages go on, mail and timed work wait"
    return None
