"""What the reporter is told by e-mail, and the office in the portal.

The text of a case never travels; of a confidential one not even its subject.
"""

import datetime as dt

from django.urls import reverse

from biroumum.accounts.queries import holders, offices_above
from biroumum.notifications.services import notify, send_mail
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Reporter
from complaints.states import Visibility


def tell_reporter(case: Complaint, event: str, *, at: dt.datetime, reporter: Reporter | None = None) -> None:
    """Queue the mail `event` (a template under templates/mail/complaints/) if the reporter left an address.

    The reporter is read if not given.
    """
    reporter = reporter or Reporter.objects.filter(complaint=case).first()
    if reporter is None or not reporter.email:
        return
    confidential = case.visibility == Visibility.CONFIDENTIAL
    send_mail(
        reporter.email,
        f"complaints/{event}",
        {
            "number": case.number,
            "title": "" if confidential else case.title,
            "clock": case.clock,
            "url": reverse("pengaduan:track"),
        },
        key=f"{subject_key(case)}/{event}/{at.timestamp()}",
        subject_key=subject_key(case),
        language=reporter.language,
        confidential=confidential,
    )


def tell_office(case: Complaint, text: str) -> None:
    """A line in the inbox of those who act on the case: its position, the heads of its office, else verifiers.

    `text` is a source text in which the case's %(number)s is filled in.

    Nobody who may not see the case is told of it.
    """
    if case.unit is None:
        people = holders("complaints.verify_complaint")
    elif case.position_id:
        handlers = holders("complaints.handle_complaint", unit=case.unit)
        people = handlers.filter(assignments__position=case.position_id).distinct()
    else:
        people = holders("complaints.assign_complaint", unit=case.unit)
    told = [user for user in people if case.accused_unit_id not in offices_above(user)]
    words = {"number": case.number}
    notify(told, text, case.get_absolute_url(), words=words, subject_key=subject_key(case))
