"""Numbers of complaints: counted by hand here, and only what the reader may know of."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given, strategies as st

from biroumum.accounts import roles
from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.reports.registry import Params
from complaints.models import Complaint
from complaints.reports import BY_CATEGORY, BY_MONTH, BY_OFFICE, LONGEST_LATE, SUMMARY
from complaints.reports.figures import share
from complaints.states import Visibility
from tests.complaints.test_road import Road

NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 12, 1))


@pytest.fixture
def today(now, monkeypatch):
    """Selasa, 24 November 2026, for everyone who asks."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.fixture
def start(cast, today):
    """A case filed at 08.41 on a day of 2026."""

    def begin(month, day) -> Road:
        return Road(cast, today.replace(month=month, day=day))

    return begin


def at_office(road, code, title, **changes):
    road.verify(**changes)
    road.go("sekar", "assign", unit=Unit.objects.get(code=code), position=Position.objects.get(title=title))
    return road


@pytest.fixture
def cases(start):
    """Five cases, told in the order of their filing; limit 14 working days from verification."""
    road = {}
    road["late and closed"] = start(10, 26)  # verified 27 October, due 16 November
    road["late and closed"].work()
    road["late and closed"].answer(days=20)  # Wednesday 18 November, 17 working days after filing
    road["late and closed"].go(road["late and closed"].holder, "accept")
    road["late and running"] = start(10, 26)
    road["late and running"].work()
    road["in time"] = start(11, 2)
    road["in time"].work()
    road["in time"].answer()  # Friday 6 November, 4 working days
    road["in time"].go(road["in time"].holder, "accept")
    road["answered"] = start(11, 2)  # due 23 November
    road["answered"].work()
    road["answered"].answer(days=18)  # Monday 23 November, 15 working days
    road["new"] = start(11, 23)  # due 26 November, the second working day from today
    return {name: it.case for name, it in road.items()}


def figures(user, days=NOVEMBER):
    return {str(row["figure"][0]): row["value"] for row in SUMMARY.rows(Params(user, *days))}


def row_of(report, name, user, key="name"):
    rows = report.rows(Params(user, *NOVEMBER))
    return next((row for row in rows if name in (row[key], row[key][0])), None)


class TestFigures:
    def test_are_those_counted_by_hand(self, cast, cases):
        assert figures(cast.hartono) == {
            "Berjalan": 3,
            "Jatuh tempo ≤ 2 hari kerja": 1,
            "Lewat waktu": 1,
            "Diterima": 3,
            "Ditanggapi": 3,
            "Tepat waktu": 33,  # one in time, of two that ended and one that runs late
            "Jawaban pertama, median": 15,
            "Jawaban pertama, 90 persen": 17,
        }

    def test_of_another_month_count_only_what_happened_in_it(self, cast, cases):
        october = figures(cast.hartono, (dt.date(2026, 10, 1), dt.date(2026, 11, 1)))
        assert (october["Diterima"], october["Ditanggapi"]) == (2, 0)
        assert october["Jawaban pertama, median"] is None
        assert october["Tepat waktu"] == 0  # what still runs late is never left out

    def test_by_office_add_up_to_the_whole(self, cast, cases):
        rows = list(BY_OFFICE.rows(Params(cast.hartono, *NOVEMBER)))
        assert [row["name"][0] for row in rows] == ["Subbagian Rumah Tangga", "Belum diteruskan"]
        assert sum(row["open"][0] for row in rows) == 3
        office = rows[0]
        assert (office["ended"][0], office["on_time"][0], office["late"][0]) == (2, 1, 1)
        assert (office["share"], office["median"], office["p90"]) == (33, 15, 17)

    def test_by_category_begin_with_what_is_complained_about_most(self, cast, cases, start):
        from complaints.models import Category

        start(11, 20).verify(category=Category.objects.get(code="energi"))
        rows = list(BY_CATEGORY.rows(Params(cast.hartono, *NOVEMBER)))
        assert [(row["name"][0], row["received"][0]) for row in rows] == [("Infrastruktur", 3), ("Energi", 1)]

    def test_by_month_show_twelve_months_also_empty_ones(self, cast, cases):
        rows = list(BY_MONTH.rows(Params(cast.hartono, *NOVEMBER)))
        assert [row["month"] for row in rows][:: len(rows) - 1] == ["Des 2025", "Nov 2026"]
        assert len(rows) == 12
        assert [row["received"][0] for row in rows[-3:]] == [0, 2, 3]
        last = rows[-1]
        assert (last["answered"][0], last["ended"][0], last["on_time"], last["late"]) == (3, 2, 1, 1)
        assert last["share"] == 33
        assert rows[-2]["share"] is None

    def test_a_breach_before_a_reopening_stays_counted(self, cast, start):
        road = start(10, 5)
        road.work()
        road.answer(days=22)
        road.go(road.holder, "object", reason="Masih mati.")
        road.go("sekar", "grant_reopening", reason="Benar, masih mati.")
        road.go("sekar", "resume_reopened")
        road.answer()
        case = road.go(road.holder, "accept")
        assert case.clock.stopped_at < case.clock.due_at
        assert (case.breached, figures(cast.hartono)["Tepat waktu"]) == (True, 0)

    def test_a_pause_after_the_deadline_hides_nothing(self, cast, start):
        road = start(10, 26)
        road.work()
        road.go("bagas", "ask_reporter", days=24, text="Lantai berapa?")  # 22 November, due was the 16th
        assert figures(cast.hartono)["Lewat waktu"] == 1
        assert Complaint.objects.overdue(timezone.now()).get() == road.case

    def test_a_pause_before_the_deadline_is_never_late(self, cast, start):
        road = start(10, 26)
        road.work()
        road.go("bagas", "ask_reporter", text="Lantai berapa?")
        found = figures(cast.hartono)
        assert (found["Lewat waktu"], found["Jatuh tempo ≤ 2 hari kerja"]) == (0, 0)


