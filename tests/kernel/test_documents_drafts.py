"""Files of a draft: to its case, or away; those of a case stay."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from biroumum.documents import drafts
from biroumum.documents.models import Attachment

DRAFT, CASE = "complaints.draft/ab12", "complaints.complaint/12"


def waiting(subject: str, **changes) -> Attachment:
    values = {"sha256": "0" * 64, "name": "a.png", "media_type": "image/png", "size": 1, "state": "clean"}
    return Attachment.objects.create(subject=subject, from_holder=True, **values | changes)


def test_all_files_of_the_draft_go_to_the_case_and_no_others(db) -> None:
    mine, other = waiting(DRAFT), waiting("complaints.draft/cd34")
    assert drafts.move(DRAFT, CASE) == [mine]
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.subject, other.subject) == (CASE, "complaints.draft/cd34")


def test_one_file_or_all_are_dropped(db) -> None:
    one, _two = waiting(DRAFT), waiting(DRAFT)
    assert drafts.discard(DRAFT, pk=uuid.uuid4()) == 0
    assert drafts.discard(DRAFT, pk=one.pk) == 1
    assert drafts.discard(DRAFT) == 1


def test_files_of_a_case_are_never_dropped(db) -> None:
    waiting(CASE, created_at=timezone.now() - dt.timedelta(days=900))
    with pytest.raises(ValueError, match="is no draft"):
        drafts.discard(CASE)
    assert drafts.discard_older(timezone.now()) == 0
    assert Attachment.objects.count() == 1


def test_only_drafts_left_behind_are_dropped(db) -> None:
    now = timezone.now()
    waiting(DRAFT, created_at=now - dt.timedelta(hours=5))
    young = waiting("complaints.draft/cd34", created_at=now)
    assert drafts.discard_older(now - dt.timedelta(hours=4)) == 1
    assert Attachment.objects.get() == young
