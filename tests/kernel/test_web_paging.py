"""Keyset paging is right while rows arrive."""

from django.db import transaction
from django.http import QueryDict
from django.test import RequestFactory

from biroumum.accounts.models import Unit
from biroumum.web.paging import keyset


def ask(query, order=("-id",), size=3):
    request = RequestFactory().get("/" + query)
    request.GET = QueryDict(query.lstrip("?"))
    return keyset(Unit.objects.all(), request, order=order, size=size)


def fill(count, prefix="u"):
    with transaction.atomic():
        Unit.objects.bulk_create(Unit(code=f"{prefix}{i}", name=f"N{i % 2}") for i in range(count))


def test_pages_follow_each_other_without_gap_or_repeat_while_rows_arrive(db):
    fill(8)
    first = ask("")
    seen = list(first.rows)
    fill(2, "new")
    url = first.next_url
    while url:
        page = ask(url)
        seen += page.rows
        url = page.next_url
    codes = [unit.code for unit in seen]
    assert codes == [f"u{i}" for i in reversed(range(8))]


def test_going_back_shows_the_page_one_came_from(db):
    fill(7)
    first = ask("")
    second = ask(first.next_url)
    assert [u.pk for u in ask(second.previous_url).rows] == [u.pk for u in first.rows]
    assert not first.previous_url


def test_mixed_orders_and_foreign_filters_are_kept(db):
    fill(6)
    first = ask("?q=x", order=("name", "-id"), size=4)
    second = ask(first.next_url, order=("name", "-id"), size=4)
    assert [u.name for u in first.rows + second.rows] == ["N0"] * 3 + ["N1"] * 3
    assert "q=x" in first.next_url


def test_a_broken_cursor_is_the_first_page(db):
    fill(2)
    for cursor in ("?sesudah=%00", "?sesudah=e30", "?sesudah=W251bGxd", "?sebelum=zz"):
        assert len(ask(cursor).rows) == 2
