"""Clocks on the database: start, pause, resume, stop, timing anew, and the ledger that keeps it all."""

import datetime as dt
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.worktime import services as worktime
from biroumum.worktime.models import ClockEvent, Holiday, TimeLimit
from biroumum.worktime.queries import clocks_of, due_subjects, holidays_since, limit_for, overdue, running

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
SUBJECT = "complaints.complaint/1"


def at(day, hour=10):
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), WIB)


def end_of(day):
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59, 59), WIB)


@pytest.fixture
def limit():
    def make(code="test.answer", days=5, unit="working_day", since="2020-01-01", until=None):
        with transaction.atomic():
            return TimeLimit.objects.create(
                code=code, days=days, unit=unit, legal_basis="Uji", valid_from=since, valid_until=until
            )

    return make


@pytest.fixture
def clock(limit):
    limit()
    return start("2026-11-23")


def start(day, code="test.answer", subject=SUBJECT):
    return worktime.start_clock(subject, code, at=at(day))


def test_the_seeded_table_gives_the_same_dates_as_the_command():
    out = StringIO()
    call_command("worktime_due", "2026-03-17", 60, stdout=out)
    call_command("worktime_due", "2026-03-17", 60, unit="day", stdout=out)
    assert out.getvalue().split() == ["2026-06-26", "2026-05-16"]


@pytest.mark.parametrize(("date", "count"), [("17-03-2026", 3), ("2026-03-17", -1)])
def test_the_command_refuses_nonsense_in_a_sentence(date, count):
    with pytest.raises(CommandError):
        call_command("worktime_due", date, count)


def test_a_clock_starts_with_its_due_date_and_a_line_in_the_ledger(clock):
    assert clock.due_at == end_of("2026-11-30")
    [line] = clock.events.all()
    assert (line.kind, line.due_before, line.due_after) == ("start", None, clock.due_at)


def test_starting_costs_two_statements_and_turning_three_however_many_turn(limit):
    for code in ("test", "test.second", "test.third", "test.fourth"):
        limit(code=code)
    with CaptureQueriesContext(connection) as queries:
        worktime.start_clocks(SUBJECT, ["test", "test.second"], at=at("2026-11-23"))
    assert sum("worktime_" in query["sql"] for query in queries) == 2
    with CaptureQueriesContext(connection) as queries:
        left = worktime.turn(SUBJECT, [], ["test.third", "test.fourth"], at=at("2026-11-24"), outcome="done")
    assert sum("worktime_" in query["sql"] for query in queries) == 3
    assert {clock.code for clock in left} == {"test.third", "test.fourth"}
    told = ClockEvent.objects.order_by("pk").values_list("clock__code", "kind")
    assert list(told)[2:] == [
        ("test", "stop"),
        ("test.second", "stop"),
        ("test.third", "start"),
        ("test.fourth", "start"),
    ]


def test_a_limit_may_end_and_begin_anew_in_one_turn(limit, clock):
    [again] = worktime.turn(SUBJECT, ["test.answer"], ["test.answer"], at=at("2026-11-25"), outcome="done")
    assert again.pk != clock.pk
    assert [each.pk for each in running(SUBJECT)] == [again.pk]
    again.refresh_from_db()
    assert (again.started_at, again.due_at, again.outcome) == (at("2026-11-25"), end_of("2026-12-02"), "")
    [line] = again.events.all()
    assert (line.kind, line.at, line.due_before, line.due_after) == (
        "start",
        again.started_at,
        None,
        again.due_at,
    )


def test_turning_resumes_a_paused_clock_first_and_leaves_the_others(limit):
    for code in ("test", "test.second"):
        limit(code=code)
    first, _second = worktime.start_clocks(SUBJECT, ["test", "test.second"], at=at("2026-11-23"))
    worktime.pause(first, at=at("2026-11-24"), reason="Menunggu")
    left = worktime.turn(SUBJECT, ["test"], [], at=at("2026-11-26"), outcome="done")
    assert [clock.code for clock in left] == ["test.second"]
    first.refresh_from_db()
    assert (first.paused_at, first.stopped_at, first.outcome) == (None, at("2026-11-26"), "done")
    kinds = [event.kind for event in first.events.order_by("pk")]
    assert kinds == ["start", "pause", "resume", "stop"]


def test_one_running_clock_per_subject_and_limit(clock):
    with pytest.raises(IntegrityError), transaction.atomic():
        start("2026-11-24")
    worktime.stop(clock, at=at("2026-11-24"), outcome="done")
    assert start("2026-11-24").pk != clock.pk


def test_a_duty_without_a_limit_row_is_an_error_not_a_guess():
    with pytest.raises(TimeLimit.DoesNotExist):
        start("2026-11-23", code="test.unknown")


