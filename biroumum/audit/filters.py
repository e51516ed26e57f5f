"""What the log browser can be asked for; every filter is a GET field, so a finding has an address."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import django_filters as filters
from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Unit, User
from biroumum.audit.models import Entry
from biroumum.audit.registry import captured
from biroumum.audit.verbs import VERBS
from biroumum.web.filters import ListFilter
from biroumum.web.names import Names
from biroumum.worktime.queries import moment

UNITS, USERS = Names(Unit.objects.order_by("name")), Names(User.objects.order_by("name"))
OUTSIDE = [("db", _("Di luar portal")), ("schema", _("Susunan tabel"))]
THEIRS = {  # packages of others, whose own names are English
    "account": _("Surel akun"),
    "mfa": _("Faktor kedua"),
    "socialaccount": _("Masuk lewat SSO"),
    "django_celery_beat": _("Jadwal tugas"),
}


def services() -> list[tuple[str, Any]]:
    """The apps whose tables are captured."""
    labels = {table.label.partition(".")[0] for table in captured()}
    named = [(label, THEIRS.get(label) or apps.get_app_config(label).verbose_name) for label in labels]
    return sorted(named, key=lambda pair: str(pair[1]))


def steps() -> list[tuple[str, str]]:
    """Verbs by their words; some words stand for several verbs, and the first of them for all."""
    words: dict[str, str] = {}
    for name, verb in VERBS.items():
        words.setdefault(str(verb.label), name)
    return sorted(((name, word) for word, name in words.items()), key=lambda pair: pair[1].casefold())


def alike(name: str) -> Iterator[str]:
    """The verbs that have the same words."""
    return (other for other, verb in VERBS.items() if str(verb.label) == str(VERBS[name].label))


class EntryFilter(ListFilter):
    app = filters.ChoiceFilter(
        label=_("Layanan"), choices=services, empty_label=_("Semua"), method="of_service"
    )
    unit = filters.ChoiceFilter(
        label=_("Unit pelaku"), choices=UNITS, empty_label=_("Semua"), field_name="unit_id"
    )
    user = filters.ChoiceFilter(label=_("Orang"), choices=USERS, empty_label=_("Semua"), method="by_person")
    verb = filters.ChoiceFilter(label=_("Langkah"), choices=steps, empty_label=_("Semua"), method="by_step")
    origin = filters.ChoiceFilter(
        label=_("Asal"), choices=lambda: OUTSIDE, empty_label=_("Semua"), method="by_origin"
    )
    after = filters.DateFilter(label=_("Sejak"), method="since", widget=forms.DateInput({"type": "date"}))
    before = filters.DateFilter(label=_("Sampai"), method="until", widget=forms.DateInput({"type": "date"}))
    subject = filters.CharFilter(
        label=_("Perkara"), help_text=_("Kuncinya seperti di kolom Perkara, misalnya accounts.unit/3.")
    )

    class Meta:
        model = Entry
        fields = "app unit user verb origin after before subject".split()

    def of_service(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(ent__startswith=f"{value}.") | Q(verb__startswith=f"{value}."))

    # A context's conditions are answered at once, by one join of the two tables (`ARRAY`). Left to itself PostgreSQL
    # asks for the context of each of a million entries, hoping soon to have its fifty.
    def by_person(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """What they did, and what was done with their account before anyone was signed in."""
        found = (
            "id = ANY(ARRAY(SELECT id FROM audit_history WHERE user_id = %s "
            "UNION ALL SELECT id FROM audit_history WHERE subject = %s AND op = 'access'))"
        )
        return rows.extra(where=[found], params=[int(value), f"accounts.user/{value}"])  # noqa: S610

    def by_step(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        names = list(alike(value))
        return rows.filter(Q(verb__in=names) | Q(verb=None, op__in=names))

    def by_origin(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Tables change with each new version, always past the portal, and would hide rows changed like that."""
        if value == "schema":
            return rows.filter(op="ddl")
        found = (
            "id = ANY(ARRAY(SELECT id FROM audit_history WHERE outside AND op NOT IN ('ddl', 'heartbeat')))"
        )
        return rows.extra(where=[found])  # noqa: S610

    def since(self, rows: QuerySet, name: str, value: dt.date) -> QuerySet:
        return rows.filter(at__gte=moment(value))

    def until(self, rows: QuerySet, name: str, value: dt.date) -> QuerySet:
        day = min(value, dt.date.max - dt.timedelta(days=1))
        return rows.filter(at__lt=moment(day + dt.timedelta(days=1)))
