"""Selects written in Python are the ones Django's templates write."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from biroumum.web.renderer import Renderer

CHOICES = {
    "plain": [("a", "Satu"), ("b", "Dua")],
    "numbers and an empty one": [("", "Semua"), (1, "Satu"), (2, "Dua")],
    "groups": [("Kantor", [(1, "Satu"), (2, "Dua")]), (3, "Tiga")],
    "hostile": [('"><script>', "</option><script>alert(1)</script>"), ("a&b", "a & b")],
    "none": [],
}


@pytest.mark.parametrize("choices", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("value", [None, "a", 1, '"><script>'])
@pytest.mark.parametrize(
    ("widget", "attrs"),
    [
        (forms.Select, {}),
        (forms.Select, {"id": "id_x", "class": "form-select", "required": True, "disabled": False}),
        (forms.SelectMultiple, {"aria-describedby": 'x"y'}),
    ],
)
def test_a_select_is_the_same_as_by_djangos_templates(choices, value, widget, attrs):
    value = [value] if widget is forms.SelectMultiple else value
    ours, djangos = (
        widget(choices=choices).render("x", value, attrs, renderer=renderer())
        for renderer in (Renderer, TemplatesSetting)
    )
    assert parse_html(ours) == parse_html(djangos)
    assert "<script>" not in ours


def test_every_select_of_the_portal_goes_this_way(monkeypatch):
    monkeypatch.setattr("biroumum.web.renderer.select", lambda widget: f"ours: {widget['name']}")
    form = type("Sample", (forms.Form,), {"x": forms.ChoiceField(choices=[("a", "A")])})()
    assert str(form["x"]) == "ours: x"
