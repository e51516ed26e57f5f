"""Send a report to its readers, once in each period, however many timers ask for it and how late."""

from __future__ import annotations

import datetime as dt
import io
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.audit.services import record
from biroumum.notifications.services import Attached, send_mail
from biroumum.reports.cells import Part, parts_of, table
from biroumum.reports.models import ReportRun, Schedule
from biroumum.reports.periods import days_of, last_due, period_key
from biroumum.reports.registry import REPORTS, Params, Report
from biroumum.reports.renderers import figures, more_words, period_words, to_pdf, write_book
from biroumum.web.schedules import crontab_row
from biroumum.web.subjects import subject_key

SHOWN_ROWS = 50  # in the text of a mail and on the page
PART_ROWS = 10  # of a report shown with another in a mail
MAIL_ROWS = 5000  # in the files of a mail, which must pass mail servers
PDF_TYPE = "application/pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def run(schedule_id: int, *, now: dt.datetime) -> ReportRun | None:
    """Send what the timer last asked for, unless that has been done; None when there is nothing to do.

    The claim on the period and the mails are written in one transaction: a second beat waits for it and finds
    it done, a killed worker leaves neither. Of several periods missed in a row the latest is sent.
    """
    schedule = Schedule.objects.select_related("timer__crontab").get(pk=schedule_id)
    report, timer = REPORTS.get(schedule.code), schedule.timer
    if report is None or not timer.enabled or timer.crontab is None:
        return None
    due = last_due(timer.crontab.schedule, now)
    if due is None or due < schedule.created_at:
        return None
    key = period_key(report.period, due.date())
    claim, fresh = ReportRun.objects.get_or_create(
        schedule=schedule, period_key=key, defaults={"ran_at": now}
    )
    if not fresh:
        return None
    since, until = days_of(report, due.date())
    for reader in readers(schedule, report):
        claim.mails += mail(schedule, report, Params(reader, since, until), f"{report.code}:{key}")
    claim.save(update_fields=["mails"])
    return claim


def readers(schedule: Schedule, report: Report) -> list[User]:
    """Subscribers and whom the report names itself, each once, as long as they may open it."""
    subscribed = User.objects.filter(pk__in=schedule.subscribers.values("user"))
    named = report.recipients() if report.recipients else ()
    people = {user.pk: user for user in (*subscribed, *named)}
    return [user for user in people.values() if user.is_active and user.has_perm(report.permission)]


def mail(schedule: Schedule, report: Report, params: Params, key: str) -> bool:
    """Write one reader's mail to the outbox; False when there is nothing to tell them."""
    rows = list(islice(report.rows(params), MAIL_ROWS))
    if not rows and not report.empty_mail:
        return False
    reader = params.user
    with translation.override(reader.language):
        send_mail(
            reader.email,
            "report",
            _context(report, params, rows),
            key=f"report:{key}:{reader.pk}",
            subject_key=subject_key(schedule),
            language=reader.language,
            attachments=_files(report, params, rows, key),
        )
    return True


def shown(part: Part, limit: int) -> dict[str, Any]:
    """A part for a template: its large figures, or its first rows and whether there are more."""
    if part.report.figures:
        return {"report": part.report, "title": part.title, "figures": figures(part.rows)}
    rows = list(islice(part.rows, limit + 1))
    return {
        "report": part.report,
        "title": part.title,
        "columns": part.columns,
        "rows": list(table(part.columns, rows[:limit])),
        "more": more_words(limit) if len(rows) > limit else "",
    }


def _context(report: Report, params: Params, rows: list[Any]) -> dict[str, Any]:
    parts = parts_of(report, params, rows, mail=True)
    return {
        "report": report,
        "reader": params.user,
        "period": period_words(params),
        "parts": [shown(part, SHOWN_ROWS if part.report is report else PART_ROWS) for part in parts],
        "count": len(rows),
        "url": f"/kerja/laporan/{report.code}/",
    }


def _files(report: Report, params: Params, rows: list[Any], key: str) -> list[Attached]:
    name, title = key.replace(":", "-"), str(report.title)
    parts = [
        part._replace(rows=list(islice(part.rows, MAIL_ROWS)))
        for part in parts_of(report, params, rows, mail=True)
    ]
    book = io.BytesIO()
    write_book(book, title, parts, period_words(params))
    return [
        Attached(f"{name}.pdf", PDF_TYPE, to_pdf(title, parts, params, params.user.language)),
        Attached(f"{name}.xlsx", XLSX_TYPE, book.getvalue()),
    ]


@transaction.atomic
def subscribe(schedule: Schedule, *, actor: Actor, wanted: bool) -> None:
    """From now on, or no longer, by mail to the person who asks; asking twice changes nothing."""
    if wanted:
        _row, changed = schedule.subscribers.get_or_create(user=actor.person)
    else:
        changed = bool(schedule.subscribers.filter(user=actor.person).delete()[0])
    if changed:
        data = {"subscribed": wanted}
        record("reports.subscribe", subject_key(schedule), actor=actor, data=data)


@transaction.atomic
def set_timer(schedule: Schedule, *, crontab: str, enabled: bool, actor: Actor) -> None:
    """When a report goes out, in a crontab's five fields; beat takes it up within seconds."""
    timer = schedule.timer
    timer.crontab, timer.enabled = crontab_row(crontab), enabled
    timer.save()
    data = {"crontab": crontab, "enabled": enabled}
    record("reports.schedule", subject_key(schedule), actor=actor, data=data)


@transaction.atomic
def sync_schedules(**kwargs: Any) -> None:
    """After `migrate`: a schedule for each report with a timer and none yet; the others stay as they are."""
    from django_celery_beat.models import PeriodicTask

    known = set(Schedule.objects.values_list("code", flat=True))
    for report in REPORTS.values():
        if report.crontab is None or report.code in known:
            continue
        timer = PeriodicTask(name=f"reports.{report.code}", task="biroumum.reports.tasks.send")
        timer.crontab = crontab_row(report.crontab)
        timer.args = f'["{report.code}"]'
        timer.save()
        Schedule.objects.create(code=report.code, timer=timer, created_at=timezone.now())
