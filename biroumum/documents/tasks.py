"""Scanning what waits, and sweeping content that no row refers to."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from itertools import islice

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from biroumum.documents import scanner, store
from biroumum.documents.models import Attachment
from biroumum.documents.services import settle_scan

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
    """Remove content older than a day that no row needs: of rolled-back uploads, of refused and of removed files."""
    moment = dt.datetime.fromisoformat(now) if now else timezone.now()
    removed = 0
    for batch in _batches(store.older_than(moment - SWEEP_AFTER)):
        for digest in set(batch) - _referenced(batch):
            removed += _remove_unless_needed(digest)
    return removed


def _referenced(digests: Iterable[str]) -> set[str]:
    rows = Attachment.objects.filter(sha256__in=digests).exclude(state__in=(State.REFUSED, State.REMOVED))
    return set(rows.values_list("sha256", flat=True))


@transaction.atomic
def _remove_unless_needed(digest: str) -> bool:
    """Ask once more with the content locked: a row may have been written since the batch was read."""
    if not store.lock_alone(digest) or _referenced([digest]):
        return False
    store.remove(digest)
    return True


def _batches(digests: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(digests, BATCH)):
        yield batch
