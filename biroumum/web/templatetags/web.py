"""Tags and filters of every template: dates, money, states, errors, icons."""

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from biroumum.web.deadlines import due_words
from biroumum.web.forms import plain_text
from biroumum.web.icons import ICONS
from biroumum.web.tables import table

register = template.Library()
register.simple_tag(table)
MOST_KEPT = 500  # fields of filters, about 2 kB each
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def _local(value: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def _english() -> bool:
    return (get_language() or "id").startswith("en")


def _day(value: dt.datetime | dt.date) -> dt.date:
    local = _local(value)
    return local.date() if isinstance(local, dt.datetime) else local


@register.filter
def tanggal(value: dt.date | None) -> str:
    """Selasa, 24 November 2026."""
    return _long(_day(value), get_language()) if value else ""


@lru_cache(maxsize=2000)
def _long(day: dt.date, language: str | None) -> str:
    return date_format(day, "l, j F Y")


@register.filter
def tanggal_pendek(value: dt.date | None) -> str:
    """24 Nov 2026."""
    return _short(_day(value), get_language()) if value else ""


@lru_cache(maxsize=2000)
def _short(day: dt.date, language: str | None) -> str:
    """A list shows few days many times, and writing one costs more than the rest of its row."""
    return date_format(day, "j M Y")


@register.filter
def jam(value: dt.datetime | None) -> str:
    """09.00 WIB, in English 09:00 WIB."""
    return _clock(timezone.localtime(value), _english()) if value else ""


def _clock(local: dt.datetime, english: bool) -> str:
    return f"{local.hour:02}{':' if english else '.'}{local.minute:02} {zone(local)}"


def zone(local: dt.datetime) -> str:
    """WIB, WITA or WIT; elsewhere UTC+5."""
    offset = int((local.utcoffset() or dt.timedelta()).total_seconds() // 3600)
    return ZONES.get(offset, f"UTC{offset:+d}")


@register.filter
def waktu(value: dt.datetime | None) -> str:
    """Selasa, 24 November 2026, 09.00 WIB."""
    if not value:
        return ""
    local, language = timezone.localtime(value), get_language() or "id"
    return f"{_long(local.date(), language)}, {_clock(local, language.startswith('en'))}"


@register.filter
def jam_buka(value: str) -> str:
    """Opening hours as the settings say them, in Indonesian; the days' names in the language in force."""
    return _hours(value, get_language() or "id")


@lru_cache(maxsize=16)
def _hours(value: str, language: str) -> str:
    for day in WEEKDAYS.values():
        with override("id"):
            own = str(day)
        value = value.replace(own, str(day))
    return value


@register.filter
def angka(value: int | float | Decimal | str | None) -> str:
    """1.204.518, in English 1,204,518; what is text already stays."""
    if isinstance(value, str):
        return value
    text = f"{value or 0:,}"
    return text if _english() else text.translate(str.maketrans(",.", ".,"))


@register.filter
def rupiah(value: int | Decimal | None) -> str:
    """Rp 1.500.000, in English Rp 1,500,000."""
    return "" if value is None else f"Rp {angka(int(value))}"


@register.simple_tag
def status(label: Any, tone: str = "") -> SafeString:
    """A state as word, shape and colour; tone is "", "ok", "warn" or "bad"."""
    return _tag(str(label), tone)


@lru_cache(maxsize=1000, typed=True)  # typed: a text marked safe must not answer for the same one unmarked
def _tag(label: str, tone: str) -> SafeString:
    return format_html('<span class="tag{}">{}</span>', f" {tone}" if tone else "", label)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word that says the same; so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def due(due_at: dt.datetime | None, now: dt.datetime) -> SafeString | str:
    """`due_words` as a status."""
    return status(*due_words(due_at, now))


@register.inclusion_tag("web/error_summary.html")
def error_summary(form: forms.BaseForm | None) -> dict[str, Any]:
    if form is None or not form.is_bound:
        return {"errors": []}
    fields = [(_first_control(field), error) for field in form for error in field.errors]
    return {"errors": [("", error) for error in form.non_field_errors()] + fields}


def _first_control(field: BoundField) -> str:
    several = isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{field.auto_id}_0" if several else field.auto_id


@register.filter
def option_hint(field: BoundField, value: Any) -> str:
    """The sentence under one radio option: `option_hints` of the form, by field and value."""
    return getattr(field.form, "option_hints", {}).get(field.name, {}).get(str(value), "")


@register.filter
def widget_kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "select" if isinstance(widget, forms.Select) else "control"


@register.simple_tag
def control(field: BoundField, css: str) -> SafeString:
    """The field's own widget with one more class."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {css}".strip()})


_kept_fields: dict[tuple, tuple[SafeString, list]] = {}


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """A field of a list's filter, as the form's template gives it.

    The same few stand on every page of every list, so their HTML is kept, under all that it is made of: nothing
    stale can come of it. What people type is not kept.
    """
    widget, value = field.field.widget, field.value()
    words: list[Any] = [field.label, field.help_text]
    if field.errors or (value and not isinstance(widget, forms.Select)):
        return as_crispy_field(field)
    if isinstance(widget, forms.Select):
        widget.choices = list(widget.choices)  # read once, for the key and for the page
        words += [word for choice in widget.choices for word in choice]
    made_of = (type(widget), field.html_name, get_language(), str(value), *map(_sign, words))
    if made_of not in _kept_fields:
        if len(_kept_fields) >= MOST_KEPT:
            _kept_fields.clear()
        _kept_fields[made_of] = (as_crispy_field(field), words)
    return _kept_fields[made_of][0]


def _sign(word: Any) -> Any:
    """Text itself; of lazy text its identity, which is kept alive beside the HTML, for wording it is the costly part."""
    return id(word) if isinstance(word, Promise) else str(word)


@register.simple_block_tag(end_name="endkeep")
def keep(content: str) -> str:
    """`{% keep as links %}…{% endkeep %}`: drawn once, to be shown at several places of the page."""
    return content


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's query string with changes; None removes a key."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    return f"?{values.urlencode()}"


def _shown(field: BoundField, value: str) -> str:
    """A day in words, anything else as it was typed, made inert as the form's own fields."""
    if isinstance(field.field, forms.DateField):
        with suppress(forms.ValidationError):
            return tanggal_pendek(field.field.to_python(value))
    return plain_text(value)


@register.simple_tag(takes_context=True)
def chips(context: Any, form: forms.BaseForm, given: QueryDict | None = None) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    found, given = [], context["request"].GET if given is None else given
    for field in form:
        chosen = [value for value in given.getlist(field.html_name) if value]
        # Choices can be a table's rows: read only where one was chosen.
        choices = {str(key): label for key, label in getattr(field.field, "choices", ())} if chosen else {}
        for value in chosen:
            rest = given.copy()
            rest.setlist(field.html_name, [other for other in chosen if other != value])
            found.append(
                {
                    "label": f"{field.label}: {choices.get(value) or _shown(field, value)}",
                    "url": f"?{rest.urlencode()}",
                }
            )
    return found
