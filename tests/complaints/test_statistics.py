"""Numbers for everyone: the office's own, counted by hand, and nothing that tells of a single confidential case."""

import csv
import datetime as dt
import io
import math
from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, strategies as st

from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from biroumum.reports.models import Schedule
from biroumum.reports.registry import Params
from biroumum.reports.services import run
from complaints.models import Complaint, MonthlyFigures
from complaints.reports import public, statistics as tables
from complaints.reports.public import COUNTS, FEW, percentile
from complaints.reports.ratings import RATINGS
from complaints.services import keep_figures
from complaints.states import Visibility
from complaints.tasks import keep_statistics
from tests.complaints.test_reports import at_office, cases, start, today  # noqa: F401 - fixtures
from tests.races import at_once, meeting

PAGE, CSV = "/pengaduan/statistik/", "/pengaduan/statistik/angka.csv"
OPEN, SECRET = Visibility.OPEN, Visibility.CONFIDENTIAL


@pytest.fixture(autouse=True)
def _nothing_kept(request):
    request.getfixturevalue("real_db" if "real_db" in request.fixturenames else "db")
    cache.clear()


@pytest.fixture
def counted(today):  # noqa: F811
    """Counts anew; a table's rows as the page shows them, by name."""

    def count(part="offices"):
        found = public.count(public.year(timezone.localdate()), today)
        return {row["name"]: row for row in tables.TABLES[part](found)}

    return count


def text(answer):
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


class TestNumbers:
    @pytest.fixture(autouse=True)
    def _all_open(self, cases):  # noqa: F811
        Complaint.objects.update(visibility=OPEN)

    def test_are_those_counted_by_hand(self, counted):
        (row,) = counted("whole").values()
        found = [row[name] for name in ("received", "open", "late", "ended", "on_time", "share")]
        assert found == [5, 3, 1, 2, 1, 33]  # one in time, of two that ended and one that runs late
        assert (row["median"], row["p90"]) == (15, 17)

    def test_of_offices_and_sectors_are_those_of_the_whole(self, counted):
        offices = counted()
        assert list(offices) == ["Subbagian Rumah Tangga", "Belum diteruskan"]
        row = offices["Subbagian Rumah Tangga"]
        assert (row["share"], row["median"], row["p90"]) == (33, 15, 17)
        (whole,) = counted("whole").values()
        for part in ("offices", "categories"):
            for name in COUNTS:
                assert sum(row[name] for row in counted(part).values()) == whole[name], (part, name)

    def test_of_months_are_those_since_the_first_with_a_case_each_with_its_own_wait(self, counted):
        months = counted("months")
        assert list(months) == ["Okt 2026", "Nov 2026"]
        november = months["Nov 2026"]
        assert [november[name] for name in ("received", "answered", "late", "share")] == [3, 3, 1, 33]
        assert (november["median"], november["p90"]) == (15, 17)

    def test_of_months_are_twelve_at_most_and_an_empty_one_between_is_said(self, counted):
        long_ago = dt.datetime(2025, 1, 5, tzinfo=dt.UTC), dt.datetime(2025, 12, 5, tzinfo=dt.UTC)
        for case, received in zip(Complaint.objects.order_by("id"), long_ago, strict=False):
            Complaint.objects.filter(pk=case.pk).update(received_at=received)
        months = counted("months")
        assert (len(months), next(iter(months))) == (12, "Des 2025")
        january = months["Jan 2026"]
        assert (january["received"], january["share"], january["median"]) == (0, None, None)


class TestConfidential:
    def file(self, start, number, office, visibility=SECRET):  # noqa: F811
        title = "Pengelola Aset" if office.endswith("aset") else "Pengelola Rumah Tangga"
        for _n in range(number):
            at_office(start(10, 1), office, title, visibility=visibility)

    @pytest.mark.parametrize("number", [1, 2])
    def test_one_or_two_of_an_office_are_not_counted_there(self, start, counted, number):  # noqa: F811
        self.file(start, 5, "subbag-aset", OPEN)
        self.file(start, number, "subbag-aset")
        rows = counted()
        assert rows["Subbagian Aset"]["received"] == 5
        hidden = rows["Unit tidak disebut"]
        assert (hidden["received"], hidden["late"], hidden["share"]) == ("< 3", "< 3", None)

    def test_three_are(self, start, counted):  # noqa: F811
        self.file(start, 1, "subbag-aset", OPEN)
        self.file(start, 3, "subbag-aset")
        assert {name: row["received"] for name, row in counted().items()} == {"Subbagian Aset": 4}

    def test_of_several_offices_they_stand_in_one_row(self, start, counted):  # noqa: F811
        self.file(start, 2, "subbag-aset")
        self.file(start, 2, "subbag-rumah-tangga")
        assert {name: row["received"] for name, row in counted().items()} == {"Unit tidak disebut": 4}

    @pytest.mark.parametrize("accused", ["unit", "officer"])
    def test_what_accuses_someone_is_kept_as_close(self, start, counted, cast, accused):  # noqa: F811
        """Those in the office do not see it in their list, so its number must not tell either."""
        self.file(start, 5, "subbag-aset", OPEN)
        case = Complaint.objects.latest("pk")
        if accused == "unit":
            Complaint.objects.filter(pk=case.pk).update(accused_unit=cast.rini.live[0].position.unit)
        else:
            Complaint.objects.filter(pk=case.pk).update(accused_officer=cast.wulan)
        assert {name: row["received"] for name, row in counted().items()} == {
            "Subbagian Aset": 4,
            "Unit tidak disebut": "< 3",
        }

    def test_sectors_and_months_keep_the_same_rule(self, start, counted):  # noqa: F811
        self.file(start, 2, "subbag-aset")
        assert list(counted("categories")) == ["Bidang tidak disebut"]
        months = counted("months")
        assert list(months) == [
            "Bulan tidak disebut"
        ]  # nor does the first month shown tell when there was one
        assert months["Bulan tidak disebut"]["received"] == "< 3"

    def test_the_whole_counts_them_all(self, start, counted):  # noqa: F811
        self.file(start, 2, "subbag-aset")
        (row,) = counted("whole").values()
        assert row["received"] == 2