class TestShare:
    COUNTS = st.integers(0, 500)

    @given(on_time=COUNTS, tardy=COUNTS, late=COUNTS)
    def test_is_never_bettered_by_leaving_a_case_unanswered(self, on_time, tardy, late):
        before, after = share(on_time, on_time + tardy, late), share(on_time, on_time + tardy, late + 1)
        assert after is not None
        assert before is None or 0 <= after <= before <= 100

    @given(on_time=COUNTS, tardy=COUNTS, late=COUNTS)
    def test_is_whole_only_when_nothing_was_late(self, on_time, tardy, late):
        assert (share(on_time, on_time + tardy, late) == 100) == (on_time > 0 == tardy + late)

    def test_of_nothing_is_not_said(self):
        assert share(0, 0, 0) is None


class TestScope:
    def test_a_head_sees_only_their_own_office(self, cast, start):
        at_office(start(10, 1), "subbag-rumah-tangga", "Pengelola Rumah Tangga")
        other = at_office(start(10, 1), "subbag-aset", "Pengelola Aset").case
        assert (figures(cast.rini)["Lewat waktu"], figures(cast.hartono)["Lewat waktu"]) == (1, 2)
        assert row_of(BY_OFFICE, "Subbagian Aset", cast.rini) is None
        assert row_of(LONGEST_LATE, other.number, cast.rini, "number") is None
        assert row_of(LONGEST_LATE, other.number, cast.hartono, "number")["days"] > 20

    def test_a_confidential_case_is_counted_and_not_named_to_who_may_not_open_it(
        self, cast, start, monkeypatch
    ):
        case = at_office(
            start(10, 1), "subbag-aset", "Pengelola Aset", visibility=Visibility.CONFIDENTIAL
        ).case
        reader = roles.Role(
            "reader", "", frozenset({"complaints.view_complaint", "complaints.view_unit_reports"})
        )
        monkeypatch.setitem(roles.ROLES, "reader", reader)
        unit = Unit.objects.get(code="subbag-aset")
        position = Position.objects.create(title="Pembaca", unit=unit, roles=["reader"])
        Assignment.objects.create(user=cast.tamu, position=position, starts=dt.date(2026, 1, 1))
        tamu = User.objects.get(pk=cast.tamu.pk)
        assert figures(tamu)["Lewat waktu"] == 1
        assert list(LONGEST_LATE.rows(Params(tamu, *NOVEMBER))) == []
        assert row_of(LONGEST_LATE, case.number, cast.hartono, "number")

    def test_what_accuses_an_office_is_not_even_counted_there(self, cast, start):
        accused = Unit.objects.get(code="subbag-rumah-tangga")
        case = at_office(start(10, 1), "subbag-aset", "Pengelola Aset", accused_unit=accused).case
        position = Position.objects.get(title="Kepala Subbagian Rumah Tangga")
        position.roles = ["bureau_head"]  # even one who answers for the whole bureau
        position.save()
        rini = User.objects.get(pk=cast.rini.pk)
        assert set(figures(rini).values()) == {0, None}
        assert list(BY_OFFICE.rows(Params(rini, *NOVEMBER))) == []
        assert list(LONGEST_LATE.rows(Params(rini, *NOVEMBER))) == []
        assert row_of(LONGEST_LATE, case.number, cast.hartono, "number")  # those above judge

    def test_an_officer_has_no_figures_at_all(self, cast, client_for):
        assert client_for(cast.bagas).get("/kerja/dasbor/").status_code == 403
        assert client_for(cast.bagas).get("/kerja/laporan/complaints-summary/").status_code == 403


