"""The database counts working days as the calendar does."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import F, Value
from hypothesis import HealthCheck, given, settings, strategies as st

from biroumum.notifications.models import Heartbeat
from biroumum.worktime.calendar import add_working_days, working_days_between
from biroumum.worktime.measures import Percentile, WorkingDayNumber, working_days
from biroumum.worktime.queries import horizon, moment

DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2035, 12, 31))


def number(day: dt.date, holidays) -> int:
    """Through the database, on a row that is not there."""
    sql, params = WorkingDayNumber(Value(day), holidays).as_sql(
        Heartbeat.objects.all().query.get_compiler("default"), connection
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", params)
        return cursor.fetchone()[0]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=DAYS, length=st.integers(0, 200), off=st.sets(st.integers(-3, 203), max_size=12))
def test_as_many_as_the_calendar_counts(db, start, length, off):
    end = start + dt.timedelta(days=length)
    holidays = {start + dt.timedelta(days=n) for n in off}
    assert number(end, holidays) - number(start, holidays) == working_days_between(start, end, holidays)


def test_between_two_columns_in_the_zone_of_the_province(db):
    """00.30 WIB is the evening before in UTC, and counts as the day people live in."""
    at = dt.datetime(2026, 11, 23, 17, 30, tzinfo=dt.UTC)
    Heartbeat.objects.create(name="x", at=at)
    rows = Heartbeat.objects.annotate(
        later=F("at") + dt.timedelta(days=7), days=working_days("at", "later", [dt.date(2026, 11, 26)])
    )
    assert rows.values_list("days", flat=True).get() == 4


@pytest.mark.parametrize(("share", "expected"), [(0.5, 3), (0.9, 9)])
def test_the_share_of_values_that_a_percentile_does_not_exceed(db, share, expected):
    start = dt.datetime(2026, 3, 1, 5, tzinfo=dt.UTC)  # a Sunday
    for days in (1, 2, 3, 4, 9):
        Heartbeat.objects.create(
            name=str(days),
            at=moment(add_working_days(start.date(), days, ())) + dt.timedelta(hours=9),
        )
    rows = Heartbeat.objects.annotate(start=Value(start))
    assert rows.aggregate(found=Percentile(working_days("start", "at", ()), share))["found"] == expected


def test_without_values_there_is_no_percentile(db):
    assert Heartbeat.objects.aggregate(found=Percentile(working_days("at", "at", ()), 0.5))["found"] is None


def test_soon_is_until_the_end_of_the_second_working_day(db):
    thursday = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
    assert horizon(thursday).isoformat() == "2026-11-30T23:59:59+07:00"
