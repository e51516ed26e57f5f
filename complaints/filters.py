"""The staff list's filters; each is a GET field, so a filtered list has an address."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Unit, User
from biroumum.regions.models import Region
from biroumum.regions.queries import regencies
from biroumum.web.filters import ListFilter
from biroumum.web.names import Names
from biroumum.worktime.queries import horizon, moment
from complaints.models import Category, Complaint, Publication
from complaints.queries import HELD, INSPECT, PUNCTUAL, ComplaintQuerySet, Words, held_by
from complaints.services.intake import SERIES, WHISTLE_SERIES
from complaints.states import ENDED, ORDINARY, Kind, Source, State, Visibility

PROGRESS = [("open", _("Berjalan")), ("late", _("Lewat waktu")), ("ended", _("Berakhir"))]
FINER = [
    ("soon", _("Jatuh tempo dalam dua hari kerja")),
    ("held", _("Perlu diperiksa dahulu")),
    ("punctual", _("Berakhir tepat waktu")),
    ("tardy", _("Berakhir terlambat")),
]
MARKS = [("oversight", _("Berkadar pengawasan")), ("documents", _("Meminta dokumen"))]
OWN = [("1", _("Jabatan saya"))]
NOBODY = "belum"
CATEGORIES, UNITS = Names(Category.objects.all()), Names(Unit.objects.all())
REGENCIES = Names(regencies())
SINCE = 2018  # no limit of time is older, and no case is without one
DATES = [("first_answered_at", _("Pertama ditanggapi")), ("ended_at", _("Berakhir"))]


class ComplaintFilter(ListFilter):
    series: tuple[str, ...] = (SERIES,)
    # Choices are functions: a list is copied for each page, word by word.
    q = filters.CharFilter(
        label=_("Cari"),
        method="search",
        help_text=_("Nomor atau angka akhirnya, nomor surat atau saluran asal, atau kata."),
    )
    progress = filters.ChoiceFilter(
        label=_("Perjalanan"),
        choices=lambda: PROGRESS + FINER,
        empty_label=_("Semua"),
        method="by_progress",
    )
    # distinct=False: both are columns of the case itself, and DISTINCT would sort all rows before the first fifty.
    state = filters.MultipleChoiceFilter(label=_("Keadaan"), choices=lambda: State.choices, distinct=False)
    kind = filters.ChoiceFilter(label=_("Jenis"), choices=lambda: ORDINARY, empty_label=_("Semua"))
    category = filters.ChoiceFilter(label=_("Kategori"), choices=CATEGORIES, empty_label=_("Semua"))
    unit = filters.MultipleChoiceFilter(
        label=_("Unit"),
        choices=Names(Unit.objects.filter(is_active=True)),
        null_label=_("Belum diteruskan"),
        null_value=NOBODY,
        distinct=False,
    )
    source = filters.ChoiceFilter(label=_("Saluran"), choices=lambda: Source.choices, empty_label=_("Semua"))
    visibility = filters.ChoiceFilter(
        label=_("Kerahasiaan"), choices=lambda: Visibility.choices, empty_label=_("Semua")
    )
    region = filters.ChoiceFilter(
        label=_("Kabupaten atau kota"), choices=REGENCIES, empty_label=_("Semua"), method="in_region"
    )
    marked = filters.ChoiceFilter(
        label=_("Tanda"), choices=lambda: MARKS, empty_label=_("Semua"), method="by_mark"
    )
    mine = filters.ChoiceFilter(
        label=_("Pemegang"), choices=lambda: OWN, empty_label=_("Semua"), method="by_holder"
    )
    dated = filters.ChoiceFilter(
        label=_("Tanggal yang dipakai"), choices=lambda: DATES, empty_label=_("Diterima"), method="by_nothing"
    )
    after = filters.DateFilter(label=_("Sejak"), method="since", widget=forms.DateInput({"type": "date"}))
    before = filters.DateFilter(label=_("Sampai"), method="until", widget=forms.DateInput({"type": "date"}))

    class Meta:
        model = Complaint
        fields = (
            "q progress state kind category unit source visibility region marked mine dated after before"
        ).split()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """A number, ours or of the letter or the channel it came by, or Indonesian words of subject and text.

        Each way has an index of its own, so that all together are no slower than the words.
        """
        query = SearchQuery(value, config="indonesian", search_type="websearch")
        letter = Q(source=Source.LETTER, letter_ref=value)
        number = Q(number__in=numbers(value, self.series)) | Q(external_ref=value) | letter
        return rows.alias(words=Words()).filter(number | Q(words=query))

    def near(self) -> ComplaintQuerySet | None:
        """Cases whose subject or place is spelled much like what was sought; None where something has it itself."""
        sought = self.form.cleaned_data.get("q") if self.is_bound and self.form.is_valid() else ""
        if not sought or self.qs.exists():
            return None
        rows = self.queryset.filter(
            Q(title__trigram_word_similar=sought) | Q(place__trigram_word_similar=sought)
        )
        for name, value in self.form.cleaned_data.items():
            rows = rows if name == "q" else self.filters[name].filter(rows, value)
        return rows

    def in_region(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(region__code=value) | Q(region__code__startswith=f"{value}."))

    def by_mark(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(**{value: True})

    def by_holder(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """What waits for the reader: as on their work list, by position and as head."""
        return rows.filter(held_by(self.request.user))

    def by_progress(self, rows: ComplaintQuerySet, name: str, value: str) -> QuerySet:
        now = timezone.now()
        match value:
            case "soon":
                return rows.due_within(now, horizon(now))
            case "late":
                return rows.overdue(now)
            case "held":
                return rows.filter(HELD)
            case "ended":
                return rows.filter(state__in=ENDED)
            case "punctual":
                return rows.filter(PUNCTUAL)
            case "tardy":
                return rows.filter(state__in=ENDED).exclude(PUNCTUAL)
        return rows.open()

    def by_nothing(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Says which date the two below are about."""
        return rows

    def since(self, rows: QuerySet, name: str, value: dt.date) -> QuerySet:
        return rows.filter(**{f"{self._column()}__gte": moment(value)})

    def until(self, rows: QuerySet, name: str, value: dt.date) -> QuerySet:
        last = min(
            value, dt.date.max - dt.timedelta(days=1)
        )  # the calendar's very last day has none after it
        return rows.filter(**{f"{self._column()}__lt": moment(last + dt.timedelta(days=1))})

    def _column(self) -> str:
        return self.form.cleaned_data.get("dated") or "received_at"


