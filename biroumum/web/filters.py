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

    def get_form_class(self) -> Any:
        """One class for all requests: making it takes longer than filling it in."""
        return _form_class(type(self))  # type: ignore[arg-type]

    @property
    def fields(self) -> SafeString:
        drawn = _unchosen(type(self), get_language()).get()  # type: ignore[arg-type]
        chosen = {name for name in self.form.fields if any(self.data.getlist(name))} if self.is_bound else ()
        return mark_safe(  # noqa: S308 - each is a field's own HTML
            "".join(filter_field(self.form[name]) if name in chosen else html for name, html in drawn.items())
        )


@cache
def _form_class(filterset: type[ListFilter]) -> Any:
    return super(ListFilter, filterset(QueryDict())).get_form_class()


@cache
def _unchosen(filterset: type[ListFilter], language: str | None) -> Momentary[dict[str, SafeString]]:
    return Momentary(lambda: {field.name: filter_field(field) for field in filterset(QueryDict()).form})
