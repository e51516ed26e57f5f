"""Keyset paging is right while rows arrive."""

import base64
import datetime as dt
import json

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import RequestFactory

from biroumum.accounts.models import Unit, User
from biroumum.web.paging import Page, count_capped, count_of, keyset


def ask(query, order=("-id",), size=3, model=Unit):
    request = RequestFactory().get("/" + query)
    request.GET = QueryDict(query.lstrip("?"))
    return keyset(model.objects.all(), request, order=order, size=size)


def walk(**options):
    """Every row from the first page to the last, and again on the way back."""
    page = ask("", **options)
    there, pages = list(page.rows), [page]
    while page.next_url:
        page = ask(page.next_url, **options)
        there += page.rows
        pages.append(page)
    back = [page.rows]
    while page.previous_url:
        page = ask(page.previous_url, **options)
        back.insert(0, page.rows)
    return there, [row for rows in back for row in rows]


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


@pytest.mark.parametrize("order", [("parent__code", "id"), ("-parent__code", "-id"), ("parent__code", "-id")])
def test_rows_without_a_value_come_last_and_none_is_lost_either_way(db, order):
    with transaction.atomic():
        above = [Unit.objects.create(code=f"p{i}", name="P") for i in range(2)]
        Unit.objects.bulk_create(
            Unit(code=f"c{i}", name="C", parent=above[i % 3] if i % 3 < 2 else None) for i in range(9)
        )
    there, back = walk(order=order, size=2)
    assert len({unit.pk for unit in there}) == 11 == len(there)
    assert back == there
    assert [unit.parent is None for unit in there] == [False] * 6 + [True] * 5


def test_times_that_differ_by_a_microsecond_are_told_apart(db):
    start = dt.datetime(2026, 11, 24, 1, 41, tzinfo=dt.UTC)
    with transaction.atomic():
        for i in range(5):
            joined = start + dt.timedelta(microseconds=i)
            User.objects.create_user(email=f"u{i}@x.example", name="U", date_joined=joined)
    there, back = walk(order=("-date_joined", "-id"), size=2, model=User)
    assert [user.email[:2] for user in there] == ["u4", "u3", "u2", "u1", "u0"]
    assert back == there


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "?sesudah=%00",
        "?sesudah=e30",
        "?sebelum=zz",
        f"?sesudah={cursor([])}",
        f"?sesudah={cursor('x')}",
        f"?sesudah={cursor(None)}",
        f"?sesudah={cursor('a' + chr(0))}",
        f"?sesudah={cursor(float('inf'))}",
        f"?sebelum={cursor(1, 2)}",
        f"?sesudah={'W1tb' * 400}",
    ],
)
def test_a_broken_cursor_is_the_first_page(db, query):
    fill(2)
    assert len(ask(query).rows) == 2


def test_counting_stops_at_the_cap(db):
    fill(5)
    assert (count_capped(Unit.objects.all(), 3), count_capped(Unit.objects.all(), 9)) == (3, 5)


def test_a_list_of_one_page_is_not_counted_again(cast, django_assert_num_queries):
    rows = list(Unit.objects.all())
    with django_assert_num_queries(0):
        assert count_of(Page(rows), Unit.objects.all()) == len(rows)
    with django_assert_num_queries(1):
        assert count_of(Page(rows[:2], next_url="?sesudah=x"), Unit.objects.all(), 5) == 5
