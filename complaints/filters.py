"""The staff list's filters; each is a GET field, so a filtered list has an address."""

import django_filters as filters
from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Unit
from complaints.models import Category, Complaint
from complaints.queries import WORDS, ComplaintQuerySet
from complaints.states import ENDED, Kind, State


class ComplaintFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Cari"), method="search", help_text=_("Nomor, perihal, atau kata dalam uraian.")
    )
    progress = filters.ChoiceFilter(
        label=_("Perjalanan"),
        choices=[("open", _("Berjalan")), ("late", _("Lewat waktu")), ("ended", _("Berakhir"))],
        empty_label=_("Semua"),
        method="by_progress",
    )
    state = filters.MultipleChoiceFilter(label=_("Keadaan"), choices=State.choices)
    kind = filters.ChoiceFilter(label=_("Jenis"), choices=Kind.choices, empty_label=_("Semua"))
    category = filters.ModelChoiceFilter(
        label=_("Kategori"), queryset=Category.objects.all(), empty_label=_("Semua")
    )
    unit = filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.filter(is_active=True), empty_label=_("Semua")
    )
    after = filters.DateFilter(
        label=_("Diterima sejak"),
        field_name="received_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    before = filters.DateFilter(
        label=_("Diterima sampai"),
        field_name="received_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Complaint
        fields = ("q", "progress", "state", "kind", "category", "unit", "after", "before")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The number exactly, or Indonesian full-text search over subject and text."""
        query = SearchQuery(value, config="indonesian", search_type="websearch")
        return rows.annotate(words=WORDS).filter(Q(number=value.strip().upper()) | Q(words=query))

    def by_progress(self, rows: ComplaintQuerySet, name: str, value: str) -> QuerySet:
        if value == "late":
            return rows.overdue(timezone.now())
        return rows.filter(state__in=ENDED) if value == "ended" else rows.exclude(state__in=ENDED)
