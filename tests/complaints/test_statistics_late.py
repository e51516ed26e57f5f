"""Of each office how it was rated, and which cases run late, without a word that tells which they are."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.reports.registry import Params
from complaints.reports import public, statistics as tables
from complaints.reports.public import FEW
from complaints.reports.ratings import RATINGS
from tests.complaints.test_reports import at_office, cases, start, today  # noqa: F401 - fixtures
from tests.complaints.test_statistics import OPEN, PAGE, SECRET, _nothing_kept, counted, text

__all__ = ["_nothing_kept", "counted"]


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
