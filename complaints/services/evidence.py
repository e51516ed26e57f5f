"""Files that belong to an act of the office: all of them, or the act does not happen."""

import datetime as dt
from collections.abc import Sequence

from django.core.files import File

from biroumum.accounts.actors import Actor
from biroumum.documents.intake import Accepted
from biroumum.documents.services import attach_all
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints.models import Complaint


def keep_all(case: Complaint, files: Sequence[File | Accepted], *, actor: Actor, at: dt.datetime) -> None:
    """Raises Refused with a sentence for each file that is not taken; inside the act's transaction."""
    _kept, refused = attach_all(subject_key(case), files, actor=actor, staff=True, at=at)
    if refused:
        raise Refused(" ".join(str(file) for file in refused))
