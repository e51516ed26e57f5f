"""What the filters of all lists share."""

from functools import cache
from typing import Any

import django_filters as filters
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from biroumum.web.forms import inert
from biroumum.web.names import Momentary
from biroumum.web.templatetags.web import filter_field


class ListFilter(filters.FilterSet):
    """Where nothing is chosen, as when a list is opened or paged, nothing is bound and cleaned.

    Its choices are the same for everyone: the fields with nothing chosen are drawn once for all in a moment.
    """

    def __init__(self, data: QueryDict, **more: Any) -> None:
        chosen = any(name in data for name in self.base_filters)
        super().__init__(inert(data) if chosen else None, **more)

    @property
    def fields(self) -> SafeString:
        return _fields(self.form) if self.is_bound else _unchosen(type(self), get_language()).get()  # type: ignore[arg-type]


def _fields(form: Any) -> SafeString:
    return mark_safe("".join(filter_field(field) for field in form))  # noqa: S308 - each is a field's own HTML


@cache
def _unchosen(filterset: type[ListFilter], language: str | None) -> Momentary[SafeString]:
    return Momentary(lambda: _fields(filterset(QueryDict()).form))
