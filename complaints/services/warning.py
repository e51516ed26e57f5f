"""Warnings before and after a deadline, up the ladder: who acts, the head of the office, the head of the bureau.

A mail says numbers and nothing else, so a confidential case stays what it is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import SYSTEM
from biroumum.accounts.models import User
from biroumum.accounts.queries import holders
from biroumum.audit.services import record
from biroumum.notifications.services import notify, send_mail
from biroumum.web.subjects import subject_key
from biroumum.worktime.calendar import ONE_DAY, add_working_days, is_working_day
from biroumum.worktime.models import Clock
from biroumum.worktime.queries import holidays_since, limit_for, moment, open_clocks
from complaints.models import Complaint, DeadlineWarning
from complaints.queries import ALL_REPORTS
from complaints.services.deadlines import CITIZENS
from complaints.services.telling import has_part, heads_from, office_at_turn, who_acts
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
CASES = f"{Complaint._meta.label_lower}/"  # how their clocks' subjects begin
NAMED = 10  # numbers in one line or mail; the list it leads to has them all


@transaction.atomic
def warn_of_deadlines(*, at: dt.datetime) -> int:
    """Warn once for each clock and level; returns how many warnings. On a day off nobody is told anything.

    Every clock of the office warns, not only the earliest: a missed first word must not silence the answer's own.
    Claims and mails are one transaction: a second beat waits for the claims and finds them taken, a killed worker
    leaves neither. A late start gives what is still true: no "soon" for a deadline that has passed.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    holidays = holidays_since(today - FAR_BACK)
    if not is_working_day(today, holidays):
        return 0
    running = open_clocks().filter(paused_at=None, subject__startswith=CASES).exclude(code__in=CITIZENS)
    ahead = add_working_days(today, limit_for(SOON, today).days, holidays) + ONE_DAY
    late = today
    while add_working_days(late, limit_for(BUREAU, today).days, holidays) >= today:
        late -= ONE_DAY
    reached = {
        Level.SOON: running.filter(due_at__gte=at, due_at__lt=moment(ahead)),
        Level.LATE: running.filter(due_at__lt=at),
        Level.BUREAU: running.filter(due_at__lt=moment(late + ONE_DAY)),
    }
    return sum(_warn(level, clocks, at) for level, clocks in reached.items())


def _warn(level: Level, clocks: QuerySet[Clock], at: dt.datetime) -> int:
    warned = _claim(level, clocks, at)
    told: dict[tuple[User, bool], set[Complaint]] = defaultdict(set)
    people: dict[tuple[object, ...], list[User]] = {}
    for case in warned:
        record("complaints.complaint.warn", subject_key(case), actor=SYSTEM, data={"level": level}, at=at)
        turn = (case.kind, case.state, case.unit_id, case.position_id)
        if turn not in people:
            people[turn] = _people(level, case)
        for user in people[turn]:
            if has_part(case, user):
                told[user, case.is_whistle].add(case)
    for (user, whistle), mine in told.items():
        _tell(user, level.name.lower(), sorted(mine, key=str), at, mail=not whistle)
    return len(warned)


def _claim(level: Level, clocks: QuerySet[Clock], at: dt.datetime) -> list[Complaint]:
    """The open case of each clock without this warning yet; a rival's claims are waited for.

    In the clocks' order, the same for all, or two would wait for each other.
    """
    new = clocks.exclude(pk__in=DeadlineWarning.objects.filter(level=level).values("clock"))
    subjects = dict(new.order_by("pk").values_list("pk", "subject"))
    read = "number kind state unit position accused_unit accused_officer".split()
    open_cases = Complaint.objects.open().of_subjects(subjects.values())
    cases = {subject_key(case): case for case in open_cases.select_related("unit").only(*read)}
    due = {clock: cases[subject] for clock, subject in subjects.items() if subject in cases}
    rows = [(case.pk, clock, level, at) for clock, case in due.items()]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []])
        return [due[clock] for (clock,) in cursor.fetchall()]


# Django's bulk_create does not say which rows it left out.
_CLAIM = """
INSERT INTO complaints_deadlinewarning (complaint_id, clock_id, level, warned_at)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[])
ON CONFLICT (clock_id, level) DO NOTHING RETURNING clock_id
"""


def _people(level: Level, case: Complaint) -> list[User]:
    """Who acts; once it is late the heads of the office too; last the bureau's head."""
    if case.is_whistle:
        return who_acts(case)
    if level == Level.BUREAU:
        return list(holders(ALL_REPORTS))
    people, office = who_acts(case), office_at_turn(case)
    if office is not None and level == Level.LATE:
        people += [head for head in heads_from(office) if head not in people]
    return people


def _tell(user: User, event: str, cases: list[Complaint], at: dt.datetime, *, mail: bool) -> None:
    """One line and one mail for all of them: the worker was away for a week, and nobody reads forty mails."""
    numbers = [case.number for case in cases]
    more = f" (+{len(numbers) - NAMED})" if len(numbers) > NAMED else ""
    named = ", ".join(numbers[:NAMED]) + more
    listed = f"{reverse('complaints:list')}?progress={'soon' if event == 'soon' else 'late'}"
    url = cases[0].get_absolute_url() if len(cases) == 1 else listed
    notify([user], TEXTS[event], url, words={"numbers": named}, subject_key="complaints.deadlines")
    if not mail:
        return
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
    for user in who_acts(case):
        if has_part(case, user):
            _tell(user, "scheduled", [case], at, mail=not case.is_whistle)
    return True
