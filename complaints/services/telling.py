"""What the reporter is told by e-mail. The text of a case never travels; of a confidential one not even its subject."""

import datetime as dt

from biroumum.notifications.services import send_mail
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Reporter
from complaints.states import Visibility


def tell_reporter(case: Complaint, event: str, *, at: dt.datetime) -> None:
    """Queue the mail `event` (a template under templates/mail/complaints/) if the reporter left an address."""
    reporter = Reporter.objects.filter(complaint=case).exclude(email="").first()
    if reporter is None:
        return
    confidential = case.visibility == Visibility.CONFIDENTIAL
    send_mail(
        reporter.email,
        f"complaints/{event}",
        {
            "number": case.number,
            "title": "" if confidential else case.title,
            "clock": case.clock,
            "url": "/pengaduan/lacak/",
        },
        key=f"{subject_key(case)}/{event}/{at.timestamp()}",
        subject_key=subject_key(case),
        language=reporter.language,
        confidential=confidential,
    )
