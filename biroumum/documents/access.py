"""Who may read a file is for the app that owns its case to say; what no app speaks for, nobody reads."""

from collections.abc import Callable

from django.http import HttpRequest

from biroumum.documents.models import Attachment

Readable = Callable[[HttpRequest, Attachment], bool]

_owners: dict[str, Readable] = {}


def register(model_label: str, readable: Readable) -> None:
    """Let the app of `complaints.complaint` decide over its cases' files; it sees session and user."""
    _owners[model_label.lower()] = readable


def may_read(request: HttpRequest, attachment: Attachment) -> bool:
    owner = _owners.get(attachment.subject.partition("/")[0])
    return owner is not None and owner(request, attachment)
