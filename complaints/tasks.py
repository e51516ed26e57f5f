"""What time does to complaints: reminders, lapses and silent closings. Each case in its own transaction."""

import datetime as dt
import logging
from collections.abc import Iterable

from celery import shared_task
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM
from biroumum.documents import drafts
from biroumum.workflow.engine import Refused, Stale
from biroumum.worktime.queries import due_subjects
from complaints import services
from complaints.models import Complaint, MonthlyFigures
from complaints.reports import public
from complaints.services import contact, deadlines, retention, suggesting
from complaints.services.following import WAITS
from complaints.states import ENDED, State
from complaints.workflow import COMPLAINT

log = logging.getLogger(__name__)
REMIND_AHEAD = deadlines.NOTICE + dt.timedelta(days=1)  # looked at once a day
PORTAL = ["portal"]  # where a model learned from that no file went into
DRAFT_LIFETIME = dt.timedelta(hours=4)  # twice that of the answers: no file goes from under a late sending


@shared_task
def close_silent(now: str | None = None) -> int:
    """Close answered cases whose window to object is over; returns how many. Of ended ones only the windows end."""
    at = _moment(now)
    for code in deadlines.WINDOWS:
        for case in _cases(code, at, *ENDED):
            services.end_window(case, at=at)
    silent = (_cases(code, at, State.ANSWERED) for code in deadlines.OBJECTIONS)
    return sum(_perform_all("close_silent", cases, at) for cases in silent)


@shared_task
def lapse_incomplete(now: str | None = None) -> int:
    """Remind reporters a week before their time to complete ends, and end the cases of those who stayed silent.

    Who does not answer an officer's question is reminded too; of that nothing lapses, the officer goes on.
    """
    at = _moment(now)
    for case in _cases(deadlines.COMPLETION, at + REMIND_AHEAD, State.INCOMPLETE):
        services.remind_reporter(case, actor=SYSTEM, at=at)
    for case in Complaint.objects.filter(deadlines.to_remind(at)).order_by("pk"):
        services.remind_reporter(case, actor=SYSTEM, at=at)
    return _perform_all("lapse", _cases(deadlines.COMPLETION, at, State.INCOMPLETE), at)


@shared_task
def send_entry(number: str, email: str) -> None:
    """Mail whoever asked for it the link that opens their case, if number and address fit."""
    contact.send_entry(number, email)


@shared_task
def anonymise_ended(now: str | None = None) -> int:
    """Take personal data out of ended cases whose time is over; returns of how many. The next run ends a killed one."""
    at = _moment(now)
    return sum(bool(services.anonymise(case, actor=SYSTEM, at=at)) for case in retention.due(at).iterator())


@shared_task
def remind_scheduled(now: str | None = None) -> int:
    """Remind who acts of work whose day has come; returns how many cases."""
    at = _moment(now)
    day = timezone.localdate(at)
    due = Complaint.objects.filter(state=State.SCHEDULED, scheduled_for__lte=day, reminded_at=None)
    return sum(services.remind_scheduled(case, at=at) for case in due.order_by("pk"))


@shared_task
def warn_of_deadlines(now: str | None = None) -> int:
    """Warn of deadlines that come or have passed; returns how many warnings were new."""
    return services.warn_of_deadlines(at=_moment(now))


@shared_task
def forget_unconfirmed(now: str | None = None) -> int:
    """Drop addresses that asked to follow a case and never confirmed; returns how many."""
    return services.forget_unconfirmed(_moment(now) - WAITS)


@shared_task
def tell_followers() -> None:
    """Write the mails of what followers are still to hear."""
    while services.tell_followers():
        pass


@shared_task
def keep_statistics(now: str | None = None) -> bool:
    """Keep the public figures of the month before, once it is over; True when they were kept by this call."""
    at = _moment(now)
    until = timezone.localdate(at).replace(day=1)
    since = (until - dt.timedelta(days=1)).replace(day=1)
    if MonthlyFigures.objects.filter(month=since).exists():
        return False
    return services.keep_figures(since, public.count(public.days(since, until), at), at=at).counted_at == at


@shared_task
def discard_drafts(now: str | None = None) -> int:
    """Drop the files of complaints that were begun and never sent; returns how many."""
    return drafts.discard_older(_moment(now) - DRAFT_LIFETIME)


@shared_task
def train_suggestions() -> int:
    """Learn the suggestions of category from what officers have verified since; returns from how many cases.

    0 where there is too little yet, and where the model also learned from a file, which only the command has.
    """
    from complaints.services import training  # its numeric libraries are of no use to any other process

    known = suggesting.current()
    if known is not None and known.about["sources"] != PORTAL:
        return 0
    try:
        model = training.train(training.verified_cases(), sources=PORTAL)
    except training.TooLittle as error:
        log.info("suggestions of category not trained: %s", error)
        return 0
    suggesting.write(model, suggesting.model_path())
    return int(model.about["cases"])


def _moment(now: str | None) -> dt.datetime:
    return dt.datetime.fromisoformat(now) if now else timezone.now()


def _cases(code: str, due_before: dt.datetime, *states: State) -> Iterable[Complaint]:
    due = Complaint.objects.of_subjects(due_subjects(code, due_before))
    return due.filter(state__in=states).order_by("pk")


def _perform_all(name: str, cases: Iterable[Complaint], at: dt.datetime) -> int:
    done = 0
    for case in cases:
        try:
            COMPLAINT.perform(case, name, actor=SYSTEM, at=at)
            done += 1
        except (Refused, Stale) as error:
            log.info("%s of complaint %s not done: %s", name, case.pk, error)
    return done
