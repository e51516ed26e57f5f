"""One rows-function, five faces: page, mail, PDF, XLSX, CSV. Rights and the log at each door."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from biroumum.audit.models import Entry
from biroumum.reports import cells, renderers, services
from biroumum.reports.models import Schedule
from biroumum.reports.registry import REPORTS, Column, Params, register
from tests.kernel.reports_sample import row
from tests.kernel.test_reports_files import csv_rows


def download(client, kind, code="sample", **query):
    return client.get(reverse("reports:download", args=[code, kind]), query)


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


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
