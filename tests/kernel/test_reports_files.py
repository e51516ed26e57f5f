"""A report as CSV, XLSX and PDF: what a reader's program makes of it, and how little of it is held at a time."""

import csv
import datetime as dt
import io
import tracemalloc
import weakref

import openpyxl
import pikepdf
import pytest
from django.utils import translation

from biroumum.reports import cells, renderers
from biroumum.reports.cells import Part
from biroumum.reports.registry import REPORTS, Column, Params
from tests.kernel.reports_sample import COLUMNS, row

EVIL = [
    "=1+1",
    "+62812",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\n=1+1",
    "＝1+1",
    '=HYPERLINK("https://evil.example","x")',
]


def csv_rows(text: str):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def workbook(rows):
    out = io.BytesIO()
    renderers.write_xlsx(out, "Laporan", COLUMNS, rows)
    out.seek(0)
    return openpyxl.load_workbook(out).active


class TestCsv:
    def test_values_are_for_programs_and_excel_knows_it_is_utf8(self):
        text = "".join(renderers.csv_lines(COLUMNS, [row(title="Lampu “B” mati, lagi\nsejak Senin 🙏")]))
        assert text.startswith("\ufeff")
        head, line = csv_rows(text)
        assert head[0] == "Nomor"
        assert line == [
            "ADU-2026-000001",
            "Lampu “B” mati, lagi\nsejak Senin 🙏",
            "Lewat waktu",
            "2026-11-24T08:41:00+07:00",
            "2026-12-10",
            "12",
            "1500000.50",
        ]

    @pytest.mark.parametrize("evil", EVIL)
    def test_no_text_becomes_a_formula(self, evil):
        _head, line = csv_rows("".join(renderers.csv_lines(COLUMNS, [row(title=evil, number=(evil, "/"))])))
        assert line[0].startswith("'")
        assert line[1].startswith("'")

    def test_a_negative_number_stays_a_number(self):
        _head, line = csv_rows("".join(renderers.csv_lines(COLUMNS, [row(days=-3)])))
        assert line[5] == "-3"

    def test_an_empty_value_is_an_empty_cell(self):
        _head, line = csv_rows("".join(renderers.csv_lines(COLUMNS, [{}])))
        assert line == [""] * 7

    def test_lines_come_one_by_one(self):
        def rows():
            yield row(1)
            raise AssertionError("asked for more than was read")

        lines = renderers.csv_lines(COLUMNS, rows())
        next(lines)
        assert "ADU-2026-000001" in next(lines)


class TestXlsx:
    def test_numbers_and_dates_are_real_ones(self):
        _head, line = workbook([row()]).iter_rows(values_only=True)
        assert line == (
            "ADU-2026-000001",
            "Lampu lorong gedung B mati",
            "Lewat waktu",
            dt.datetime(2026, 11, 24, 8, 41),
            dt.datetime(2026, 12, 10),
            12,
            1500000.5,
        )

    @pytest.mark.parametrize("evil", [*EVIL, "https://evil.example/", "mailto:a@example.org"])
    def test_text_is_text(self, evil):
        sheet = workbook([row(title=evil)])
        assert sheet["B2"].data_type == "s"
        assert sheet["B2"].hyperlink is None

    def test_ten_thousand_characters_nul_and_emoji(self):
        sheet = workbook([row(title="a\0\x0b" + "🙏" * 10_000)])
        assert sheet["B2"].value == "a" + "🙏" * 10_000

    def test_more_than_a_cell_can_hold_is_cut_not_lost(self):
        assert len(workbook([row(title="a" * 40_000)])["B2"].value) == 32_767

    def test_more_rows_than_the_format_holds_are_not_dropped_in_silence(self, monkeypatch):
        monkeypatch.setattr(renderers, "XLSX_ROWS", 2)
        sheet = workbook([row(at) for at in range(1, 6)])
        assert sheet.max_row == 4
        assert sheet["A4"].value == "Excel tidak memuat lebih banyak baris. Unduh CSV untuk semuanya."

    def test_no_rows_make_a_sheet_with_a_head(self):
        assert [cell.value for cell in workbook([])[1]] == [column.label for column in COLUMNS]


