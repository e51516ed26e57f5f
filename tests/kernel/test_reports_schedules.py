"""A report leaves once in each period: whatever beats, late starts and killed workers do."""

import datetime as dt
import io
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import transaction
from django_celery_beat.models import PeriodicTask
from django_celery_beat.tzcrontab import TzAwareCrontab
from hypothesis import given, strategies as st

from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from biroumum.reports import services, tasks
from biroumum.reports.models import ReportRun, Schedule
from biroumum.reports.periods import days_before, last_due, period_key
from biroumum.reports.registry import REPORTS
from biroumum.web.schedules import TIMED, crontab_row
from tests.kernel.reports_sample import Sample, row

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = dt.datetime(2026, 11, 23, 7, 0, tzinfo=WIB)
HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(weeks=1)


def schedule(crontab="0 7 * * 1", since=MONDAY - 8 * WEEK) -> Schedule:
    with transaction.atomic():
        services.sync_schedules()
        made = Schedule.objects.get(code="sample")
        PeriodicTask.objects.filter(pk=made.timer_id).update(crontab=crontab_row(crontab))
        Schedule.objects.filter(pk=made.pk).update(created_at=since)
    return made


def subscribe(made, *users):
    with transaction.atomic():
        for user in users:
            made.subscribers.create(user=user)


def timer(minute="0", hour="7", dow="*", dom="*", month="*"):
    return TzAwareCrontab(minute, hour, dow, dom, month, tz=WIB)


class TestPeriods:
    @pytest.mark.parametrize(
        ("now", "due"),
        [
            ("2026-11-23 07:00", "2026-11-23 07:00"),
            ("2026-11-23 06:59", "2026-11-16 07:00"),
            ("2026-11-29 23:59", "2026-11-23 07:00"),
        ],
    )
    def test_the_last_time_the_timer_named(self, now, due):
        at = [dt.datetime.fromisoformat(text).replace(tzinfo=WIB) for text in (now, due)]
        assert last_due(timer(dow="1"), at[0].astimezone(dt.UTC)) == at[1]

    def test_several_times_a_day_the_latest(self):
        now = dt.datetime(2026, 11, 24, 15, 10, tzinfo=WIB)
        assert last_due(timer(minute="0,30", hour="7,15"), now).strftime("%d %H.%M") == "24 15.00"

    def test_what_a_year_did_not_have_was_not_due(self):
        assert last_due(timer(dom="29", month="2"), MONDAY) is None

    @given(
        st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(WIB)),
        st.sampled_from(["0", "*/20", "5,50"]),
        st.sampled_from(["7", "*", "0,23"]),
        st.sampled_from(["*", "1", "1-5", "0"]),
        st.sampled_from(["*", "1", "15,31"]),
    )
    def test_celery_agrees_that_it_is_due_and_nothing_lies_between(self, now, minute, hour, dow, dom):
        crontab = timer(minute, hour, dow, dom)
        due = last_due(crontab, now)
        if due is None:
            return
        assert due <= now
        start, delta, _now = crontab.remaining_delta(due)
        assert start + delta > now.replace(second=0, microsecond=0)
        start, delta, _now = crontab.remaining_delta(due - dt.timedelta(seconds=1))
        assert start + delta == due

    @pytest.mark.parametrize(
        ("period", "key", "days"),
        [
            ("day", "2027-01-01", ("2026-12-31", "2027-01-01")),
            ("week", "2026-W53", ("2026-12-21", "2026-12-28")),
            ("month", "2027-01", ("2026-12-01", "2027-01-01")),
        ],
    )
    def test_a_period_and_the_whole_one_before_it(self, period, key, days):
        day = dt.date(2027, 1, 1)
        assert period_key(period, day) == key
        assert days_before(period, day) == tuple(map(dt.date.fromisoformat, days))


