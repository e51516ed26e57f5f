"""Dates, money, drawings and menus as every page shows them."""

import datetime as dt
from decimal import Decimal

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from biroumum.web.addresses import address
from biroumum.web.forms import PageForm
from biroumum.web.icons import ICONS
from biroumum.web.navigation import menu
from biroumum.web.templatetags import web

AT = dt.datetime(2026, 11, 24, 1, 41, tzinfo=dt.UTC)


def show(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ v|waktu }}", AT, "Selasa, 24 November 2026, 08.41 WIB"),
        ("{{ v|tanggal }}", dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC), "Rabu, 25 November 2026"),
        ("{{ v|tanggal }}", None, ""),
        ("{{ v|rupiah }}", Decimal(1_500_000), "Rp 1.500.000"),
        ("{{ v|rupiah }}", 0, "Rp 0"),
        ("{{ v|angka }}", 1_204_518, "1.204.518"),
        ("{{ v|angka }}", Decimal("92.4"), "92,4"),
        ("{{ v|angka }}", "71 %", "71 %"),
    ],
)
def test_numbers_and_times_as_indonesians_write_them(source, value, shown):
    assert show(source, v=value) == shown


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ v|waktu }}", AT, "Tuesday, 24 November 2026, 08:41 WIB"),
        ("{{ v|tanggal_pendek }}", dt.date(2026, 10, 1), "1 Oct 2026"),
        ("{{ v|rupiah }}", Decimal(1_500_000), "Rp 1,500,000"),
        ("{{ v|angka }}", 1_204_518, "1,204,518"),
        ("{{ v|jam_buka }}", "Senin–Jumat 08.00–15.30", "Monday–Friday 08.00–15.30"),
    ],
)
def test_numbers_and_times_in_english(source, value, shown):
    with translation.override("en"):
        assert show(source, v=value) == shown


def test_english_dates_without_a_form_of_their_own_are_british():
    with translation.override("en"):
        assert show("{{ v }}", v=dt.date(2026, 11, 24)) == "24 Nov 2026"
        assert forms.DateField(localize=True).clean("01/02/2026") == dt.date(2026, 2, 1)


def test_opening_hours_stay_as_they_were_said():
    assert show("{{ v|jam_buka }}", v="Senin–Jumat 08.00–15.30") == "Senin–Jumat 08.00–15.30"


def test_another_zone_has_its_own_name(settings):
    settings.TIME_ZONE = "Asia/Jayapura"
    assert show("{{ v|jam }}", v=AT) == "10.41 WIT"


@pytest.mark.parametrize(
    ("hours", "shown", "tone"),
    [
        (-30, "Lewat 1 hari", "bad"),
        (-1, "Lewat waktu", "bad"),
        (3, "Hari ini", "warn"),
        (30, "1 hari lagi", "warn"),
    ],
)
def test_a_deadline_is_told_in_days_of_the_calendar(hours, shown, tone):
    html = show("{% due at now %}", at=AT + dt.timedelta(hours=hours), now=AT)
    assert html == f'<span class="tag {tone}">{shown}</span>'


def test_drawings_are_few_and_silent():
    assert len(ICONS) <= 30
    for name in ICONS:
        assert 'aria-hidden="true"' in show("{% icon name %}", name=name)


def test_the_summary_leads_to_the_first_real_control():
    class Sample(PageForm):
        colour = forms.ChoiceField(
            choices=[("a", "A"), ("b", "B")],
            widget=forms.RadioSelect,
            error_messages={"required": "Pilih warna"},
        )
        text = forms.CharField(max_length=9, error_messages={"required": "Isi teks"})

    html = show("{% error_summary form %}", form=Sample({}))
    assert '<a href="#id_colour_0">Pilih warna</a>' in html
    assert '<a href="#id_text">Isi teks</a>' in html
    assert show("{% error_summary form %}", form=Sample()).strip() == ""


def test_a_query_keeps_what_is_not_changed():
    request = RequestFactory().get("/?q=a&sesudah=x&state=1&state=2")
    assert show("{% query sesudah=None q='b' as u %}{{ u|safe }}", request=request) == "?q=b&state=1&state=2"


def test_the_menu_marks_the_nearest_page_only(cast):
    def here(path):
        return {str(row["label"]): row["here"] for row in menu(cast.sekar, path) if row["here"]}

    assert here("/kerja/") == {"Meja kerja": "page"}
    assert here("/kerja/pengaduan/") == {"Pengaduan": "page"}
    assert here("/kerja/pengaduan/12/") == {"Pengaduan": "true"}
    assert {"Surel", "Data acuan"}.isdisjoint(str(row["label"]) for row in menu(cast.sekar, "/"))
    assert {"Surel", "Data acuan"} <= {str(row["label"]) for row in menu(cast.admin, "/")}


def test_a_short_date_follows_zone_and_language_of_each_page(settings):
    late = dt.datetime(2026, 5, 3, 18, 0, tzinfo=dt.UTC)  # already the next day in every zone of the country
    assert show("{{ v|tanggal_pendek }}", v=late) == "4 Mei 2026"
    with translation.override("en"):
        assert show("{{ v|tanggal_pendek }}", v=late) == "4 May 2026"
    assert show("{{ v|tanggal_pendek }}", v=late.date()) == "3 Mei 2026"
    assert show("{{ v|tanggal_pendek }}", v=None) == ""


