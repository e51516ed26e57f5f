"""Warnings before and after a deadline, up the ladder: who acts, the head of the office, the head of the bureau.

A mail says numbers and nothing else, so a confidential case stays what it is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import SYSTEM
from biroumum.accounts.models import Unit, User
from biroumum.accounts.queries import holders
from biroumum.audit.services import record
from biroumum.notifications.services import notify, send_mail
from biroumum.web.subjects import subject_key
from biroumum.worktime.calendar import ONE_DAY, add_working_days, is_working_day
from biroumum.worktime.queries import holidays_since, limit_for, moment
from complaints.models import Complaint, DeadlineWarning
from complaints.queries import ALL_REPORTS, ComplaintQuerySet
from complaints.services.telling import heads_from, who_acts
from complaints.states import State

Level = DeadlineWarning.Level
SOON, BUREAU = "complaint.warning.soon", "complaint.warning.bureau"
FAR_BACK = dt.timedelta(days=60)  # holidays that can matter to the days counted here
TEXTS = {
    "soon": gettext_noop("Batas segera tiba: %(numbers)s"),
    "late": gettext_noop("Batas terlewat: %(numbers)s"),
    "bureau": gettext_noop("Batas terlewat dan belum juga dijawab: %(numbers)s"),
    "scheduled": gettext_noop("Dijadwalkan hari ini: %(numbers)s"),
}
NAMED = 10  # numbers in one line or mail; the list it leads to has them all


@transaction.atomic
def warn_of_deadlines(*, at: dt.datetime) -> int:
    """Warn once for each clock and level; returns how many warnings. On a day off nobody is told anything.

    Claims and mails are one transaction: a second beat waits for the claims and finds them taken, a killed worker
    leaves neither. A late start gives what is still true: no "soon" for a deadline that has passed.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    holidays = holidays_since(today - FAR_BACK)
    if not is_working_day(today, holidays):
        return 0
    running = Complaint.objects.open().filter(clock__stopped_at=None, clock__paused_at=None)
    ahead = add_working_days(today, limit_for(SOON, today).days, holidays) + ONE_DAY
    late = today
    while add_working_days(late, limit_for(BUREAU, today).days, holidays) >= today:
        late -= ONE_DAY
    reached = {
        Level.SOON: running.filter(clock__due_at__gte=at, clock__due_at__lt=moment(ahead)),
        Level.LATE: running.filter(clock__due_at__lt=at),
        Level.BUREAU: running.filter(clock__due_at__lt=moment(late + ONE_DAY)),
    }
    return sum(_warn(level, cases, at) for level, cases in reached.items())


def _warn(level: Level, cases: ComplaintQuerySet, at: dt.datetime) -> int:
    warned = _claim(level, cases, at)
    told: dict[User, list[Complaint]] = defaultdict(list)
    people = cache(_people)
    for case in warned:
        record("complaints.complaint.warn", subject_key(case), actor=SYSTEM, data={"level": level}, at=at)
        for user in people(level, case.unit, case.position_id):
            if not case.accuses(user):
                told[user].append(case)
    for user, mine in told.items():
        _tell(user, level.name.lower(), mine, at)
    return len(warned)


def _claim(level: Level, cases: ComplaintQuerySet, at: dt.datetime) -> list[Complaint]:
    """These cases, without those whose clock has this warning already; a rival's claims are waited for."""
    new = cases.exclude(clock__in=DeadlineWarning.objects.filter(level=level).values("clock"))
    read = "number unit position accused_unit accused_officer clock".split()
    found = list(new.select_related("unit").only(*read))
    found.sort(
        key=lambda case: case.clock_id or 0
    )  # the same order for all, or two would wait for each other
    rows = [(case.pk, case.clock_id, level, at) for case in found]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []])
        taken = {clock for (clock,) in cursor.fetchall()}
    return [case for case in found if case.clock_id in taken]


# Django's bulk_create does not say which rows it left out.
_CLAIM = """
INSERT INTO complaints_deadlinewarning (complaint_id, clock_id, level, warned_at)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[])
ON CONFLICT (clock_id, level) DO NOTHING RETURNING clock_id
"""


def _people(level: Level, unit: Unit | None, position: int | None) -> list[User]:
    """Who acts; once it is late the heads too, and at once where nobody sits on the chair; last the bureau's head."""
    if level == Level.BUREAU:
        return list(holders(ALL_REPORTS))
    people = list(who_acts(unit, position))
    if unit is not None and (level == Level.LATE or not people):
        people += [head for head in heads_from(unit) if head not in people]
    return people


def _tell(user: User, event: str, cases: list[Complaint], at: dt.datetime) -> None:
    """One line and one mail for all of them: the worker was away for a week, and nobody reads forty mails."""
    numbers = sorted(case.number for case in cases)
    more = f" (+{len(numbers) - NAMED})" if len(numbers) > NAMED else ""
    named = ", ".join(numbers[:NAMED]) + more
    listed = f"{reverse('complaints:list')}?progress={'soon' if event == 'soon' else 'late'}"
    url = cases[0].get_absolute_url() if len(cases) == 1 else listed
    notify([user], TEXTS[event], url, words={"numbers": named}, subject_key="complaints.deadlines")
    send_mail(
        user.email,
        "complaints/warning",
        {"event": event, "numbers": named, "count": len(numbers), "url": url},
        key=f"complaints.warning/{event}/{cases[0].pk}/{at.timestamp()}/{user.pk}",
        language=user.language,
    )


@transaction.atomic
def remind_scheduled(case: Complaint, *, at: dt.datetime) -> bool:
    """Tell who acts that the day of the work has come, once for each day that was set."""
    case = Complaint.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
    due = case.scheduled_for is not None and case.scheduled_for <= timezone.localdate(at)
    if case.state != State.SCHEDULED or case.reminded_at is not None or not due:
        return False
    case.reminded_at = at
    case.save(update_fields={"reminded_at"})
    record("complaints.complaint.remind_scheduled", subject_key(case), actor=SYSTEM, at=at)
    for user in _people(Level.SOON, case.unit, case.position_id):
        if not case.accuses(user):
            _tell(user, "scheduled", [case], at)
    return True
