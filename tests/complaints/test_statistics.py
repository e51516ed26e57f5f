"""Numbers for everyone: the office's own, counted by hand, and nothing that tells of a single confidential case."""

import csv
import datetime as dt
import io
import math
from collections import Counter

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given, strategies as st

from complaints.models import Complaint
from complaints.reports import public, statistics as tables
from complaints.reports.public import COUNTS, FEW, percentile
from complaints.states import Visibility
from tests.complaints.test_reports import at_office, cases, start, today  # noqa: F401 - fixtures

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
