"""The list as a file: the rows of the filter and no others, a trace of who took it, and memory that does not grow."""

import csv
import io

import pytest
from django.db.backends.postgresql.base import DatabaseWrapper

from biroumum.audit.models import Entry
from tests.complaints.road import Road

ADDRESS = "/kerja/pengaduan/ekspor."


@pytest.fixture
def many(cast, now):
    roads = [Road(cast, now) for _n in range(3)]
    roads[0].verify()
    return roads


def lines(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().lstrip("\ufeff"))))


def test_it_has_the_filters_rows_and_the_log_has_the_filter(many, cast, client_for):
    head, *rows = lines(client_for(cast.sekar).get(f"{ADDRESS}csv?state=verified"))
    assert [row[0] for row in rows] == [many[0].case.number]
    assert head[0] == "Nomor"
    (entry,) = Entry.objects.filter(verb="complaints.export")
    assert (entry.op, entry.user_id) == ("access", cast.sekar.pk)
    assert "state=verified" in entry.body


def test_the_trace_stands_before_the_first_byte_leaves(many, cast, client_for):
    answer = client_for(cast.sekar).get(f"{ADDRESS}csv")
    assert Entry.objects.filter(verb="complaints.export").count() == 1
    assert len(lines(answer)) == 4


def test_who_may_not_see_a_case_does_not_get_it_in_a_file(many, cast, client_for):
    assert len(lines(client_for(cast.wulan).get(f"{ADDRESS}csv"))) == 1
    assert client_for(cast.laras).get(f"{ADDRESS}xlsx").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_come_from_the_server_a_thousand_at_a_time(many, cast, client_for, monkeypatch, kind):
    opened = []
    real = DatabaseWrapper.chunked_cursor
    monkeypatch.setattr(DatabaseWrapper, "chunked_cursor", lambda self: opened.append(1) or real(self))
    b"".join(client_for(cast.sekar).get(f"{ADDRESS}{kind}").streaming_content)
    assert opened == [1]
