from celery import shared_task
from django.db import connection

from biroumum.audit import ledger

MONTHS_AHEAD = 3


@shared_task
def ensure_partitions() -> None:
    """The log's partitions of the coming months; what could not be made waits for the next day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.ensure_partitions(%s)", [MONTHS_AHEAD])


@shared_task
def reconcile_ledger() -> int:
    """Bring the ledger of erasures outside the database up to it; returns how many lines were missing."""
    return ledger.reconcile()