@pytest.mark.django_db
class TestRun:
    def test_readers_get_it_with_pdf_and_xlsx_and_the_days_of_last_week(self, cast, sample):
        made = schedule()
        subscribe(made, cast.hartono)
        assert services.run(made.pk, now=MONDAY).mails == 1
        mail = Message.objects.get()
        assert (mail.to, mail.key) == (
            "hartono@biroumum.example",
            f"report:sample:2026-W48:{cast.hartono.pk}",
        )
        assert "16 November 2026 – 22 November 2026" in mail.subject_line
        assert "ADU-2026-000001" in mail.html
        assert "ADU-2026-000001" in mail.text
        assert (sample.asked[0].user, sample.asked[0].since) == (cast.hartono, dt.date(2026, 11, 16))
        pdf, xlsx = mail.attachments.order_by("id")
        assert (pdf.name, bytes(pdf.content[:5])) == ("sample-2026-W48.pdf", b"%PDF-")
        sheet = openpyxl.load_workbook(io.BytesIO(bytes(xlsx.content))).active
        assert sheet["A2"].value == "ADU-2026-000001"

    def test_how_things_stand_is_told_under_the_day_it_was_due(self, cast, sample):
        sample.register(snapshot=True)
        made = schedule()
        subscribe(made, cast.hartono)
        services.run(made.pk, now=MONDAY)
        assert Message.objects.get().subject_line == "Laporan contoh, 23 November 2026"

    def test_words_that_may_be_confidential_are_in_no_part_of_the_mail(self, cast, sample):
        sample.rows = [row(title="rahasia sekali")]
        made = schedule()
        subscribe(made, cast.hartono)
        services.run(made.pk, now=MONDAY)
        mail = Message.objects.get()
        sheet = openpyxl.load_workbook(
            io.BytesIO(bytes(mail.attachments.get(name__endswith="xlsx").content))
        ).active
        values = [str(value) for line in sheet.iter_rows(values_only=True) for value in line]
        for text in (mail.text, mail.html, mail.subject_line, *values):
            assert "rahasia" not in text
        assert "Perihal" not in values

    def test_who_lost_the_right_or_left_gets_nothing(self, cast, sample):
        made = schedule()
        sample.named = [cast.bagas]
        subscribe(made, cast.bagas, cast.hartono)
        with transaction.atomic():
            type(cast.hartono).objects.filter(pk=cast.hartono.pk).update(is_active=False)
        assert services.run(made.pk, now=MONDAY).mails == 0

    def test_named_and_subscribed_is_one_mail(self, cast, sample):
        made = schedule()
        sample.named = [cast.hartono]
        subscribe(made, cast.hartono)
        assert services.run(made.pk, now=MONDAY).mails == 1

    def test_nothing_to_tell_sends_nothing_but_counts_as_done(self, cast, sample):
        sample.rows = []
        made = schedule()
        subscribe(made, cast.hartono)
        assert services.run(made.pk, now=MONDAY).mails == 0
        sample.rows = [row()]
        assert services.run(made.pk, now=MONDAY + HOUR) is None

    def test_a_timer_switched_off_sends_nothing(self, cast, sample):
        made = schedule()
        PeriodicTask.objects.filter(pk=made.timer_id).update(enabled=False)
        assert services.run(made.pk, now=MONDAY) is None

    def test_a_new_schedule_does_not_make_up_for_times_before_it(self, cast, sample):
        made = schedule(since=MONDAY + HOUR)
        assert services.run(made.pk, now=MONDAY + 2 * HOUR) is None
        assert services.run(made.pk, now=MONDAY + WEEK) is not None

    def test_once_in_each_period(self, cast, sample):
        made = schedule()
        subscribe(made, cast.hartono)
        for moment in (MONDAY, MONDAY, MONDAY + HOUR, MONDAY + 6 * DAY, MONDAY + WEEK, MONDAY + WEEK + DAY):
            services.run(made.pk, now=moment)
        assert sorted(ReportRun.objects.values_list("period_key", flat=True)) == ["2026-W48", "2026-W49"]
        assert Message.objects.count() == 2

    def test_a_late_start_sends_what_was_missed_and_for_the_period_it_was_due_in(self, cast, sample):
        made = schedule("0 16 * * 5")
        subscribe(made, cast.hartono)
        services.run(made.pk, now=MONDAY)  # the beat was away from Friday noon till Monday
        assert ReportRun.objects.get().period_key == "2026-W47"
        assert sample.asked[0].until == dt.date(2026, 11, 16)

    def test_the_catch_up_goes_on_when_one_report_is_broken(self, cast, sample, monkeypatch):
        made = schedule("* * * * *")
        subscribe(made, cast.hartono)
        broken = Sample()
        broken.register(
            code="aaa", crontab="* * * * *", rows=lambda params: 1 / 0, recipients=lambda: [cast.hartono]
        )
        with transaction.atomic():
            services.sync_schedules()
            Schedule.objects.filter(code="aaa").update(created_at=MONDAY)
        tasks.catch_up()
        del REPORTS["aaa"]
        assert ReportRun.objects.get().schedule == made


@pytest.mark.django_db
class TestTimers:
    def test_a_report_with_a_timer_gets_its_row_and_an_administrators_edits_stay(self, sample):
        made = schedule("30 6 * * 2")
        with transaction.atomic():
            PeriodicTask.objects.filter(pk=made.timer_id).update(enabled=False)
            services.sync_schedules()
        made.timer.refresh_from_db()
        assert (made.timer.crontab.minute, made.timer.enabled) == ("30", False)
        assert Schedule.objects.filter(code="sample").count() == 1

    def test_the_timer_calls_a_task_that_exists_with_what_it_takes(self, cast, sample, settings):
        from biroumum.celery import app

        made = schedule("* * * * *")
        subscribe(made, cast.hartono)
        app.loader.import_default_modules()
        import json

        app.tasks[made.timer.task](*json.loads(made.timer.args))
        assert ReportRun.objects.count() == 1

    def test_a_report_without_a_timer_has_none(self, sample):
        sample.register(code="sample", crontab=None)
        with transaction.atomic():
            services.sync_schedules()
        assert not Schedule.objects.filter(code="sample").exists()