def test_a_pause_moves_the_due_date_by_exactly_its_working_days(clock):
    worktime.pause(clock, at=at("2026-11-25"), reason="Menunggu pelapor")
    resumed = worktime.resume(clock, at=at("2026-11-30"), reason="Pelapor menjawab")
    assert resumed.due_at == end_of("2026-12-03")  # Thursday, Friday and Monday were lost
    assert resumed.paused_at is None


def test_a_pause_within_one_day_gives_nothing_away(clock):
    worktime.pause(clock, at=at("2026-11-25", 8), reason="Menunggu pelapor")
    assert worktime.resume(clock, at=at("2026-11-25", 15), reason="Pelapor menjawab").due_at == clock.due_at


def test_a_pause_does_not_forgive_what_was_late_before_it(clock):
    worktime.pause(clock, at=at("2026-12-02"), reason="Menunggu pelapor")
    resumed = worktime.resume(clock, at=at("2026-12-04"), reason="Pelapor menjawab")
    assert resumed.due_at == end_of("2026-12-02")
    assert resumed.is_late(at("2026-12-04"))


@pytest.mark.parametrize("unit", ["day", "hour"])
def test_days_and_hours_move_by_the_paused_time(limit, unit):
    limit(days=30, unit=unit)
    clock = start("2026-11-23")
    worktime.pause(clock, at=at("2026-11-23", 12), reason="Menunggu pelapor")
    resumed = worktime.resume(clock, at=at("2026-11-23", 15), reason="Pelapor menjawab")
    assert resumed.due_at - clock.due_at == dt.timedelta(hours=3)


def test_a_clock_stopped_while_paused_is_judged_on_the_moved_due_date(clock):
    worktime.pause(clock, at=at("2026-11-24"), reason="Menunggu pelapor")
    stopped = worktime.stop(clock, at=at("2026-12-08"), outcome="done")
    assert not stopped.is_late(at("2026-12-31"))
    assert [line.kind for line in stopped.events.all()] == ["start", "pause", "resume", "stop"]


def test_a_clock_says_in_a_word_how_it_stands(clock, limit):
    limit(code="test.past", days=1)
    assert start("2020-11-23", code="test.past").standing.word == "Lewat waktu"
    assert worktime.stop(clock, at=at("2026-11-30"), outcome="done").standing.tone == "ok"
    late = worktime.stop(start("2026-11-23"), at=at("2026-12-01"), outcome="done")
    assert (late.standing.word, late.standing.tone) == ("Selesai, terlambat", "bad")
    assert worktime.pause(start("2026-11-23"), at=at("2026-11-24"), reason="x").standing.tone == "warn"


def test_a_step_that_does_not_fit_is_refused(clock):
    with pytest.raises(worktime.ClockError):
        worktime.resume(clock, at=at("2026-11-24"), reason="x")
    worktime.pause(clock, at=at("2026-11-24"), reason="x")
    with pytest.raises(worktime.ClockError):
        worktime.pause(clock, at=at("2026-11-25"), reason="x")
    with pytest.raises(worktime.ClockError):
        worktime.resume(clock, at=at("2026-11-23"), reason="before the pause")
    worktime.stop(clock, at=at("2026-11-25"), outcome="done")
    with pytest.raises(worktime.ClockError):
        worktime.stop(clock, at=at("2026-11-26"), outcome="done")