class InspectFilter(ComplaintFilter):
    """For who reads what is for the Inspektorat alone: with that kind, and its numbers."""

    series = (SERIES, WHISTLE_SERIES)
    kind = filters.ChoiceFilter(label=_("Jenis"), choices=lambda: Kind.choices, empty_label=_("Semua"))


def filter_for(user: User) -> type[ComplaintFilter]:
    return InspectFilter if user.has_perm(INSPECT) else ComplaintFilter


def numbers(typed: str, series: Iterable[str]) -> list[str]:
    """The numbers this may stand for: one in full, or its last digits in any year."""
    if not typed.isdecimal() or len(typed) > 6:
        return [typed.upper()]
    years = range(SINCE, timezone.localdate().year + 1)
    return [f"{each}-{year}-{int(typed):06d}" for each in series for year in years]


def places(request: Any) -> QuerySet[Region]:
    return regencies()


class PublicationFilter(ListFilter):
    """Of the public list; it searches the published words alone."""

    q = filters.CharFilter(label=_("Cari"), method="search", help_text=_("Nomor atau kata."))
    category = filters.ModelChoiceFilter(
        label=_("Bidang"),
        field_name="complaint__category",
        queryset=Category.objects.all(),
        empty_label=_("Semua"),
    )
    regency = filters.ModelChoiceFilter(
        label=_("Kabupaten atau kota"), queryset=places, empty_label=_("Semua"), method="in_regency"
    )
    progress = filters.ChoiceFilter(
        label=_("Perjalanan"), choices=PROGRESS, empty_label=_("Semua"), method="by_progress"
    )

    class Meta:
        model = Publication
        fields = ("q", "category", "regency", "progress")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        query = SearchQuery(value, config="indonesian", search_type="websearch")
        number = Q(complaint__number=value.strip().upper())
        return rows.alias(words=Words()).filter(number | Q(words=query))

    def in_regency(self, rows: QuerySet, name: str, value: Region) -> QuerySet:
        return rows.filter(Q(region=value) | Q(region__parent=value))

    def by_progress(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        cases = Complaint.objects.all()
        chosen = {"open": cases.open, "ended": lambda: cases.filter(state__in=ENDED)}
        wanted = cases.overdue(timezone.now()) if value == "late" else chosen[value]()
        return rows.filter(complaint__in=wanted)