@pytest.mark.django_db
class TestAdministrator:
    TIMES = {"minute": "15", "hour": "6", "day_of_month": "*", "month_of_year": "*", "day_of_week": "1-5"}

    def post(self, client, made, **changes):
        rows = {"subscribers-TOTAL_FORMS": "0", "subscribers-INITIAL_FORMS": "0", "reason": "Nota dinas 12"}
        return client.post(f"/admin/reports/schedule/{made.pk}/change/", self.TIMES | rows | changes)

    def test_times_switch_and_subscribers_are_edited_and_logged(self, cast, client_for, sample):
        made = schedule()
        rows = {
            "subscribers-TOTAL_FORMS": "1",
            "subscribers-0-user": cast.hartono.pk,
            "subscribers-0-schedule": made.pk,
        }
        assert self.post(client_for(cast.admin), made, enabled="on", **rows).status_code == 302
        made = Schedule.objects.get(pk=made.pk)
        assert (made.timer.crontab.hour, made.timer.crontab.day_of_week, made.timer.enabled) == (
            "6",
            "1-5",
            True,
        )
        assert made.subscribers.get().user == cast.hartono
        entry = Entry.objects.get(verb="reports.schedule", subject=f"reports.schedule/{made.pk}")
        assert entry.reason == "Nota dinas 12"

    def test_beat_is_told_to_look_again(self, cast, client_for, sample):
        from django_celery_beat.models import PeriodicTasks

        made = schedule()
        before = PeriodicTasks.last_change()
        self.post(client_for(cast.admin), made)
        assert PeriodicTasks.last_change() > before

    @pytest.mark.parametrize(
        "wrong", [{"hour": "25"}, {"day_of_month": "31", "month_of_year": "2"}, {"minute": "x"}]
    )
    def test_times_that_cannot_be_are_refused(self, cast, client_for, sample, wrong):
        made = schedule()
        assert self.post(client_for(cast.admin), made, **wrong).status_code == 200
        assert Schedule.objects.get(pk=made.pk).timer.crontab.hour == "7"

    def test_a_reason_is_asked_for(self, cast, client_for, sample):
        made = schedule()
        assert self.post(client_for(cast.admin), made, reason="").status_code == 200
        assert Schedule.objects.get(pk=made.pk).timer.crontab.hour == "7"

    def test_other_timers_are_edited_with_a_trace_and_keep_their_task(self, cast, client_for):
        timer = PeriodicTask.objects.get(name="notifications.deliver")
        url = f"/admin/django_celery_beat/periodictask/{timer.pk}/change/"
        given = {"interval": timer.interval_id, "task": "evil.task", "args": "[1]", "reason": "Pemeliharaan"}
        assert client_for(cast.admin).post(url, given).status_code == 302
        timer.refresh_from_db()
        assert (timer.enabled, timer.task) == (False, "biroumum.notifications.tasks.deliver")
        entry = Entry.objects.get(verb="changed", subject=f"django_celery_beat.periodictask/{timer.pk}")
        assert '"enabled":false' in entry.body.replace(" ", "")

    def test_timers_are_called_by_what_they_do_in_the_readers_language(self, cast, client_for):
        client = client_for(cast.admin)
        page = client.get("/admin/django_celery_beat/periodictask/").content.decode()
        assert all(str(timed.label) in page for timed in TIMED.values())
        assert "Mengirim surel" in page
        assert "notifications.deliver" not in page
        client.cookies["django_language"] = "en"
        timer = PeriodicTask.objects.get(name="notifications.deliver")
        own = client.get(f"/admin/django_celery_beat/periodictask/{timer.pk}/change/").content.decode()
        assert "Sending e-mail" in own.partition("</title>")[0]
        assert "notifications.deliver:" not in own

    def test_no_page_makes_a_task_run_that_code_does_not_name(self, cast, client_for):
        client = client_for(cast.admin)
        assert client.get("/admin/django_celery_beat/periodictask/add/").status_code == 403
        page = client.post(
            "/admin/django_celery_beat/periodictask/", {"action": "run_tasks", "_selected_action": "1"}
        )
        assert "run_tasks" not in page.content.decode()
        assert client.get("/admin/django_celery_beat/solarschedule/").status_code == 404

    def test_nobody_else_may(self, cast, client_for, sample):
        made = schedule()
        for user in (cast.hartono, cast.sekar, cast.laras):
            assert self.post(client_for(user), made).status_code in (302, 403)
        assert Schedule.objects.get(pk=made.pk).timer.crontab.hour == "7"

    def test_schedules_come_from_code_and_are_never_deleted(self, cast, client_for, sample):
        client, made = client_for(cast.admin), schedule()
        assert client.get("/admin/reports/schedule/add/").status_code == 403
        assert client.post(f"/admin/reports/schedule/{made.pk}/delete/", {"post": "yes"}).status_code == 403
        assert "Laporan contoh" in client.get("/admin/reports/schedule/").content.decode()