def test_a_pause_or_a_retiming_without_reason_is_refused_by_the_database(clock):
    with pytest.raises(IntegrityError), transaction.atomic():
        worktime.pause(clock, at=at("2026-11-24"), reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        worktime.retime(clock, at=at("2026-11-24"), reason="")


def test_another_limit_retimes_from_the_start_and_keeps_the_old_due_date(clock, limit):
    longer = limit(code="test.longer", days=14)
    worktime.pause(clock, at=at("2026-11-25"), reason="Menunggu pelapor")
    worktime.resume(clock, at=at("2026-11-26"), reason="Pelapor menjawab")
    moved = worktime.retime(clock, at=at("2026-11-27"), reason="Kelas berubah", limit=longer)
    assert (moved.code, moved.due_at) == ("test.longer", end_of("2026-12-14"))  # 14 days and the paused one
    line = moved.events.last()
    assert (line.reason, line.due_before, line.due_after) == (
        "Kelas berubah",
        end_of("2026-12-01"),
        moved.due_at,
    )


@pytest.mark.parametrize("beside", ["2026-12-01", "2026-12-03", "2026-12-08"])
def test_a_limit_started_beside_another_has_its_pauses_before_during_and_after(clock, limit, beside):
    """Paused over a weekend, one working day, and from Wednesday to Monday, three; ten working days end on 7 December."""
    limit("test.working", 10)
    limit("test.days", 60, "day")
    pauses = [("2026-11-27", "2026-11-30"), ("2026-12-02", "2026-12-07")]
    moves = [
        (day, step)
        for pause in pauses
        for day, step in zip(pause, (worktime.pause, worktime.resume), strict=True)
    ]
    running = [clock]
    for day, step in sorted([*moves, (beside, None)]):
        if step:
            running = [step(each, at=at(day), reason="Menunggu") for each in running]
        else:
            codes = ("test.working", "test.days")
            running += [worktime.start_beside(clock, code, at=at(day), reason="Kelas lain") for code in codes]
    _first, working, days = running
    assert working.due_at == end_of("2026-12-11")
    assert days.due_at == end_of("2027-01-22") + dt.timedelta(days=3 + 5)
    for twin in (working, days):
        assert twin.started_at == clock.started_at
        assert [line.kind for line in twin.events.exclude(kind="retime")] == ["start"] + [
            "pause",
            "resume",
        ] * 2
        assert twin.events.get(kind="retime").reason == "Kelas lain"


def test_a_new_holiday_retimes_open_clocks_with_history(clock, limit):
    limit(code="test.days", days=7, unit="day")
    by_days = start("2026-11-23", code="test.days")
    done = worktime.stop(
        start("2026-11-23", subject="complaints.complaint/2"), at=at("2026-11-24"), outcome="done"
    )
    Holiday.objects.create(date="2026-11-26", name="Hari libur uji", decree="Keputusan uji")
    assert worktime.retime_open(reason="Hari libur baru", at=at("2026-11-25")) == 1
    [moved, untouched] = clocks_of(SUBJECT)
    assert moved.due_at == end_of("2026-12-01")
    assert (moved.events.last().kind, moved.events.last().due_before) == ("retime", end_of("2026-11-30"))
    assert untouched.due_at == by_days.due_at
    done.refresh_from_db()
    assert done.due_at == end_of("2026-11-30")


def test_retiming_everything_twice_moves_nothing_the_second_time(clock):
    Holiday.objects.create(date="2026-11-26", name="Hari libur uji", decree="Keputusan uji")
    worktime.retime_open(reason="Hari libur baru")
    assert worktime.retime_open(reason="Hari libur baru") == 0


@pytest.mark.parametrize("write", ["update", "delete"])
def test_the_ledger_refuses_to_be_changed(clock, write):
    lines = ClockEvent.objects.filter(clock=clock)
    with pytest.raises(DatabaseError), transaction.atomic():
        lines.update(reason="lain") if write == "update" else lines._raw_delete("default")


@pytest.mark.parametrize(
    "change", [{"days": 30}, {"unit": "day"}, {"code": "lain"}, {"valid_from": "2021-01-01"}]
)
def test_a_limit_a_clock_was_started_under_stays_as_it_was(clock, change):
    """Else the next holiday would move running deadlines by the new days, and give the holiday as the reason."""
    of_clock = TimeLimit.objects.filter(pk=clock.limit_id)
    with pytest.raises(IntegrityError, match="a clock has this limit"), transaction.atomic():
        of_clock.update(**change)
    of_clock.update(valid_until="2026-12-01", legal_basis="Peraturan uji", verified=True)  # this may change


def test_an_extension_in_use_stays_too_and_a_limit_nothing_uses_may_change(clock, limit):
    more, free = limit("test.answer.extension", days=7), limit("test.other")
    worktime.extend(clock, at=at("2026-11-24"), reason="Butuh waktu")
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeLimit.objects.filter(pk=more.pk).update(days=70)
    TimeLimit.objects.filter(pk=free.pk).update(days=6)
    assert more.is_in_use
    assert not free.is_in_use


def test_one_limit_per_code_at_a_time(limit):
    limit(since="2020-01-01", until="2026-01-01")
    limit(days=7, since="2026-01-01")
    with pytest.raises(IntegrityError):
        limit(days=9, since="2025-06-01", until="2025-07-01")


def test_the_limit_of_the_day_counts(limit):
    limit(since="2020-01-01", until="2026-11-24")
    limit(days=7, since="2026-11-24")
    assert limit_for("test.answer", dt.date(2026, 11, 23)).days == 5
    assert limit_for("test.answer", dt.date(2026, 11, 24)).days == 7


def test_overdue_leaves_out_the_paused_and_the_stopped(limit):
    limit(days=1)
    late, paused, stopped = (start("2026-11-23", subject=f"complaints.complaint/{n}") for n in range(3))
    worktime.pause(paused, at=at("2026-11-24"), reason="Menunggu pelapor")
    worktime.stop(stopped, at=at("2026-11-24"), outcome="done")
    assert list(overdue(at("2026-11-26"))) == [late]
    assert due_subjects("test.answer", at("2026-11-26")) == [late.subject]
    assert due_subjects("test.answer", at("2026-11-24")) == []
    assert list(running(paused.subject)) == [paused]


def test_holidays_are_read_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert dt.date(2026, 12, 24) in holidays_since(dt.date(2026, 11, 24))
