"""Scanning what waits, and sweeping content that no row refers to."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from itertools import islice

from celery import shared_task
from django.utils import timezone

from biroumum.documents import scanner, store
from biroumum.documents.models import Attachment
from biroumum.documents.services import destroy, destroy_removed, needed, settle_scan

log = logging.getLogger(__name__)
State = Attachment.State
SWEEP_AFTER = dt.timedelta(days=1)  # no transaction lives that long
BATCH = 500


@shared_task
def scan_attachment(pk: str) -> None:
    """Scan one file; without a verdict it stays in quarantine for the next sweep."""
    attachment = Attachment.objects.filter(pk=pk, state=State.QUARANTINED).first()
    if attachment is None:
        return
    try:
        with store.open_content(attachment.sha256) as content:
            malware = scanner.find_malware(content)
    except (scanner.ScannerAway, FileNotFoundError) as error:
        log.warning("file %s stays in quarantine: %s", pk, error)
        return
    settle_scan(attachment, malware)


@shared_task
def scan_waiting() -> int:
    """Scan all files still in quarantine, oldest first; returns how many were tried."""
    waiting = Attachment.objects.filter(state=State.QUARANTINED).order_by("created_at")[:BATCH]
    keys = [str(pk) for pk in waiting.values_list("pk", flat=True)] if scanner.is_on() else []
    for pk in keys:
        scan_attachment(pk)
    return len(keys)


@shared_task
def sweep_store(now: str | None = None) -> int:
    """Remove content that no row needs: of given-up files, and after a day of undone uploads and refused files."""
    moment = dt.datetime.fromisoformat(now) if now else timezone.now()
    removed = destroy_removed()
    for batch in _batches(store.older_than(moment - SWEEP_AFTER)):
        for digest in set(batch) - needed(batch):  # asked once more with the content locked
            removed += destroy(digest)
    return removed


def _batches(digests: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(digests, BATCH)):
        yield batch
