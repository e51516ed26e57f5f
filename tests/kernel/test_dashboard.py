"""The dashboard's frame: spans of days, columns drawn to scale, what is kept and for whom."""

import datetime as dt

import pytest
from django.core.cache import cache
from hypothesis import given, strategies as st

from biroumum.reports import dashboard
from biroumum.reports.cells import table
from biroumum.reports.charts import HEIGHT, WIDTH, draw, scale
from biroumum.reports.dashboard import Block, Chart, Panel, panels_of, rows_of, span
from biroumum.reports.registry import REPORTS, Column, Params
from biroumum.reports.templatetags.reports import chart, report_rows
from tests.kernel.reports_sample import Sample

TODAY = dt.date(2026, 11, 24)


class TestSpans:
    @pytest.mark.parametrize(
        ("code", "since", "until"),
        [
            ("bulan", "2026-11-01", "2026-11-25"),
            ("bulan-lalu", "2026-10-01", "2026-11-01"),
            ("triwulan", "2026-10-01", "2026-11-25"),
            ("tahun", "2026-01-01", "2026-11-25"),
            ("../../etc", "2026-11-01", "2026-11-25"),
        ],
    )
    def test_each_choice_has_its_days(self, code, since, until):
        assert [day.isoformat() for day in span(code, TODAY)] == [since, until]

    def test_the_month_before_january_is_december(self):
        assert span("bulan-lalu", dt.date(2026, 1, 3)) == (dt.date(2025, 12, 1), dt.date(2026, 1, 1))

    @given(st.sampled_from(list(dashboard.SPANS)), st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
    def test_every_span_has_days_and_ends_by_tonight(self, code, today):
        since, until = span(code, today)
        assert since < until <= today + dt.timedelta(days=1)


class TestCharts:
    @given(st.integers(1, 10_000_000))
    def test_the_scale_holds_the_largest_in_few_round_steps(self, largest):
        top, step = scale(largest)
        assert top >= largest
        assert top % step == 0
        assert top // step <= 5
        assert top - largest < step

    @given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=12))
    def test_every_column_stands_in_the_picture_and_its_height_is_its_number(self, numbers):
        columns = (Column("m", "Bulan"), Column("a", "A", "number"), Column("b", "B", "number"))
        report = Sample().register(columns=columns)
        rows = [{"m": f"Jan {n}", "a": (a, "/"), "b": b} for n, (a, b) in enumerate(numbers)]
        drawing = draw(Chart("m", ("a", "b")), report, rows)
        flat = [number for pair in numbers for number in pair]
        assert len(drawing.bars) == len(flat)
        unit = max(bar.height for bar in drawing.bars) / max(*flat, 1)
        for bar, number in zip(drawing.bars, flat, strict=True):
            assert abs(bar.height - unit * number) < 0.2
            assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
            assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
            assert bar.said.endswith(f": {number}")


@pytest.fixture(autouse=True)
def _tidy():
    yield
    REPORTS.pop("sample", None)


@pytest.mark.django_db
class TestKept:
    @pytest.fixture
    def panel(self):
        cache.clear()
        counted, named = Sample(), Sample()
        self.counted, self.named = counted, named
        first = counted.register(code="sample")
        second = named.register(code="sample")
        return Panel(
            title="Uji",
            permission="complaints.view_unit_reports",
            scope=lambda user: user.name[0],
            summary=first,
            blocks=(Block(second, rows=2, counted=False),),
        )

    def ask(self, panel, user):
        return rows_of(panel, Params(user, TODAY, TODAY + dt.timedelta(days=1)))

    def test_numbers_are_counted_once_a_minute_and_names_each_time(self, cast, panel):
        self.ask(panel, cast.hartono)
        self.ask(panel, cast.hartono)
        assert (len(self.counted.asked), len(self.named.asked)) == (1, 2)

    def test_another_scope_is_counted_anew(self, cast, panel):
        for user in (cast.hartono, cast.rini):
            self.ask(panel, user)
        assert len(self.counted.asked) == 2

    def test_other_days_are_counted_anew(self, cast, panel):
        self.ask(panel, cast.hartono)
        rows_of(panel, Params(cast.hartono, TODAY - dt.timedelta(days=9), TODAY))
        assert len(self.counted.asked) == 2

    def test_of_many_rows_one_more_than_shown_is_read(self, cast, panel):
        read = []
        self.named.rows = (read.append(n) or {"number": (str(n), "/")} for n in range(100))
        self.ask(panel, cast.hartono)
        assert len(read) == 3
        assert self.named.asked[-1].limit == 3


@pytest.mark.django_db
def test_a_service_joins_by_registering_its_panel(cast, monkeypatch):
    monkeypatch.setattr(dashboard, "PANELS", [])
    panel = Panel(
        title="Aset",
        permission="complaints.view_unit_reports",
        scope=lambda user: 0,
        summary=Sample().register(),
        blocks=(),
    )
    dashboard.register(panel)
    assert panels_of(cast.hartono) == [panel]
    assert panels_of(cast.bagas) == []


def test_a_drawing_says_its_words_and_no_text_in_it_becomes_a_tag():
    columns = (Column("m", "Bulan"), Column("a", "<b>A", "number"))
    report = Sample().register(columns=columns)
    html = chart(
        draw(Chart("m", ("a",)), report, [{"m": "<i>Jan", "a": 1200}, {"m": "Feb", "a": (900, "/")}])
    )
    assert "<b>" not in html
    assert "<i>" not in html
    assert "Angkanya ada dalam tabel di bawah." in html
    assert html.count("<rect") == 2
    assert "&lt;i&gt;Jan, &lt;b&gt;A: 1200" in html
    assert ">1.200<" in html or ">1.500<" in html


def test_rows_of_a_table_keep_links_tones_and_bars_and_nothing_else():
    name, number = Column("n", "Unit", "link"), Column("s", "Tepat <waktu>", "number")
    evil = "<script>alert(1)</script>"
    rows = table((name, number), [{"n": (evil, '/?a=1&b="'), "s": 50}, {"n": ("B", "/"), "s": None}])
    html = report_rows((name, number), rows, {"s": 100})
    assert "<script>" not in html
    assert html.count('<svg class="tiny"') == 1
    assert '<rect width="50" height="6"/>' in html
    assert 'data-label="Tepat &lt;waktu&gt;"' in html
    assert 'href="/?a=1&amp;b=&quot;"' in html
    assert '<td data-label="Tepat &lt;waktu&gt;" class="num nowrap">–</td>' in html
