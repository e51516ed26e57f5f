from celery import shared_task
from django.db import connection

MONTHS_AHEAD = 3


@shared_task
def ensure_partitions() -> None:
    """The log's partitions of the coming months; what could not be made waits for the next day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.ensure_partitions(%s)", [MONTHS_AHEAD])
