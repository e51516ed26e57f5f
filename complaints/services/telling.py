"""What the reporter is told by e-mail, and the office in the portal.

The text of a case never travels; of a confidential one not even its subject.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, Unit, User
from biroumum.accounts.queries import holders
from biroumum.notifications.services import notify, send_mail
from biroumum.web.subjects import subject_key
from biroumum.workflow.transition import Transition
from complaints.models import Complaint, Reporter
from complaints.queries import INSPECT
from complaints.services.contact import stop_link
from complaints.services.sealed import address_of
from complaints.states import State, Visibility

VERIFY, DECIDE, HANDLE = (
    f"complaints.{right}" for right in ("verify_complaint", "decide_reopening", "handle_complaint")
)
# The right whose holders a case waits for where no office acts, even if one holds it or held it.
RIGHTS = {
    State.RECEIVED: VERIFY,
    State.VERIFIED: VERIFY,
    State.REOPENED: VERIFY,
    State.REOPEN_REQUESTED: DECIDE,
}
# What whoever acts next reads in the inbox once a step is done.
TURNED = {
    "assign": gettext_noop("Disposisi baru: %(number)s"),
    "delegate": gettext_noop("Disposisi baru: %(number)s"),
    "reply": gettext_noop("Pelapor menjawab: %(number)s"),
    "complete": gettext_noop("Pelapor melengkapi: %(number)s"),
    "object": gettext_noop("Pelapor menyanggah jawaban: %(number)s"),
    "object_outcome": gettext_noop("Pelapor menyanggah keputusan: %(number)s"),
    "resume_reopened": gettext_noop("Kembali untuk ditangani: %(number)s"),
    "return_assignment": gettext_noop("Dikembalikan unitnya: %(number)s"),
    "hand_in": gettext_noop("Diserahkan ke Inspektorat: %(number)s"),
}


def tell_reporter(case: Complaint, event: str, *, at: dt.datetime, **more: Any) -> None:
    """Queue the mail `event` (a template under templates/mail/complaints/) to a reporter who wants any.

    `more` is what this mail says besides. Whoever blew a whistle gets none: a mailbox may be their office's own, and
    the outbox would tell an administrator who it was.
    """
    if case.sealed:
        return
    reporter: Reporter | None = getattr(case, "reporter", None)
    email = address_of(reporter) if reporter and not reporter.is_silent else ""
    if not reporter or not email:
        return
    confidential = case.visibility == Visibility.CONFIDENTIAL
    send_mail(
        email,
        f"complaints/{event}",
        {
            "number": case.number,
            "title": "" if confidential else case.title,
            "clock": case.clock,
            "url": reverse("pengaduan:track"),
            **more,
        },
        key=f"{subject_key(case)}/{event}/{at.timestamp()}",
        subject_key=subject_key(case),
        language=reporter.language,
        confidential=confidential,
        stop=stop_link(reporter),
    )


def tell_turn(case: Complaint, step: Transition, actor: Actor, data: Mapping[str, Any]) -> None:
    """After a step, when the case stands where it leads: tell whose turn it is now."""
    if step.name in TURNED:
        tell_office(case, TURNED[step.name])


def tell_joined(case: Complaint, step: Transition, actor: Actor, data: Mapping[str, Any]) -> None:
    """After a step that ends a case: the reporters of its duplicates hear that theirs is decided with it."""
    if case.is_ended and not case.is_whistle:
        for joined in case.duplicates.select_related("reporter", "clock"):
            tell_reporter(joined, "original_ended", at=data["at"])


def tell_office(case: Complaint, text: str) -> None:
    """A line in the inbox of those who act on the case.

    `text` is a source text in which the case's %(number)s is filled in.

    Nobody who may not see the case is told of it.
    """
    told = [user for user in who_acts(case) if has_part(case, user)]
    _tell(told, case, text, case.get_absolute_url())


def tell_publishers(case: Complaint, text: str) -> None:
    """The same for those who publish; the line leads to the page where they do."""
    told = [user for user in holders("complaints.publish_complaint") if not case.accuses(user)]
    _tell(told, case, text, reverse("complaints:publication", args=[case.pk]))


def _tell(people: Iterable[User], case: Complaint, text: str, address: str) -> None:
    notify(people, text, address, words={"number": case.number}, subject_key=subject_key(case))


def who_acts(case: Complaint) -> list[User]:
    """Whose turn it is in this state: the holders of a right, or those of the office that holds the case.

    Of an office it is who sits on the position; where none is named, or nobody sits there, its heads. What is for the
    Inspektorat alone waits for whoever has its right.
    """
    if case.is_whistle:
        return list(holders(INSPECT))
    unit = office_at_turn(case)
    if unit is None:
        return list(holders(RIGHTS.get(State(case.state), VERIFY)))
    if case.position_id is None:
        return list(holders("complaints.assign_complaint", unit=unit))
    sitting = Assignment.objects.live().filter(position=case.position_id)  # its holder and who stands in
    people = holders(HANDLE, unit=unit).filter(pk__in=sitting.values("user"))
    return list(people) or list(heads_from(unit))


def office_at_turn(case: Complaint) -> Unit | None:
    """The office that holds the case, while it is the one to act."""
    return None if case.state in RIGHTS else case.unit


def has_part(case: Complaint, user: User) -> bool:
    """Not who is complained about or may not know of it, and of an objection not who gave the answer."""
    own = case.state == State.REOPEN_REQUESTED and case.was_answered_by(user)
    return not own and not case.bars(user)


def heads_from(unit: Unit) -> QuerySet[User]:
    """The heads of this office; one without a head is passed over for the office above."""
    above: Unit | None = unit
    people = holders("complaints.assign_complaint", unit=above)
    while above is not None and not people.exists():
        above = above.parent
        people = holders("complaints.assign_complaint", unit=above)
    return people
