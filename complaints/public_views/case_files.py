"""Files the holder of a code adds to a case: while it waits for something from them, and so many an hour."""

from itertools import takewhile

from django.http import HttpRequest
from django.utils.translation import gettext as _

from biroumum.documents.intake import MAX_FILES, SENTENCES, Accepted, FileRefused, accept_all
from biroumum.documents.names import shown_name
from biroumum.web.ratelimit import allowed
from complaints.models import Complaint
from complaints.states import State

# With a message: not yet looked at, waiting for the reporter's answer, or for their word on the office's.
WELCOME = (State.RECEIVED, State.INCOMPLETE, State.AWAITING_REPORTER, State.ANSWERED)
HOURLY, HOUR = 10, 3600  # of one case: each file is decoded and kept for years


def take_files(
    request: HttpRequest, case: Complaint, *, welcome: bool
) -> tuple[list[Accepted], list[FileRefused]]:
    """What came with a message or step, decoded; what is not taken is named with its reason."""
    sent = request.FILES.getlist("files")
    if not welcome:
        return [], [FileRefused(shown_name(file.name or ""), not_now()) for file in sent]
    key = f"complaint-case-files/{case.pk}"
    room = sum(1 for _file in takewhile(lambda file: allowed(key, HOURLY, HOUR), sent[:MAX_FILES]))
    taken, refused = accept_all(sent[:room])
    why = SENTENCES["many"] if room == MAX_FILES else _("Paling banyak 10 berkas tiap jam. Kirim lagi nanti.")
    return taken, refused + [FileRefused(shown_name(file.name or ""), why) for file in sent[room:]]


def not_now() -> str:
    return _(
        "Berkas kami terima sebelum pengaduan diperiksa, saat kami bertanya, dan saat jawaban sudah ada."
    )
