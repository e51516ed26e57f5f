"""The map on the page of the place. It is a button of the form, so a tap works in every browser, without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext as _

from biroumum.regions.map import Point, region_map
from biroumum.web.forms import plain_text
from complaints.forms.place import PlaceForm


def tapped(data: QueryDict) -> dict[str, Any] | None:
    """What was typed, with the tapped point in it; None when the form was sent otherwise.

    A browser gives 0, 0 when the button was pressed by a key: that is no point.
    """
    x, y = (data.get(f"peta.{axis}", "") for axis in "xy")
    drawn = region_map()
    if drawn is None or not (x.isdecimal() and y.isdecimal()) or x == y == "0":
        return None
    point = drawn.point_at(min(int(x[:4]), drawn.width), min(int(y[:4]), drawn.height))
    typed = {name: plain_text(str(text)) for name, text in data.items()}
    return typed | {"latitude": point.latitude, "longitude": point.longitude}


def shown(form: PlaceForm) -> dict[str, Any]:
    """The map for the template, with the pixel of the point that stands in the form, if it lies on the map."""
    drawn = region_map()
    if drawn is None:
        return {}
    try:
        typed = [form.fields[name].clean(form[name].value()) for name in ("latitude", "longitude")]
    except ValidationError:
        typed = [None]
    point = None if None in typed else Point(*typed)
    return {"map": drawn, "mark": drawn.place_of(point) if point and drawn.holds(point) else None}


def point_text(data: Mapping[str, Any]) -> str:
    """The point for whoever gave it to read, "" without one."""
    if data.get("latitude") is None:
        return ""
    return _("titik %(latitude)s; %(longitude)s") % {
        name: localize(data[name]) for name in ("latitude", "longitude")
    }
