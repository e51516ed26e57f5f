"""One rows-function, five faces: page, mail, PDF, XLSX, CSV. Rights and the log at each door."""

import csv
import datetime as dt
import io
import tracemalloc
import weakref

import openpyxl
import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import translation

from biroumum.audit.models import Entry
from biroumum.reports import cells, renderers, services
from biroumum.reports.cells import Part
from biroumum.reports.models import Schedule
from biroumum.reports.registry import REPORTS, Column, Params, register
from tests.kernel.reports_sample import COLUMNS, Sample, row

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


@pytest.fixture
def sample():
    sample = Sample()
    sample.register()
    yield sample
    del REPORTS["sample"]


def download(client, kind, code="sample", **query):
    return client.get(reverse("reports:download", args=[code, kind]), query)


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


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


@pytest.mark.django_db
class TestDoors:
    KINDS = ("csv", "xlsx", "pdf")

    def test_the_page_shows_the_rows(self, cast, client_for, sample):
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        for word in (
            "· 1 baris</caption>",
            'scope="col"',
            "ADU-2026-000001",
            "/kerja/pengaduan/1/",
            "10 Des 2026",
            "tag bad",
        ):
            assert word in html

    def test_the_same_filter_reaches_the_rows_at_every_door(self, cast, client_for, sample):
        client = client_for(cast.hartono)
        query = {"since": "2026-11-01", "until": "24/11/2026", "unit": "RT"}
        client.get(reverse("reports:page", args=["sample"]), query)
        for kind in self.KINDS:
            content(download(client, kind, **query))
        assert len(sample.asked) == 4
        for params in sample.asked:
            assert params == Params(cast.hartono, dt.date(2026, 11, 1), dt.date(2026, 11, 25), {"unit": "RT"})

    def test_how_things_stand_now_has_no_days_to_choose(self, cast, client_for, sample):
        sample.register(snapshot=True, form=None)
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        assert 'name="since"' not in html
        assert sample.asked[0].until - sample.asked[0].since == dt.timedelta(days=1)

    def test_the_pages_links_carry_the_filter(self, cast, client_for, sample):
        url = reverse("reports:page", args=["sample"])
        html = client_for(cast.hartono).get(url, {"unit": "RT"}).content.decode()
        assert "/kerja/laporan/sample.xlsx?unit=RT" in html

    def test_days_that_cannot_be_are_said_and_nothing_is_asked(self, cast, client_for, sample):
        client = client_for(cast.hartono)
        for query in ({"since": "kemarin"}, {"since": "2026-11-24", "until": "2026-11-01"}):
            html = client.get(reverse("reports:page", args=["sample"]), query).content.decode()
            assert "Ada masalah" in html
            assert download(client, "csv", **query).status_code == 404
        assert not sample.asked

    def test_a_long_table_is_cut_and_says_so(self, cast, client_for, sample):
        sample.rows = [row(number) for number in range(60)]
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        assert html.count('<th scope="row"') == 50
        assert "Hanya 50 baris pertama" in html

    def test_an_empty_one_says_why(self, cast, client_for, sample):
        sample.rows = []
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        assert "Tidak ada data pada masa ini" in html

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_file_is_named_and_not_kept_by_caches(self, cast, client_for, sample, kind):
        response = download(client_for(cast.hartono), kind, since="2026-11-01")
        content(response)
        assert response["Content-Disposition"] == f'attachment; filename="sample-20261101.{kind}"'
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("kind", KINDS)
    def test_who_took_it_away_is_in_the_log(self, cast, client_for, sample, kind):
        content(download(client_for(cast.hartono), kind, since="2026-11-01"))
        entry = Entry.objects.filter(subject="report/sample").latest("id")
        assert (entry.op, entry.verb) == ("access", "reports.export")

    def test_every_door_asks_for_the_permission(self, cast, client_for, client, sample):
        urls = [reverse("reports:page", args=["sample"])]
        urls += [reverse("reports:download", args=["sample", kind]) for kind in self.KINDS]
        for url in urls:
            assert client_for(cast.bagas).get(url).status_code == 403
            assert client_for(cast.tamu).get(url).status_code == 403
            assert client.get(url).status_code == 302
        assert not sample.asked

    def test_what_does_not_exist_is_unknown(self, cast, client_for, sample):
        client = client_for(cast.hartono)
        assert client.get(reverse("reports:page", args=["nothing"])).status_code == 404
        assert download(client, "pdf", code="nothing").status_code == 404
        assert client.get("/kerja/laporan/sample.exe").status_code == 404

    def test_the_list_shows_what_one_may_open(self, cast, client_for, sample):
        assert "Laporan contoh" in client_for(cast.hartono).get(reverse("reports:index")).content.decode()
        html = client_for(cast.bagas).get(reverse("reports:index")).content.decode()
        assert "Laporan contoh" not in html


def test_a_code_names_one_report(sample):
    with pytest.raises(ImproperlyConfigured):
        register(REPORTS["sample"])


