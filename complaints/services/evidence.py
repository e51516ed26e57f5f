"""Files that belong to an act of the office: all of them, or the act does not happen."""

import datetime as dt
from collections.abc import Sequence

from django.core.files import File

from biroumum.accounts.actors import Actor
from biroumum.documents.intake import Accepted, accept_all
from biroumum.documents.services import attach_all
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints.models import Complaint


def taken(files: Sequence[File | Accepted]) -> list[Accepted]:
    """Each file rebuilt. Raises Refused with a sentence for each that is not taken."""
    accepted, refused = accept_all(files, staff=True)
    if refused:
        raise Refused(" ".join(str(file) for file in refused))
    return accepted


def keep_all(case: Complaint, files: Sequence[File | Accepted], *, actor: Actor, at: dt.datetime) -> None:
    """Raises Refused as `taken`; inside the act's transaction."""
    attach_all(subject_key(case), taken(files), actor=actor, staff=True, at=at)