def test_a_status_is_escaped_and_in_the_language_of_each_page():
    assert show("{% status '<b>x</b>' %}") == '<span class="tag"><b>x</b></span>'  # a template's own words
    assert show("{% status word 'ok' %}", word="<b>") == '<span class="tag ok">&lt;b&gt;</span>'
    assert show("{% status word %}", word="<b>x</b>") == '<span class="tag">&lt;b&gt;x&lt;/b&gt;</span>'
    word = gettext_lazy("Keluar")  # evaluated anew on each page
    assert "Keluar" in show("{% status word %}", word=word)
    with translation.override("en"):
        assert f">{word}<" in show("{% status word %}", word=word)


def test_a_control_keeps_its_own_class_and_what_describes_it():
    class Sample(PageForm):
        text = forms.CharField(
            help_text="Singkat saja.", required=False, widget=forms.TextInput(attrs={"class": "narrow"})
        )

    html = show("{% control field 'form-control' %}", field=Sample()["text"])
    assert 'class="narrow form-control"' in html
    assert 'aria-describedby="id_text_helptext"' in html


def test_only_chosen_filters_are_asked_for_their_choices():
    def unread():
        raise AssertionError("nobody chose a unit")

    class Filter(forms.Form):
        kind = forms.ChoiceField(label="Jenis", choices=[("a", "Aduan"), ("b", "Saran")])
        unit = forms.ChoiceField(label="Unit", choices=unread)

    shown = show(
        "{% chips form as found %}{% for chip in found %}{{ chip.label }}|{{ chip.url|safe }}{% endfor %}",
        form=Filter(),
        request=RequestFactory().get("/?kind=b&unit=&page=2"),
    )
    assert shown == "Jenis: Saran|?unit=&page=2"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("2026-11-01", "Sejak: 1 Nov 2026"), ("2026-13-99", "Sejak: 2026-13-99"), ("x", "Sejak: x")],
)
def test_a_day_chosen_in_a_filter_stands_there_in_words(typed, shown):
    class Filter(forms.Form):
        after = forms.DateField(label="Sejak")

    request = RequestFactory().get(f"/?after={typed}")
    source = "{% chips form as found %}{% for chip in found %}{{ chip.label }}{% endfor %}"
    assert show(source, form=Filter(), request=request) == shown


class TestFilterField:
    """Kept HTML of a filter's field is the one that would be made now."""

    OFFICES = [("1", "Bagian Umum")]

    def form(self, **data):
        class Filter(PageForm):
            q = forms.CharField(label=gettext_lazy("Kata sandi"), required=False)
            unit = forms.ChoiceField(choices=lambda: [("", "Semua"), *self.OFFICES], required=False)
            state = forms.MultipleChoiceField(choices=[("a", "Diterima"), ("b", "Selesai")], required=False)

        sent = MultiValueDict(
            {key: value if isinstance(value, list) else [value] for key, value in data.items()}
        )
        return Filter(QueryDict(urlencode(sent, doseq=True)) if data else None)

    @pytest.mark.parametrize("data", [{}, {"unit": "1"}, {"state": ["b"]}, {"q": "<b>"}, {"unit": "9"}])
    def test_is_what_the_template_gives_the_first_time_and_every_time(self, data):
        for _turn in range(2):
            for name in ("q", "unit", "state"):
                kept = show("{% filter_field field %}", field=self.form(**data)[name])
                assert kept == as_crispy_field(self.form(**data)[name])

    def test_shows_a_new_office_at_once_and_marks_what_is_chosen(self, monkeypatch):
        show("{% filter_field field %}", field=self.form()["unit"])
        monkeypatch.setattr(self.__class__, "OFFICES", [("1", "Bagian Umum"), ("2", "Subbagian Aset")])
        assert "Subbagian Aset" in show("{% filter_field field %}", field=self.form()["unit"])
        chosen = show("{% filter_field field %}", field=self.form(unit="2")["unit"])
        assert '<option value="2" selected>' in chosen
        assert (
            "selected"
            not in show("{% filter_field field %}", field=self.form(unit="1")["unit"]).partition("2")[2]
        )

    def test_follows_the_language_and_keeps_nothing_that_was_typed(self):
        kept = web._kept_fields
        show("{% filter_field field %}", field=self.form(q="kuda nil terbang")["q"])
        assert not any("kuda nil" in str(item) for item in kept.items())
        here = show("{% filter_field field %}", field=self.form()["q"])
        with translation.override("en"):
            assert show("{% filter_field field %}", field=self.form()["q"]) == as_crispy_field(
                self.form()["q"]
            )
        assert show("{% filter_field field %}", field=self.form()["q"]) == here

    def test_does_not_grow_without_end(self, monkeypatch):
        monkeypatch.setattr(web, "MOST_KEPT", 3)
        for number in range(9):
            monkeypatch.setattr(self.__class__, "OFFICES", [(str(number), f"Kantor {number}")])
            assert f"Kantor {number}" in show("{% filter_field field %}", field=self.form()["unit"])
        assert len(web._kept_fields) <= 3


@pytest.mark.parametrize("pk", [1, 147, 9_000_000_001, 2**62])
def test_an_address_of_a_list_is_the_one_the_table_of_addresses_gives(pk):
    for name in ("complaints:detail", "complaints:message"):
        assert address(name, pk) == reverse(name, args=[pk])
