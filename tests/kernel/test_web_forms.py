"""Forms forgive what people type and make inert what is pasted."""

import datetime as dt

import pytest
from django import forms
from django.http import QueryDict

import biroumum.urls  # noqa: F401 - brings in every form of the portal
from biroumum.web.forms import DateField, PageForm, PageFormMixin, PhoneField, RupiahField, plain_text


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


def kinds(form):
    """Every form below this one, of the portal and not of its tests."""
    for kind in form.__subclasses__():
        yield from [kind] if kind.__module__.split(".")[0] != "tests" else []
        yield from kinds(kind)


FORMS = sorted({kind for kind in kinds(PageFormMixin) if getattr(kind, "base_fields", None)}, key=str)
GENERIC = str(forms.Field.default_error_messages["required"])


def unspoken(form):
    """Fields that must be filled in and do not say so in words of their own."""
    fields = [(name, field) for name, field in form.base_fields.items() if not field.widget.is_hidden]
    return [
        name for name, field in fields if field.required and str(field.error_messages["required"]) == GENERIC
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__qualname__)
def test_every_field_that_must_be_filled_says_so_in_its_own_words(form):
    assert unspoken(form) == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__qualname__)
def test_no_text_is_without_a_limit(form):
    texts = [(name, field) for name, field in form.base_fields.items() if type(field) is forms.CharField]
    assert [name for name, f in texts if f.max_length is None and name not in ("website",)] == []


def test_the_walk_over_forms_finds_a_field_without_words():
    silent = type("Silent", (PageForm,), {"text": forms.CharField(max_length=9), "__module__": "tests.x"})
    assert unspoken(silent) == ["text"]
    assert len(FORMS) > 20


def test_a_field_keeps_its_own_sentence_and_gets_ours_for_djangos():
    class Choice(PageForm):
        ours = forms.ChoiceField(choices=[("a", "A")])
        own = forms.ChoiceField(choices=[("a", "A")], error_messages={"invalid_choice": "Pilih warna"})

    errors = Choice({"ours": "x", "own": "x"}).errors
    assert errors == {"ours": ["Pilih salah satu dari daftar"], "own": ["Pilih warna"]}


@pytest.mark.parametrize("typed", ["12", "0812 abc", "+62", "000000000000000000000"])
def test_what_is_no_phone_number_is_told_with_an_example(typed):
    assert "0812 3456 7890" in str(sample(phone=typed)["phone"])


@pytest.mark.parametrize("typed", ["seribu", "1.500.000.000.000.000.000.000", "-5"])
def test_what_is_no_amount_is_refused(typed):
    assert "money" in sample(money=typed)
