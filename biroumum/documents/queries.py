"""Reading files and documents."""

from django.db.models import QuerySet

from biroumum.documents.models import Attachment, IssuedDocument


def attachments_of(subject: str) -> QuerySet[Attachment]:
    """Files of a case in the order they came, also those still being scanned or refused by the scanner."""
    return Attachment.objects.filter(subject=subject)


def documents_of(subject: str) -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.filter(subject=subject)
