"""Who asks, and how often they may."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from biroumum.web import ratelimit
from biroumum.web.ratelimit import allowed, client_address


def address(settings, proxies, **meta):
    settings.TRUSTED_PROXIES = proxies
    return client_address(RequestFactory().get("/", **meta))


def test_without_proxies_of_ours_nobody_may_name_their_own_address(settings):
    assert address(settings, 0, REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR="10.0.0.1") == "203.0.113.5"


@pytest.mark.parametrize(
    ("proxies", "chain", "found"),
    [
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.2.3.4, 198.51.100.7", "198.51.100.7"),  # the first was written by the visitor
        (2, "1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "203.0.113.5"),  # a chain too short came another way
        (1, "nonsense", "unknown"),
    ],
)
def test_behind_proxies_the_address_is_what_the_outermost_of_ours_saw(settings, proxies, chain, found):
    assert address(settings, proxies, REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR=chain) == found


def test_a_household_of_ipv6_is_one_address(settings):
    one = address(settings, 0, REMOTE_ADDR="2001:db8:1:2::1")
    assert one == address(settings, 0, REMOTE_ADDR="2001:db8:1:2:ffff::9") == "2001:db8:1:2::"
    assert one != address(settings, 0, REMOTE_ADDR="2001:db8:1:3::1")


def test_ipv4_visitors_of_a_server_on_ipv6_are_each_their_own(settings):
    assert address(settings, 0, REMOTE_ADDR="::ffff:203.0.113.5") == "203.0.113.5"


@pytest.mark.parametrize(
    ("hop", "found"),
    [
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("[2001:db8:1:2::9]:51234", "2001:db8:1:2::"),
        ("198.51.100.7:51234", "198.51.100.7"),
    ],
)
def test_behind_a_proxy_ipv6_and_ports_are_understood(settings, hop, found):
    assert address(settings, 1, REMOTE_ADDR="::1", HTTP_X_FORWARDED_FOR=f"2001:db8::bad, {hop}") == found


def ask():
    try:
        return allowed("crowd", 1, 1000)
    finally:
        connection.close()


def two_at_once():
    """The second comes while the first is counted and not yet committed."""
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic(), connection.cursor() as cursor:
            first, second = allowed("crowd", 1, 1000), other.submit(ask)
            while not second.done():
                cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                if cursor.fetchone():
                    break
        return [first, second.result()]


def test_those_who_come_at_once_are_each_counted(real_db):
    assert two_at_once() == [True, False]


def test_counted_from_what_stood_there_before_two_would_pass_as_one(real_db, monkeypatch):
    before = "coalesce((SELECT value::int FROM {table} WHERE cache_key = excluded.cache_key), 0)"
    assert "c.value::int" in ratelimit._COUNT
    monkeypatch.setattr(ratelimit, "_COUNT", ratelimit._COUNT.replace("c.value::int", before))
    assert two_at_once() == [True, True]


def test_counting_is_one_statement_and_ends_with_its_window(db, django_assert_num_queries, monkeypatch):
    clock = 1_000_000.0
    monkeypatch.setattr("biroumum.web.ratelimit.time.time", lambda: clock)
    with django_assert_num_queries(2):
        assert [allowed("c", 1, 100) for _ in range(2)] == [True, False]
    clock += 100
    assert allowed("c", 1, 100)


def test_after_the_limit_it_is_refused_for_this_key_alone(db):
    assert [allowed("a", 2, 1000) for _ in range(3)] == [True, True, False]
    assert allowed("b", 2, 1000)


def test_counting_waits_for_no_disk(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'web_cache'")
        assert cursor.fetchone() == ("u",)
