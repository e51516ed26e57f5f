"""Names kept for a moment: quick again and again, and never wrong about a row just made."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from biroumum.accounts.models import Unit
from biroumum.web import names as module
from biroumum.web.names import KeptChoiceField, KeptRows, Momentary, Names
from complaints.filters import ComplaintFilter
from complaints.models import Category, Complaint


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_it_is_made_anew_only_when_old(clock: list[float]) -> None:
    made: list[int] = []
    value = Momentary(lambda: made.append(1) or len(made))
    assert [value.get(), value.get()] == [1, 1]
    clock[0] += module.SECONDS
    assert value.get() == 2
    value.forget()
    assert value.get() == 3


def test_a_list_asks_the_database_for_names_once_in_a_moment(
    clock: list[float], db: Any, django_assert_num_queries: Any
) -> None:
    names = Names(Unit.objects.all())
    unit = Unit.objects.create(code="baru", name="Bagian Baru")
    with django_assert_num_queries(1):
        assert (unit.pk, "Bagian Baru") in names()
        assert names.of(unit.pk) == "Bagian Baru"
        names()


def test_a_row_made_since_has_its_name_at_once_and_a_renamed_one_a_moment_later(
    clock: list[float], db: Any
) -> None:
    names = Names(Unit.objects.all())
    names()
    unit = Unit.objects.create(code="baru", name="Bagian Baru")
    assert names.of(unit.pk) == "Bagian Baru"
    Unit.objects.filter(pk=unit.pk).update(name="Bagian Lama")
    clock[0] += module.SECONDS
    assert names.of(unit.pk) == "Bagian Lama"
    with pytest.raises(KeyError):
        names.of(10**9)


def panel(query: str = "") -> str:
    return str(ComplaintFilter(QueryDict(query), queryset=Complaint.objects.none()).fields)


def test_the_fields_with_nothing_chosen_are_drawn_once_in_a_moment(clock: list[float], db: Any) -> None:
    before = panel()
    Category.objects.create(code="baru", name="Bidang Baru")
    assert panel() == panel("sesudah=WzFd") == before
    clock[0] += 2 * module.SECONDS
    assert "Bidang Baru" in panel()


def test_what_someone_chose_is_on_their_own_page_alone(clock: list[float], db: Any) -> None:
    assert "rahasia sekali" in panel("q=rahasia+sekali")
    assert "rahasia sekali" not in panel()
    assert "selected" in panel("kind=complaint").partition('name="kind"')[2].partition("</select>")[0]


def test_each_language_has_its_own(clock: list[float], db: Any) -> None:
    indonesian = panel()
    with override("en"):
        assert panel() != indonesian
    assert panel() == indonesian


def test_a_choice_is_found_without_a_statement_one_made_since_too_and_no_other(
    clock: list[float], db: Any, django_assert_num_queries: Any
) -> None:
    field = KeptChoiceField(Unit.objects.filter(is_active=True))
    old = Unit.objects.create(code="lama", name="Bagian Lama")
    assert field.clean(str(old.pk)) == old
    with django_assert_num_queries(0):
        assert field.clean(str(old.pk)) == old
    new = Unit.objects.create(code="baru", name="Bagian Baru")
    closed = Unit.objects.create(code="tutup", name="Bagian Tutup", is_active=False)
    assert field.clean(new.pk) == new
    for wrong in (closed.pk, "0", "x", "1 OR 1=1"):
        with pytest.raises(ValidationError):
            field.clean(wrong)


def test_a_row_is_read_with_all_others_once_in_a_moment_and_one_just_made_at_once(
    clock: list[float], db: Any, django_assert_num_queries: Any
) -> None:
    rows = KeptRows(Unit.objects.all())
    first = Unit.objects.create(code="satu", name="Bagian Satu")
    with django_assert_num_queries(1):
        assert [rows.of(first.pk).name, rows.of(first.pk).name] == ["Bagian Satu"] * 2
    second = Unit.objects.create(code="dua", name="Bagian Dua")
    assert rows.of(second.pk) == second
    Unit.objects.filter(pk=first.pk).update(name="Bagian Satu Baru")
    clock[0] += module.SECONDS
    assert rows.of(first.pk).name == "Bagian Satu Baru"
    with pytest.raises(KeyError):
        rows.of(-1)
