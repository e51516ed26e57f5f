"""A statement made once gives what its queryset would, for whatever values, and is not made again."""

from django.db.models import QuerySet

from biroumum.accounts.models import Unit
from biroumum.web.statements import Rows

SHOWN = ("id", "name", "parent__name")


def made(calls):
    def make(code, least):
        calls.append(code)
        return Unit.objects.filter(code=code, pk__gt=least, is_active=True).values_list(*SHOWN)

    return make


def test_it_gives_the_rows_of_the_queryset_by_name_and_makes_the_statement_once(cast):
    calls: list[str] = []
    rows = Rows(made(calls), "a code", -1)
    for code in ("tata-usaha", "subbag-rumah-tangga", "' OR true --"):
        wanted: QuerySet = Unit.objects.filter(code=code).values_list(*SHOWN, named=True)
        assert [tuple(row) for row in rows(code, 0)] == [tuple(row) for row in wanted]
    assert rows("tata-usaha", 2**62) == []
    assert rows("tata-usaha", 0)[0].parent__name == "Biro Umum"
    assert calls == ["a code"]
