"""The work list puts what is most urgent first, whichever app it comes from."""

import datetime as dt

import pytest

from biroumum.portal.views import greeting
from biroumum.workflow import worklist
from biroumum.workflow.worklist import WorkItem, figures_of, register, tables_of, work_of

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def item(number, days=None):
    due = None if days is None else NOW + dt.timedelta(days=days)
    return WorkItem(due_at=due, number=number, title="x", url="/", action_label="Tanggapi", service="Uji")


def counting(label):
    return lambda user, now: [{"value": 1, "url": "/", "label": label}]


@pytest.fixture
def sources(monkeypatch):
    monkeypatch.setattr(worklist, "_sources", [])
    monkeypatch.setattr(worklist, "_figures", [])
    register(lambda user: [item("A-1", 3), item("A-2")], figures=counting("A"))
    register(lambda user: [item("B-1", -2), item("B-2", 3)], figures=counting("B"))
    monkeypatch.setattr(worklist, "_tables", [])
    register(lambda user: [], tables=lambda user, now: ["<table>"])


def test_overdue_first_and_undated_last(sources):
    assert [found.number for found in work_of(None)] == ["B-1", "A-1", "B-2", "A-2"]


def test_no_more_than_a_page_shows(sources):
    assert [found.number for found in work_of(None, limit=1)] == ["B-1"]


def test_the_numbers_of_every_app_stand_beside_it(sources):
    assert [figure["label"] for figure in figures_of(None, NOW)] == ["A", "B"]
    assert tables_of(None, NOW) == ["<table>"]


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "malam"), (3, "malam"), (4, "pagi"), (10, "pagi"), (11, "siang"), (15, "sore"), (18, "malam")],
)
def test_the_greeting_is_that_of_the_hour(hour, said):
    assert greeting(hour) == f"Selamat {said}"
