"""Figures of a month that is over: kept once, by one, and never changed."""

import datetime as dt
from functools import partial

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from biroumum.reports.models import Schedule
from biroumum.reports.registry import Params
from biroumum.reports.services import run
from complaints.models import MonthlyFigures
from complaints.reports import public, statistics as tables
from complaints.services import keep_figures
from complaints.tasks import keep_statistics
from tests.complaints.test_reports import at_office, cases, start, today  # noqa: F401 - fixtures
from tests.complaints.test_statistics import OPEN, PAGE, _nothing_kept, text
from tests.races import at_once, meeting

__all__ = ["_nothing_kept"]


class TestMonths:
    OCTOBER = "2026-10"

    def file(self, kind, month=OCTOBER):
        return Client().get(f"/pengaduan/statistik/{month}.{kind}")

    def test_the_month_before_is_kept_once_and_the_log_knows(self, cases, today):  # noqa: F811
        assert keep_statistics(today.isoformat())
        assert not keep_statistics(today.isoformat())
        kept = MonthlyFigures.objects.get()
        assert (kept.month.isoformat(), kept.figures["whole"]["received"]) == ("2026-10-01", 2)
        assert Entry.objects.filter(verb="complaints.monthlyfigures.keep").count() == 1

    def test_whoever_keeps_it_second_changes_nothing(self, cases, today):  # noqa: F811
        month = dt.date(2026, 10, 1)
        first = keep_figures(month, {"whole": 1}, at=today)
        assert keep_figures(month, {"whole": 2}, at=today) == first
        assert MonthlyFigures.objects.get().figures == {"whole": 1}

    def test_its_figures_do_not_change_with_what_comes_later(self, cases, start, today):  # noqa: F811
        keep_statistics(today.isoformat())
        before = text(self.file("csv"))
        at_office(start(10, 26), "subbag-aset", "Pengelola Aset", visibility=OPEN)
        cache.clear()
        assert text(self.file("csv")) == before
        params = Params(public.ANYONE, dt.date(2026, 10, 1), dt.date(2026, 11, 1))
        assert sum(row["received"] for row in tables.MONTHLY.rows(params)) == 2

    def test_each_kind_of_file_is_found_on_the_page(self, cases, today, client):  # noqa: F811
        keep_statistics(today.isoformat())
        html = text(client.get(PAGE))
        for kind, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", "\ufeffTabel".encode())):
            assert f"/pengaduan/statistik/{self.OCTOBER}.{kind}" in html
            assert b"".join(self.file(kind)).startswith(begins)

    def test_a_month_that_was_not_kept_has_no_file(self, cases):  # noqa: F811
        assert [self.file("pdf", month).status_code for month in ("2026-11", "2026-13", "0000-01")] == [
            404
        ] * 3

    def test_one_address_draws_no_more_than_so_many(self, cases, today, monkeypatch):  # noqa: F811
        monkeypatch.setattr("complaints.public_views.statistics.FILES_AT_MOST", 1)
        keep_statistics(today.isoformat())
        assert [self.file("csv").status_code for _time in range(2)] == [200, 429]

    def test_subscribers_get_it_by_mail_once(self, cases, today, cast):  # noqa: F811
        with transaction.atomic():
            schedule = Schedule.objects.get(code="complaints-public-monthly")
            Schedule.objects.filter(pk=schedule.pk).update(created_at=today - dt.timedelta(days=90))
            schedule.subscribers.create(user=cast.hartono)
        keep_statistics(today.isoformat())
        assert [run(schedule.pk, now=today).mails, run(schedule.pk, now=today)] == [1, None]
        assert "Oktober 2026" in Message.objects.get().text

    @pytest.fixture
    def keep_at_once(self, real_db, monkeypatch):
        """Two who both found nothing kept yet, each with figures of their own; what each was given."""
        meet, save = meeting(10), MonthlyFigures.save

        def met(row, **how):
            meet()
            save(row, **how)

        def keep(value):
            return keep_figures(dt.date(2026, 10, 1), {"whole": value}, at=timezone.now()).figures

        monkeypatch.setattr(MonthlyFigures, "save", met)
        return lambda: at_once(*[partial(keep, value) for value in (1, 2)])

    def test_two_who_keep_it_at_once_keep_one(self, keep_at_once):
        assert keep_at_once() == [MonthlyFigures.objects.get().figures] * 2

    def test_without_the_unique_month_they_would_keep_two(self, keep_at_once, owner_db):
        owner_db.execute(
            "ALTER TABLE complaints_monthlyfigures DROP CONSTRAINT complaints_monthlyfigures_month_key"
        )
        assert keep_at_once() == [{"whole": 1}, {"whole": 2}]
