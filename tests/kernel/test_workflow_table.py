"""A mistake in a table of transitions stops the start; these are the mistakes."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.forms import CharField, Form

from biroumum.audit.verbs import verb_for
from biroumum.workflow.database import moves
from biroumum.workflow.diagram import mermaid
from biroumum.workflow.engine import HOLDER, SYSTEM, WORKFLOWS, Transition, Workflow
from biroumum.workflow.forms import StepForm, form_of


class S(models.TextChoices):
    OPEN = "open", "Terbuka"
    DONE = "done", "Selesai"


def step(**changes):
    row = {
        "name": "finish",
        "label": "Selesaikan",
        "sources": (S.OPEN,),
        "target": S.DONE,
        "permission": "a.do_it",
    }
    return Transition(**{**row, **changes})


class Noted(Form):
    note = CharField()


@pytest.fixture
def table(monkeypatch):
    """Builds a table that leaves no trace among the portal's own."""

    def build(*steps, initial=S.OPEN, terminal=(S.DONE,)):
        monkeypatch.setitem(WORKFLOWS, "test.case", None)
        return Workflow("test.Case", *steps, initial=initial, terminal=terminal)

    return build


def test_a_sound_table_is_known_by_its_model(table):
    workflow = table(step())
    assert WORKFLOWS["test.case"] is workflow
    assert [row.name for row in workflow] == ["finish"]
    assert workflow.step_view == "test:step"
    assert workflow.label_of("done") == "Selesai"
    assert verb_for("test.case.finish").label == "Selesaikan"


def test_a_step_that_stays_moves_nothing_and_is_no_way_out(table):
    noted = step(name="note", target="", sources=(S.OPEN, S.DONE))
    workflow = table(step(), noted)
    assert [noted.target_for(SimpleNamespace(state=state), {}) for state in S] == [S.OPEN, S.DONE]
    assert moves(workflow) == [("open", "done")]
    assert "open --> done : Selesaikan" in mermaid(workflow)
    assert mermaid(workflow).count("-->") == 4  # into the first, on, and one to itself from each
    with pytest.raises(ImproperlyConfigured, match="out of"):
        table(step(), noted, terminal=())


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("unknown states", {"sources": ("opne",)}),
        ("unknown states", {"target": "dnoe"}),
        ("unknown states", {"target": lambda case, **data: S.DONE, "targets": ("dnoe",)}),
        ("to nowhere", {"target": lambda case, **data: S.DONE}),
        ("to nowhere", {"sources": ()}),
        ("no permission", {"permission": ""}),
        ("no permission", {"permission": None}),
        ("no permission", {"permission": "everyone"}),
        ("fills in no page", {"permission": SYSTEM, "confirm": True}),
        ("fills in no page", {"permission": SYSTEM, "form": Form}),
        ("unexpected keyword argument 'note'", {"form": Noted, "effect": lambda case, *, actor, at: None}),
        (
            "missing a required argument: 'other'",
            {"form": Noted, "guard": lambda case, *, other, **data: None},
        ),
        (
            "unexpected keyword argument 'reason'",
            {"confirm": True, "effect": lambda case, *, actor, at: None},
        ),
    ],
)
def test_a_faulty_row_is_refused(table, fault, changes):
    with pytest.raises(ImproperlyConfigured, match=fault):
        table(step(**changes))


def test_two_rows_of_one_name_are_refused(table):
    with pytest.raises(ImproperlyConfigured, match="one name"):
        table(step(), step(permission=HOLDER))


def test_a_state_nothing_leads_to_is_refused(table):
    with pytest.raises(ImproperlyConfigured, match="leads to"):
        table(step(target=S.OPEN))


def test_a_state_nothing_leads_out_of_is_refused_unless_it_is_an_end(table):
    with pytest.raises(ImproperlyConfigured, match="leads out of"):
        table(step(), terminal=())


def test_an_unknown_end_or_a_bare_word_as_beginning_is_refused(table):
    with pytest.raises(ImproperlyConfigured, match="terminal"):
        table(step(), terminal=("dnoe", S.DONE))
    with pytest.raises(ImproperlyConfigured, match="initial"):
        table(step(), initial="open")


def test_listening_to_a_step_that_does_not_exist_is_refused(table):
    with pytest.raises(ImproperlyConfigured, match="listen"):
        table(step()).on("finsh", lambda *args: None)


class Explained(StepForm):
    note = CharField()


class Coded(StepForm):
    reason = CharField(label="Sebab")


def test_what_cannot_be_undone_asks_for_a_reason_last():
    assert list(form_of(step(confirm=True)).base_fields) == ["reason"]
    assert list(form_of(step(confirm=True, form=Explained)).base_fields) == ["note", "reason"]
    assert not form_of(step(confirm=True))({}, case=None, actor=None).is_valid()


def test_a_form_with_its_own_reason_is_left_alone():
    assert form_of(step(confirm=True, form=Coded)) is Coded
    assert form_of(step(form=Explained)) is Explained
