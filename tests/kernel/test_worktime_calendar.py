"""The arithmetic of working days, without a database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from biroumum.worktime.calendar import add_working_days, due_at, is_working_day, working_days_between
from biroumum.worktime.holidays import days_off

WIB = ZoneInfo("Asia/Jakarta")
HOLIDAYS = frozenset(day.date for day in days_off(range(2019, 2029)))
dates = st.dates(dt.date(2019, 1, 1), dt.date(2027, 12, 31))
counts = st.integers(0, 120)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-03-17", 3, "2026-03-27"),
        ("2026-03-17", 5, "2026-03-31"),
        ("2026-03-17", 10, "2026-04-08"),
        ("2026-03-17", 14, "2026-04-14"),
        ("2026-03-17", 60, "2026-06-26"),
        ("2026-03-21", 5, "2026-03-31"),
        ("2026-05-13", 14, "2026-06-09"),
    ],
)
def test_known_due_dates_around_nyepi_and_idul_fitri(start, count, due):
    assert add_working_days(dt.date.fromisoformat(start), count, HOLIDAYS).isoformat() == due


def test_collective_leave_counts_as_a_day_off():
    without_leave = frozenset(day.date for day in days_off([2026]) if day.kind == "public")
    assert add_working_days(dt.date(2026, 3, 17), 3, without_leave) < dt.date(2026, 3, 27)


@given(dates, counts, counts)
def test_a_longer_limit_never_ends_earlier(day, first, more):
    assert add_working_days(day, first, HOLIDAYS) <= add_working_days(day, first + more, HOLIDAYS)


@given(dates, counts)
def test_a_later_start_never_ends_earlier(day, count):
    tomorrow = day + dt.timedelta(days=1)
    assert add_working_days(day, count, HOLIDAYS) <= add_working_days(tomorrow, count, HOLIDAYS)


@given(dates, st.integers(1, 120))
def test_a_limit_never_ends_on_a_day_off(day, count):
    assert is_working_day(add_working_days(day, count, HOLIDAYS), HOLIDAYS)


@given(dates, counts, counts)
def test_two_limits_in_a_row_are_one_limit_of_their_sum(day, first, second):
    middle = add_working_days(day, first, HOLIDAYS)
    assert add_working_days(middle, second, HOLIDAYS) == add_working_days(day, first + second, HOLIDAYS)


@given(dates, counts)
def test_counting_days_undoes_adding_them(day, count):
    assert working_days_between(day, add_working_days(day, count, HOLIDAYS), HOLIDAYS) == count


@given(dates, st.integers(-30, 800))
def test_counting_days_is_looking_at_each(day, length):
    days = [day + dt.timedelta(days=n) for n in range(1, length + 1)]
    counted = sum(is_working_day(one, HOLIDAYS) for one in days)
    assert working_days_between(day, day + dt.timedelta(days=length), HOLIDAYS) == counted


@given(
    dates,
    counts,
    st.sampled_from(["working_day", "day"]),
    st.sampled_from(["Jakarta", "Makassar", "Jayapura"]),
)
def test_days_end_just_before_midnight_of_the_province(day, count, unit, city):
    zone = ZoneInfo(f"Asia/{city}")
    start = dt.datetime.combine(day, dt.time(13, 5), zone)
    assert due_at(start, count, unit, HOLIDAYS, zone).astimezone(zone).time() == dt.time(23, 59, 59)


def test_the_day_of_the_start_is_the_day_in_the_province():
    late_in_utc = dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)  # already Tuesday the 24th in Semarang
    assert due_at(late_in_utc, 1, "working_day", HOLIDAYS, WIB).date() == dt.date(2026, 11, 25)


def test_hours_run_through_nights_and_holidays():
    start = dt.datetime(2026, 3, 18, 9, 30, tzinfo=WIB)
    assert due_at(start, 72, "hour", HOLIDAYS, WIB) == dt.datetime(2026, 3, 21, 9, 30, tzinfo=WIB)


def test_estimated_dates_are_flagged_and_plainly_named():
    eid = next(day for day in days_off([2028]) if day.name == "Hari Raya Idul Fitri")
    assert eid.estimated
    assert not any("perkiraan" in day.name for day in days_off(range(2019, 2029)))


def test_a_year_without_a_decree_says_so_instead_of_inventing_one():
    assert {day.decree for day in days_off([2028])} == {"belum ditetapkan"}
    assert all("1497 Tahun 2025" in day.decree for day in days_off([2026]))
