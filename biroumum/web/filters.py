"""What the filters of all lists share."""

from functools import cache
from typing import Any

import django_filters as filters
from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from biroumum.web.forms import inert
from biroumum.web.names import Momentary
from biroumum.web.templatetags.web import filter_field


class ListFilter(filters.FilterSet):
    """Only what is chosen is copied, bound and cleaned for a page; of fifteen filters most people use one.

    The others look the same for everyone: they are drawn once for all in a moment.
    """

    base_filters: dict[str, Any]

    def __init__(self, data: QueryDict, **more: Any) -> None:
        given: Any = inert(data)
        if chosen := [name for name in self.base_filters if any(given.getlist(name))]:
            self.base_filters = {name: self.base_filters[name] for name in chosen}
        super().__init__(given if chosen else None, **more)

    @property
    def form(self) -> forms.Form:
        """With the fields that are chosen; all of them where none is."""
        if not hasattr(self, "_form"):
            fields = _fields(type(self))  # type: ignore[arg-type]
            given = self.data if self.is_bound else None
            self._form = _Form({name: fields[name] for name in self.filters}, given)
        return self._form

    @property
    def fields(self) -> SafeString:
        drawn = _unchosen(type(self), get_language()).get()  # type: ignore[arg-type]
        own = {field.name: filter_field(field) for field in self.form} if self.is_bound else {}
        return mark_safe("".join((drawn | own).values()))  # noqa: S308 - each is a field's own HTML


class _Form(forms.Form):
    def __init__(self, fields: dict[str, forms.Field], data: QueryDict | None) -> None:
        self.base_fields = fields  # type: ignore[misc]
        super().__init__(data)


@cache
def _fields(filterset: type[ListFilter]) -> dict[str, forms.Field]:
    """Of all filters, to be copied; making them takes longer than filling them in."""
    return {name: each.field for name, each in filterset(QueryDict()).filters.items()}


@cache
def _unchosen(filterset: type[ListFilter], language: str | None) -> Momentary[dict[str, SafeString]]:
    return Momentary(lambda: {field.name: filter_field(field) for field in filterset(QueryDict()).form})
