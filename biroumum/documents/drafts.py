"""Files of what is not sent yet: they wait under a draft's key, then go to its case or go away."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from biroumum.documents.models import Attachment


@transaction.atomic(savepoint=False)
def move(source: str, target: str) -> list[Attachment]:
    """Give every file of a draft to the case `target`, in the transaction that files it; returns them."""
    moved = Attachment.objects.filter(subject=source).update(subject=target)
    return list(Attachment.objects.filter(subject=target)) if moved else []


@transaction.atomic
def discard(subject: str, *, pk: uuid.UUID | None = None) -> int:
    """Drop a draft's files, or the one named; the store's sweep removes the bytes that nobody else has."""
    files = Attachment.objects.filter(subject=_draft(subject))
    return (files.filter(pk=pk) if pk else files).delete()[0]


@transaction.atomic
def discard_older(than: dt.datetime) -> int:
    """Drop the files of drafts that were left behind."""
    return Attachment.objects.filter(subject__contains=MARK, created_at__lt=than).delete()[0]


MARK = ".draft/"


def _draft(subject: str) -> str:
    if MARK not in subject:
        raise ValueError(f"{subject} is no draft: files of a case are never dropped")
    return subject
