"""Sealed columns: the database holds nothing one can read, and only the portal's keys open it."""

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, transaction

from biroumum.web.sealing import Unsealable, in_use, newest_opens, seal, unseal
from complaints.models import Reporter
from tests.complaints.road import Road

NAME, MAIL = "Sinta Contohwati 😀", "sinta@contoh.example"
COLUMN = "complaints.reporter.name"


@pytest.fixture
def reporter(real_db: str, cast: Any, now: Any) -> Reporter:
    case = Road(cast, now).case
    with transaction.atomic():
        return Reporter.objects.update_or_create(complaint=case, defaults={"name": NAME, "email": MAIL})[0]


def stored(reporter: Reporter) -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, email, phone FROM complaints_reporter WHERE id = %s", [reporter.pk])
        return cursor.fetchone()


def test_what_is_sealed_is_never_twice_the_same_and_opens_only_unchanged_and_in_its_own_column() -> None:
    one, two = seal(NAME, COLUMN), seal(NAME, COLUMN)
    assert one != two
    assert unseal(one, COLUMN) == unseal(two, COLUMN) == NAME
    marked, key, text = one.split(".")
    spliced = ".".join((marked, key, two.rpartition(".")[2]))
    for broken in (one[:-4], "", NAME, f"{marked}.{text}.{key}", spliced, one.replace(marked, "00000000")):
        with pytest.raises(Unsealable):
            unseal(broken, COLUMN)
    with pytest.raises(Unsealable):
        unseal(one, "complaints.reporter.email")


def test_neither_database_nor_log_can_be_read_and_the_portal_can(reporter: Reporter, owner_db: Any) -> None:
    again = Reporter.objects.get(pk=reporter.pk)
    assert (again.name, again.email, again.phone) == (NAME, MAIL, "")
    name, mail, phone = stored(reporter)
    assert name.startswith(f"{in_use()}.")
    assert "Sinta" not in name
    assert "sinta" not in mail
    assert phone == ""
    [logged] = owner_db.execute("SELECT string_agg(body, '') FROM audit.payload").fetchone()
    assert name.encode() in logged
    assert b"Sinta" not in logged
    assert b"sinta@" not in logged


def test_it_can_be_asked_whether_there_is_any_and_nothing_else(reporter: Reporter) -> None:
    assert not Reporter.objects.exclude(name="").exclude(phone="").exists()
    assert Reporter.objects.exclude(name="").filter(phone="").get() == reporter
    for asked in ({"name": NAME}, {"name__contains": "S"}, {"email__startswith": "s"}):
        with pytest.raises(FieldError):
            Reporter.objects.filter(**asked)


def test_a_new_key_seals_an_old_one_still_opens_and_can_be_done_without(
    reporter: Reporter, settings: Any
) -> None:
    old, before = settings.SEAL_KEYS, stored(reporter)
    settings.SEAL_KEYS = ["baru", *old]
    assert Reporter.objects.get(pk=reporter.pk).name == NAME
    for changed in (1, 0):
        out = StringIO()
        call_command("seal_again", stdout=out)
        assert f"complaints.Reporter: {changed} rows sealed again" in out.getvalue().splitlines()
    settings.SEAL_KEYS = ["baru"]
    again = Reporter.objects.get(pk=reporter.pk)
    assert (again.name, again.email, again.phone) == (NAME, MAIL, "")
    assert stored(reporter)[0] != before[0]
    settings.SEAL_KEYS = ["lain"]
    with pytest.raises(Unsealable):
        assert Reporter.objects.get(pk=reporter.pk).name


def test_a_row_no_key_opens_is_still_fetched_written_and_counted_and_readyz_says_so(
    reporter: Reporter, settings: Any
) -> None:
    assert newest_opens() is None
    settings.SEAL_KEYS, before = ["lain"], stored(reporter)
    lost = Reporter.objects.get(pk=reporter.pk)
    assert (lost.phone, lost.has_email) == ("", True)
    with transaction.atomic():
        lost.new_email = MAIL
        lost.save(update_fields=["new_email"])
    assert stored(reporter) == before
    assert newest_opens() == "no key of SEAL_KEYS opens complaints.reporter.name"
    assert Reporter.objects.defer("new_email").get().new_email == MAIL
