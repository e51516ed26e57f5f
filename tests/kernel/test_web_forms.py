"""Forms forgive what people type and make inert what is pasted."""

import datetime as dt

import pytest
from django import forms
from django.http import QueryDict

from biroumum.web.forms import DateField, PageForm, PhoneField, RupiahField, plain_text


class Sample(PageForm):
    text = forms.CharField(max_length=10, error_messages={"required": "Isi teks"})
    day = DateField(required=False)
    phone = PhoneField(required=False)
    money = RupiahField(required=False)


def sample(**values):
    form = Sample({"text": "x", **values})
    return form.cleaned_data if form.is_valid() else form.errors


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("\u202egnp.exe", "gnp.exe"),
        ("satu\r\ndua", "satu\ndua"),
        ("🙂 é", "🙂 é"),
        ("\ud800x", "x"),
    ],
)
def test_text_loses_what_could_deceive_and_keeps_the_rest(typed, kept):
    assert plain_text(typed) == kept


def test_posted_text_is_inert_before_it_is_shown_again():
    form = Sample(QueryDict("text=a%00b"))
    assert "a\x00b" not in str(form["text"])
    assert form.is_valid()


@pytest.mark.parametrize("typed", ["24/11/2026", "2026-11-24", "24 November 2026", "24-11-2026"])
def test_dates_in_any_usual_writing(typed):
    assert sample(day=typed)["day"] == dt.date(2026, 11, 24)


@pytest.mark.parametrize("typed", ["31/02/2026", "kemarin", "24/13/2026"])
def test_a_wrong_date_is_told_with_an_example(typed):
    assert "24/11/2026" in str(sample(day=typed)["day"])


@pytest.mark.parametrize(
    "typed", ["0812 3456 7890", "+62 812-3456-7890", "62812.3456.7890", "(0812) 34567890"]
)
def test_phones_in_any_usual_writing(typed):
    assert sample(phone=typed)["phone"] == "+6281234567890"


def test_rupiah_with_points_and_without():
    assert sample(money="Rp 1.500.000")["money"] == 1_500_000 == sample(money="1500000")["money"]


def test_too_long_says_how_long():
    assert "Persingkat sampai 10 huruf; sekarang 11." in str(sample(text="12345678901")["text"])
