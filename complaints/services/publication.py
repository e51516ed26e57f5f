"""Making a case public, and taking it back: acts of their own, never a side effect of a step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.documents.models import Attachment
from biroumum.documents.queries import attachments_of
from biroumum.regions.models import Region
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import Complaint, Publication, PublishedFile
from complaints.services.redaction import Finding, find
from complaints.services.telling import tell_reporter
from complaints.states import State, Visibility

PERMISSION = "complaints.publish_complaint"
# Of publishing alone: what is public stays so while it is looked at again. What nobody has looked at yet, or what
# is no complaint of its own, is not for the public.
NEVER = (State.RECEIVED, State.INCOMPLETE, State.ARCHIVED, State.DUPLICATE, State.WITHDRAWN)


def check_publishable(case: Complaint, actor: Actor) -> None:
    """Raises Forbidden without the right, Refused with a sentence when this case may not be public."""
    if not actor.has_perm(PERMISSION):
        raise Forbidden(f"publish needs {PERMISSION}")
    if case.accuses(actor.person):
        raise Refused(
            _("Anda atau unit Anda adalah pihak yang dilaporkan, jadi orang lain yang menerbitkan.")
        )
    if case.visibility == Visibility.CONFIDENTIAL:
        raise Refused(_("Pengaduan rahasia tidak pernah diterbitkan."))
    if case.state in NEVER:
        raise Refused(_("Pengaduan berkeadaan “%(state)s” tidak diterbitkan.") % {"state": case.state_label})


@transaction.atomic
def publish(
    case: Complaint,
    *,
    actor: Actor,
    title: str,
    description: str,
    answer: str = "",
    region: Region | None = None,
    captions: Mapping[Attachment, str] | None = None,
    checked: bool = False,
    at: dt.datetime | None = None,
) -> Publication:
    """Put these words before the public, or replace those that are there: of that nobody gets another mail.

    captions: the case's files to show, each with a line for who cannot see it. `checked`: a person has looked at
    what the detector still finds and says it is no personal data; without it a finding raises Refused.
    """
    case = Complaint.objects.select_for_update().get(pk=case.pk)
    check_publishable(case, actor)
    captions = captions or {}
    found = _personal((title, description, answer, *captions.values()), checked)
    _check_files(case, captions)
    at = at or timezone.now()
    words = {"title": title, "description": description, "answer": answer, "region": region}
    publication, mended = _written(case, words | {"published_by": actor.person}, at)
    _show_files(publication, captions)
    data = {"files": len(captions), "checked": [finding.kind for finding in found]}
    record("complaints.complaint.publish", subject_key(case), actor=actor, data=data, at=at)
    if not mended:
        tell_reporter(case, "published", at=at)
    return publication


def _written(case: Complaint, words: Mapping[str, Any], at: dt.datetime) -> tuple[Publication, bool]:
    """What the public reads now, and whether it only takes the place of what was public already."""
    publication = Publication.objects.filter(complaint=case).first() or Publication(complaint=case)
    mended = publication.pk is not None and publication.withdrawn_at is None
    act = {"withdrawn_at": None, "told_at": at} | ({} if mended else {"published_at": at})
    for name, value in {**words, **act}.items():
        setattr(publication, name, value)
    publication.save()
    return publication, mended


def _personal(texts: Iterable[str], checked: bool) -> list[Finding]:
    found = [finding for text in texts for finding in find(text)]
    if found and not checked:
        raise Refused(_("Masih ada yang tampak seperti data pribadi: %(text)s.") % {"text": found[0].text})
    return found


def _check_files(case: Complaint, captions: Mapping[Attachment, str]) -> None:
    own = set(attachments_of(subject_key(case)).filter(state=Attachment.State.CLEAN))
    if not own.issuperset(captions):
        raise Refused(_("Berkas itu tidak dapat diterbitkan."))


def _show_files(publication: Publication, captions: Mapping[Attachment, str]) -> None:
    publication.files.exclude(attachment__in=captions).delete()
    for attachment, caption in captions.items():
        PublishedFile.objects.update_or_create(
            attachment=attachment, defaults={"publication": publication, "caption": caption}
        )


@transaction.atomic
def unpublish(case: Complaint, *, actor: Actor, reason: str, at: dt.datetime | None = None) -> None:
    """Take a case from the public; its words stay in the office's records. Taking down what is not up is no error."""
    if not actor.has_perm(PERMISSION):
        raise Forbidden(f"unpublish needs {PERMISSION}")
    withdraw_publication(case, actor=actor, reason=reason, at=at or timezone.now())


def withdraw_publication(case: Complaint, *, actor: Actor, reason: str, at: dt.datetime) -> None:
    """For steps that end publicity, as deciding that a case is confidential does; inside their transaction.

    `reason`: the reporter reads it on the tracking page.
    """
    if Publication.objects.filter(complaint=case, withdrawn_at=None).update(withdrawn_at=at):
        record(
            "complaints.complaint.unpublish", subject_key(case), actor=actor, data={"reason": reason}, at=at
        )
        tell_reporter(case, "unpublished", at=at)


def public_copy(case: Complaint) -> Publication | None:
    """What the public reads of a case now; None when nothing."""
    copy: Publication | None = getattr(case, "publication", None)
    hidden = copy is None or copy.withdrawn_at is not None or case.visibility == Visibility.CONFIDENTIAL
    return None if hidden else copy