NUMBERS = st.fixed_dictionaries({name: st.integers(0, 4) for name in COUNTS})
CELLS = st.lists(
    st.builds(
        lambda numbers, office, secret: {**numbers, "office": office, "secret": secret},
        NUMBERS,
        st.sampled_from(["A", "B", "C", None]),
        st.booleans(),
    ),
    max_size=12,
)


@given(CELLS)
def test_no_named_row_ever_holds_one_or_two_and_none_is_lost(cells):
    rows = public._table(cells, [], "office")
    for name in COUNTS:
        assert sum(row[name] for row in rows) == sum(cell[name] for cell in cells)
    for row in rows:
        if row["hidden"]:
            continue
        own = [cell for cell in cells if cell["office"] == row["name"]]
        for name in COUNTS:
            plain = sum(cell[name] for cell in own if not cell["secret"])
            secret = row[name] - plain
            assert secret == 0 or secret >= FEW


@given(st.lists(st.integers(0, 60), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(waits, part):
    assert percentile(Counter(waits), part) == sorted(waits)[math.ceil(part * len(waits)) - 1]


def test_a_percentile_of_nothing_is_not_said():
    assert percentile(Counter(), 0.5) is None


class TestRatings:
    def rate(self, start, *ratings, visibility=OPEN):  # noqa: F811
        for rating in ratings:
            road = at_office(
                start(11, 2), "subbag-rumah-tangga", "Pengelola Rumah Tangga", visibility=visibility
            )
            road.go("bagas", "start", text="Kami periksa.")
            road.answer()
            road.go(road.holder, "accept", rating=rating, comment="")

    def test_have_number_mean_and_share_of_the_content_by_office(self, start, counted, cast):  # noqa: F811
        self.rate(start, 5, 4, 2)
        rows = counted("ratings")
        assert list(rows) == ["Semua unit", "Subbagian Rumah Tangga"]
        for row in rows.values():
            assert (row["rated"], row["mean"], row["content_share"]) == (3, Decimal("3.7"), 66)
        (own,) = RATINGS.rows(Params(cast.hartono, dt.date(2026, 11, 1), dt.date(2026, 12, 1)))
        assert own == rows["Subbagian Rumah Tangga"]

    def test_of_one_or_two_are_said_of_no_office(self, start, counted):  # noqa: F811
        self.rate(start, 1, 1)
        rows = counted("ratings")
        assert list(rows) == ["Semua unit", "Unit lain bersama-sama"]
        for row in rows.values():
            assert (row["rated"], row["mean"], row["content_share"]) == ("< 3", None, None)
        assert all("rated" not in row for row in counted().values())

    def test_of_one_or_two_secret_cases_follow_from_no_offices_number(self, start, counted):  # noqa: F811
        self.rate(start, 5, 5, 5)
        before = counted("ratings")["Subbagian Rumah Tangga"]
        self.rate(start, 1, visibility=SECRET)
        rows = counted("ratings")
        assert (before["rated"], before["mean"]) == (3, 5)
        assert [(name, row["rated"]) for name, row in rows.items()] == [
            ("Semua unit", 4),
            ("Unit lain bersama-sama", 4),
        ]

    def test_of_others_too_few_the_smallest_named_office_goes_with_them(self):
        offices = [
            {"name": name, "hidden": False, "rated": rated, "stars": 4 * rated, "content": rated}
            for name, rated in (("A", 9), ("B", 4), ("C", 1))
        ]
        found = {"whole": {"rated": 14, "stars": 56, "content": 14}, "offices": offices}
        rows = [(row["name"], row["rated"]) for row in tables.TABLES["ratings"](found)]
        assert rows == [("Semua unit", 14), ("A", 9), ("Unit lain bersama-sama", 5)]

    def test_of_a_month_kept_before_they_were_counted_are_none(self):
        (row,) = tables.TABLES["ratings"]({"whole": {}, "offices": [{"name": "A", "hidden": False}]})
        assert (row["rated"], row["mean"]) == (0, None)
        assert list(tables.TABLES["late"]({})) == []


class TestLate:
    def listed(self, today):  # noqa: F811
        found = public.count(public.year(timezone.localdate()), today)
        return [
            (row["office"], row["sector"], row["limit"], row["days"]) for row in tables.TABLES["late"](found)
        ]

    def test_are_listed_with_office_sector_limit_and_days_the_longest_first(self, start, today, client):  # noqa: F811
        for day in (1, 8):
            road = at_office(start(10, day), "subbag-aset", "Pengelola Aset", visibility=OPEN)
        rows = self.listed(today)
        assert [row[:2] for row in rows] == [("Subbagian Aset", "Infrastruktur")] * 2
        assert rows[0][3] > rows[1][3] > 0
        assert road.case.clock.limit.name in rows[0][2]
        assert "hari kerja" in rows[0][2]
        page = text(client.get(PAGE))
        assert "Paling lama lewat waktu sekarang" in page
        file = text(client.get(f"{PAGE}lewat-waktu.csv"))
        assert len(file.splitlines()) == 3
        assert all(str(cell) in file for row in rows for cell in row)
        for told in (page, file):
            assert road.case.number not in told
            assert road.case.title not in told

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_secret_ones_name_no_office_and_one_or_two_are_not_there(self, start, today, number):  # noqa: F811
        at_office(start(10, 8), "subbag-aset", "Pengelola Aset", visibility=OPEN)
        for _turn in range(number):
            at_office(start(10, 1), "subbag-aset", "Pengelola Aset", visibility=SECRET)
        hidden = [row for row in self.listed(today) if row[:2] == ("Tidak disebut", "Tidak disebut")]
        assert len(hidden) == (number if number >= FEW else 0)
        assert len(self.listed(today)) == 1 + len(hidden)

    def test_secret_ones_left_out_leave_their_places_to_others(self, start, today, monkeypatch):  # noqa: F811
        at_office(start(10, 1), "subbag-aset", "Pengelola Aset", visibility=SECRET)
        at_office(start(10, 8), "subbag-aset", "Pengelola Aset", visibility=OPEN)
        monkeypatch.setattr(public, "LISTED", 1)
        assert [row[0] for row in self.listed(today)] == ["Subbagian Aset"]

    def test_are_no_more_than_so_many_and_cost_no_more_for_many(self, start, today, monkeypatch):  # noqa: F811
        def asked():
            with CaptureQueriesContext(connection) as statements:
                rows = public._late(today)
            return len(statements), len(rows)

        at_office(start(10, 1), "subbag-aset", "Pengelola Aset", visibility=OPEN)
        assert asked() == (2, 1)
        at_office(start(10, 1), "subbag-aset", "Pengelola Aset", visibility=OPEN)
        assert asked() == (2, 2)
        monkeypatch.setattr(public, "LISTED", 1)
        assert asked() == (2, 1)


class TestPage:
    def test_says_the_figures_and_how_they_are_made(self, cases, client):  # noqa: F811
        html = text(client.get(PAGE))
        assert "33 %" in html
        assert "1 ÷ (2 + 1)" in html
        assert "Pengaduan yang tidak kami jawab menurunkan angka ini." in html
        assert html.count("<svg viewBox") == 2
        assert html.count("<table>") == 5

    def test_names_no_case(self, cases, client):  # noqa: F811
        said = text(client.get(PAGE)) + text(client.get(CSV))
        assert all(case.number not in said and case.title not in said for case in cases.values())

    def test_its_file_has_the_same_figures(self, cases, client, counted):  # noqa: F811
        rows = list(csv.reader(io.StringIO(text(client.get(CSV)).lstrip("\ufeff"))))
        assert rows[0][:4] == ["Tabel", "Kelompok", "Diterima", "Berjalan"]
        assert [
            "Seluruhnya",
            "Semua pengaduan",
            "5",
            "3",
            "1",
            "2",
            "1",
            "33",
            "15",
            "17",
            "",
            "",
            "",
        ] in rows
        for part, report in tables.PARTS.items():
            column, name = (rows[0].index("Dinilai"), "rated") if part == "ratings" else (2, "received")
            listed = {row[1]: row[column] for row in rows if row[0] == str(report.title)}
            assert listed == {each: str(row[name]) for each, row in counted(part).items()}

    def test_is_counted_once_for_all_and_told_in_each_language(self, cases, django_assert_num_queries):  # noqa: F811
        english = Client()
        english.cookies["django_language"] = "en"
        Client().get(PAGE)
        with django_assert_num_queries(2):  # the kept figures, and the months that have files
            html = text(english.get(PAGE))
        assert "Complaint statistics" in html
        assert "Infrastructure" in html

    def test_of_an_empty_portal_says_so(self, client, today):  # noqa: F811
        html = text(client.get(PAGE))
        # offices, sectors, months, and what runs late; of ratings it says that there are none
        assert html.count("Belum ada yang dapat ditampilkan.") == 4
        assert "÷ (" not in html

    @pytest.mark.parametrize("door", ["/", "/pengaduan/", "/aksesibilitas/"])
    def test_is_found_from_everywhere(self, cases, client, door):  # noqa: F811
        assert PAGE in text(client.get(door))


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
