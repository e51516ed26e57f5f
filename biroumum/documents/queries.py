"""Reading files and documents."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from biroumum.documents.models import Attachment, IssuedDocument

SCANNER_LATE = dt.timedelta(minutes=30)


def attachments_of(subject: str) -> QuerySet[Attachment]:
    """Files of a case in the order they came, also those still being scanned or refused by the scanner."""
    return Attachment.objects.filter(subject=subject)


def documents_of(subject: str) -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.filter(subject=subject)


def scanner_trouble() -> str | None:
    """For the health page: a file has waited so long that the scanner or the queue must be away."""
    waiting = Attachment.objects.filter(state=Attachment.State.QUARANTINED)
    late = waiting.filter(created_at__lt=timezone.now() - SCANNER_LATE).exists()
    return "files wait for the malware scanner" if late else None
