"""Nightly tidying of what logins leave behind; none of it is business, so none of it is in the log."""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction


@shared_task
@transaction.atomic
def tidy() -> None:
    """Sessions that ran out, and counts of failures that no longer count."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608 - a name of ours, quoted