@pytest.fixture
def whole(sample):
    """A report with large figures before its own table and another table after it."""
    figure = {"group": "Saat ini", "note": "", "tone": "bad"}
    figures = [
        {
            **figure,
            "figure": ("Lewat waktu", "/kerja/pengaduan/?progress=late"),
            "value": 1234,
            "unit": "hal",
        },
        {**figure, "figure": ("Tepat waktu", "/kerja/pengaduan/"), "value": None, "unit": "%"},
    ]
    columns = (Column("group", "Masa"), Column("figure", "Angka", "link"), Column("value", "Nilai", "number"))
    first = sample.register(code="first", columns=columns, rows=lambda _params: iter(figures), figures=True)
    last = sample.register(code="last", title="Tabel [lain]: " + "x" * 40)
    sample.register(heading="Tabel utama", before=(first,), after=(last,))
    yield sample
    del REPORTS["first"], REPORTS["last"]


@pytest.mark.django_db
class TestParts:
    """A report shown with others: the same parts in the same order at every door, but CSV has its own rows."""

    def test_the_page_has_figures_then_tables(self, cast, client_for, whole):
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        assert html.index("1.234") < html.index("Tabel utama</h2>") < html.index("Tabel [lain]")
        assert 'href="/kerja/pengaduan/?progress=late"' in html
        assert html.count("ADU-2026-000001") == 2

    def test_the_workbook_has_a_sheet_for_each(self, cast, client_for, whole):
        book = openpyxl.load_workbook(io.BytesIO(content(download(client_for(cast.hartono), "xlsx"))))
        assert book.sheetnames == ["Laporan contoh", "Tabel utama", ("Tabel lain " + "x" * 40)[:28]]
        assert [cell.value for cell in book.worksheets[0][2]] == ["Saat ini", "Lewat waktu", 1234]

    def test_csv_is_one_table(self, cast, client_for, whole):
        assert len(csv_rows(content(download(client_for(cast.hartono), "csv")).decode())) == 2

    def test_the_pdf_has_them_all(self, cast, client_for, whole, monkeypatch):
        given = []
        monkeypatch.setattr(
            renderers.pdf, "render", lambda _name, data, **options: given.append(data) or b"%PDF"
        )
        download(client_for(cast.hartono), "pdf")
        figures, own, last = given[0]["parts"]
        assert [it["value"] for it in figures["figures"]] == ["1.234", "–"]
        assert (own["title"], len(last["rows"])) == ("Tabel utama", 1)

    def test_the_pdf_can_be_drawn(self, cast, client_for, whole):
        assert content(download(client_for(cast.hartono), "pdf")).startswith(b"%PDF")

    def test_a_mail_never_has_the_words_of_a_column_kept_out_of_it(self, cast, whole):
        params = Params(cast.hartono, dt.date(2026, 11, 16), dt.date(2026, 11, 23))
        parts = cells.parts_of(REPORTS["sample"], params, [row()], mail=True)
        assert [part.title for part in parts][1] == "Tabel utama"
        assert all("title" not in [column.key for column in part.columns] for part in parts)


def test_a_number_may_lead_to_what_it_counts(db):
    column = Column("n", "N", "number")
    cell = cells.show(column, (1234, "/daftar/"))
    assert (cell.text, cell.url, cell.number) == ("1.234", "/daftar/", 1234)
    lines = list(renderers.csv_lines((column,), [{"n": (1234, "/daftar/")}]))
    assert lines[1] == "1234\r\n"


@pytest.mark.django_db
class TestSubscription:
    @pytest.fixture
    def address(self, sample):
        services.sync_schedules()
        return reverse("reports:subscription", args=["sample"])

    def test_one_gets_it_and_no_longer_and_the_log_knows(self, cast, client_for, address):
        client, schedule = client_for(cast.hartono), Schedule.objects.get(code="sample")
        page = reverse("reports:page", args=["sample"])
        assert "Kirim kepada saya" in client.get(page).content.decode()
        for _twice in range(2):
            assert client.post(address, {"wanted": "1"}).url == page
        assert services.readers(schedule, REPORTS["sample"]) == [cast.hartono]
        html = client.get(page).content.decode()
        assert "Berhenti berlangganan" in html
        assert "Pukul 07.00" in html
        client.post(address, {"wanted": "0"})
        assert services.readers(schedule, REPORTS["sample"]) == []
        assert Entry.objects.filter(verb="reports.subscribe").count() == 2

    def test_who_may_not_open_it_may_not_have_it_sent(self, cast, client_for, address):
        assert client_for(cast.bagas).post(address, {"wanted": "1"}).status_code == 403

    def test_whom_the_report_names_has_nothing_to_choose(self, cast, client_for, sample, address):
        sample.named = [cast.hartono]
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        assert "karena jabatan Anda" in html
        assert "Kirim kepada saya" not in html

    def test_a_report_without_a_timer_offers_no_mail(self, cast, client_for, sample):
        assert client_for(cast.hartono).post("/kerja/laporan/sample/langganan/").status_code == 404
        html = client_for(cast.hartono).get(reverse("reports:page", args=["sample"])).content.decode()
        assert "Lewat surel" not in html