class TestLinks:
    @pytest.mark.parametrize("who", ["hartono", "rini"])
    def test_each_number_is_as_long_as_the_list_it_leads_to(self, cast, cases, start, client_for, who):
        at_office(start(10, 1), "subbag-aset", "Pengelola Aset")
        user = getattr(cast, who)
        client, checked = client_for(user), 0
        params = Params(user, *NOVEMBER)
        links = [
            (row["value"], row["figure"][1]) for row in SUMMARY.rows(params) if row["unit"] == "pengaduan"
        ]
        for report in (BY_OFFICE, BY_CATEGORY, BY_MONTH):
            for row in report.rows(params):
                links += [
                    value for value in row.values() if isinstance(value, tuple) and isinstance(value[0], int)
                ]
        for number, url in links:
            listed = client.get(url)
            assert listed.context["count"] == number, url
            assert not listed.context["filter"].form.errors
            checked += number > 0
        assert checked > 12


class TestDashboard:
    def test_shows_the_numbers_of_the_reports(self, cast, cases, client_for):
        cache.clear()
        html = client_for(cast.hartono).get("/kerja/dasbor/").content.decode()
        assert cases["late and running"].number in html
        assert "33 %" in html
        assert html.count("<svg viewBox") >= 2

    def test_asks_as_many_statements_for_many_cases_as_for_few(
        self, cast, start, client_for, django_assert_max_num_queries
    ):
        client, asked = client_for(cast.hartono), []
        client.get("/kerja/")
        for _round in range(2):
            at_office(start(10, 1), "subbag-aset", "Pengelola Aset")
            at_office(start(9, 1), "subbag-rumah-tangga", "Pengelola Rumah Tangga")
            cache.clear()
            with django_assert_max_num_queries(30) as cold:
                client.get("/kerja/dasbor/")
            with django_assert_max_num_queries(15):
                client.get("/kerja/dasbor/")
            asked.append(len(cold))
        assert asked[0] == asked[1]

    def test_numbers_are_kept_a_minute_and_names_are_not(self, cast, cases, start, client_for):
        cache.clear()
        client = client_for(cast.hartono)
        before = client.get("/kerja/dasbor/").content.decode()
        road = at_office(start(9, 1), "subbag-aset", "Pengelola Aset")
        after = client.get("/kerja/dasbor/").content.decode()
        assert road.case.number not in before
        assert road.case.number in after

    def test_two_heads_never_share_what_was_kept(self, cast, cases, start, client_for):
        cache.clear()
        at_office(start(10, 1), "subbag-aset", "Pengelola Aset")
        whole = client_for(cast.hartono).get("/kerja/dasbor/").content.decode()
        own = client_for(cast.rini).get("/kerja/dasbor/").content.decode()
        assert "Subbagian Aset" in whole
        assert "Subbagian Aset" not in own
