"""What the reporter is told by e-mail, and the office in the portal.

The text of a case never travels; of a confidential one not even its subject.
"""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse

from biroumum.accounts.models import Assignment, Unit, User
from biroumum.accounts.queries import holders
from biroumum.notifications.services import notify, send_mail
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Reporter
from complaints.states import Visibility


def tell_reporter(case: Complaint, event: str, *, at: dt.datetime) -> None:
    """Queue the mail `event` (a template under templates/mail/complaints/) if the reporter left an address."""
    reporter: Reporter | None = getattr(case, "reporter", None)
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
    people = who_acts(case.unit, case.position_id)
    told = [user for user in people if not case.accuses(user)]
    words = {"number": case.number}
    notify(told, text, case.get_absolute_url(), words=words, subject_key=subject_key(case))


def who_acts(unit: Unit | None, position: int | None) -> QuerySet[User]:
    """Who holds the position; of an office without one its heads; of no office the verifiers."""
    if unit is None:
        return holders("complaints.verify_complaint")
    if position is None:
        return holders("complaints.assign_complaint", unit=unit)
    sitting = (
        Assignment.objects.live().filter(position=position).values("user")
    )  # its holder and who stands in
    return holders("complaints.handle_complaint", unit=unit).filter(pk__in=sitting)


def heads_from(unit: Unit) -> QuerySet[User]:
    """The heads of this office; one without a head is passed over for the office above."""
    above: Unit | None = unit
    people = holders("complaints.assign_complaint", unit=above)
    while above is not None and not people.exists():
        above = above.parent
        people = holders("complaints.assign_complaint", unit=above)
    return people
