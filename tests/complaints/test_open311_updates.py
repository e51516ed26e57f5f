"""What Open311 tells of a case's steps: updates, notes, and for many in as many statements as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import Actor
from biroumum.web import names
from complaints import services
from complaints.exchange import open311
from tests.complaints.open311 import get, rows_of, span
from tests.complaints.open311_schema import SCHEMAS, check
from tests.complaints.road import Road
from tests.complaints.test_open311 import road

__all__ = ["road"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_updates_are_the_steps_the_public_was_told_oldest_first(road, cast, now, form):
    hidden = Road(cast, now)
    hidden.work()
    road.go("bagas", "ask_reporter", text="Lantai berapa?")
    road.go(road.holder, "reply", text="Dua.")
    road.answer()
    road.go(road.holder, "accept", rating=5, comment="")
    told = rows_of(get(f"servicerequestupdates.{form}", **span(road)), form)
    check(SCHEMAS["service_requests_updates"], told)
    assert {row["service_request_id"] for row in told} == {road.case.number}
    assert [row["description"] for row in told][-3:] == [
        "Diterbitkan untuk umum",
        "Dijawab",
        "Pelapor menerima jawaban",
    ]
    assert [row["status"] for row in told] == ["open"] * (len(told) - 1) + ["closed"]
    times = [row["updated_datetime"] for row in told]
    assert times == sorted(times)
    assert len({row["update_id"] for row in told}) == len(told)
    later = rows_of(
        get(f"servicerequestupdates.{form}", **span(road) | {"start_date": road.at.isoformat()}), form
    )
    assert later == told[-1:]


def test_of_what_is_not_public_there_are_no_updates_and_no_more_than_a_thousand_changed(
    road, cast, monkeypatch
):
    query = span(road)
    assert get("servicerequestupdates.json", **query).json()
    monkeypatch.setattr(open311, "MOST", 0)
    assert get("servicerequestupdates.json", **query).status_code == 400
    monkeypatch.undo()
    services.unpublish(road.case, actor=Actor.staff(cast.sekar), reason="Keliru.")
    assert get("servicerequestupdates.json", **query).json() == []


@pytest.mark.parametrize("path", ["requests.json", "servicerequestupdates.json"])
def test_notes_and_updates_of_many_cost_as_many_statements_as_of_one(road, cast, now, path):
    def asked():
        names.forget()  # so that both ask for them
        with CaptureQueriesContext(connection) as statements:
            rows = get(path, extensions="true", **span(road)).json()
        return len(statements), {row["service_request_id"] for row in rows}

    few, one = asked()
    for _turn in range(2):
        other = Road(cast, now)
        other.work()
        other.publish()
    many, three = asked()
    assert (len(one), len(three)) == (1, 3)
    assert few == many


def test_the_list_has_notes_for_who_asks_for_extensions_alone(road):
    told = get("requests.json", extensions="true", **span(road)).json()
    check(SCHEMAS["with_notes"], told)
    assert told == get(f"requests/{road.case.number}.json", extensions="true").json()
    assert "notes" not in get("requests.json", **span(road)).json()[0]