class TestManyRows:
    """100,000 rows in less than 50 MB; counted, not timed."""

    COUNT = 100_000

    def peak(self, work) -> int:
        tracemalloc.start()
        work()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    def test_csv(self):
        def work():
            lines = sum(1 for _ in renderers.csv_lines(COLUMNS, (row(n) for n in range(self.COUNT))))
            assert lines == self.COUNT + 1

        assert self.peak(work) < 5 * 2**20

    def test_xlsx(self, tmp_path):
        def work():
            with (tmp_path / "x.xlsx").open("w+b") as out:
                renderers.write_xlsx(out, "x", COLUMNS, (row(n) for n in range(self.COUNT)))

        assert self.peak(work) < 50 * 2**20
        sheet = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True).active
        assert sheet.max_row == self.COUNT + 1


class Watched(dict):
    """A row that can be seen to go."""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_row_is_let_go_before_the_next_but_one_is_made(kind):
    alive, most = set(), []

    def rows():
        for number in range(500):
            made = Watched(row(number))
            alive.add(number)
            weakref.finalize(made, alive.discard, number)
            most.append(len(alive))
            yield made
            del made

    if kind == "csv":
        assert sum(1 for _line in renderers.csv_lines(COLUMNS, rows())) == 501
    else:
        renderers.write_xlsx(io.BytesIO(), "x", COLUMNS, rows())
    assert max(most) <= 2


class TestCells:
    def test_a_reader_sees_words_in_their_language(self):
        texts = [cell.text for cell in next(cells.table(COLUMNS, [row()]))]
        assert texts[3:] == ["24 Nov 2026 08.41", "10 Des 2026", "12", "1.500.000,50"]
        with translation.override("en"):
            texts = [cell.text for cell in next(cells.table(COLUMNS, [row()]))]
        assert texts[4:] == ["10 Dec 2026", "12", "1,500,000.50"]

    def test_links_and_states_keep_what_belongs_to_them(self):
        first, _title, third, *_rest = next(cells.table(COLUMNS, [row()]))
        assert (first.text, first.url) == ("ADU-2026-000001", "/kerja/pengaduan/1/")
        assert (third.text, third.tone) == ("Lewat waktu", "bad")

    def test_a_state_may_be_a_word_alone(self):
        assert cells.show(Column("s", "S", "state"), "Baru").text == "Baru"

    def test_what_cannot_be_seen_is_gone(self):
        assert cells.show(Column("t", "T"), "a\0b\u202ec").text == "abc"


@pytest.mark.django_db
class TestPdf:
    def test_rows_days_and_a_sentence_when_there_are_more(self, cast, sample, monkeypatch):
        given = []
        monkeypatch.setattr(renderers.pdf, "render", lambda _name, data, **options: given.append(data))
        monkeypatch.setattr(renderers, "PDF_ROWS", 2)
        params = Params(cast.hartono, dt.date(2026, 11, 16), dt.date(2026, 11, 23))
        for rows in ([row(1), row(2), row(3)], [row(1), row(2)], []):
            renderers.to_pdf("Laporan contoh", [Part(REPORTS["sample"], COLUMNS, rows)], params, "id")
        assert {data["period"] for data in given} == {"16 November 2026 – 22 November 2026"}
        parts = [data["parts"][0] for data in given]
        assert [len(part["rows"]) for part in parts] == [2, 2, 0]
        assert "Hanya 2 baris pertama" in parts[0]["note"]
        assert parts[1]["note"] == ""
        assert "Tidak ada data" in parts[2]["note"]

    @pytest.mark.parametrize("evil", ['#eval("1")', "*x* $y$ [", "<script>", "a\0b", "🙏", "\\", "/* ", "@x"])
    def test_text_from_outside_cannot_break_it(self, cast, sample, evil):
        params = Params(cast.hartono, dt.date(2026, 11, 16), dt.date(2026, 11, 17))
        assert renderers.to_pdf(
            "x", [Part(REPORTS["sample"], COLUMNS, [row(title=evil)])], params, "id"
        ).startswith(b"%PDF")

    def test_it_is_tagged_and_titled(self, cast, sample):
        params = Params(cast.hartono, dt.date(2026, 11, 16), dt.date(2026, 11, 23))
        content = renderers.to_pdf(
            "Laporan contoh", [Part(REPORTS["sample"], COLUMNS, [row()])], params, "id"
        )
        with pikepdf.open(io.BytesIO(content)) as document:
            assert document.Root.MarkInfo.Marked
            assert str(document.docinfo.Title) == "Laporan contoh"
            assert str(document.Root.Lang) == "id"
