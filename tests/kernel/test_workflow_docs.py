"""The pages about workflows say what the tables say."""

import pytest
from django.core.management import CommandError, call_command

from biroumum.workflow.diagram import mermaid, page
from biroumum.workflow.engine import WORKFLOWS


def test_the_written_pages_are_current():
    call_command("workflow_docs", check=True)


def test_a_page_that_is_out_of_date_is_noticed(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="out of date"):
        call_command("workflow_docs", check=True)
    call_command("workflow_docs", verbosity=0)
    call_command("workflow_docs", check=True)
    next((tmp_path / "docs" / "workflows").iterdir()).write_text("lama", encoding="utf-8")
    with pytest.raises(CommandError, match="out of date"):
        call_command("workflow_docs", check=True)


@pytest.mark.parametrize("label", sorted(WORKFLOWS))
def test_every_step_and_state_stands_on_its_page(label):
    workflow = WORKFLOWS[label]
    text = page(label, [workflow])
    assert all(f"(`{step.name}`)" in text for step in workflow)
    assert all(f"{state.value} : {state.label}" in mermaid(workflow) for state in workflow.states)


def test_nobody_is_shown_as_anybody():
    pages = "".join(page(label, [workflow]) for label, workflow in WORKFLOWS.items())
    assert "belum ada peran" not in pages
    assert "pemegang kode perkara" in pages
    assert "sistem, pada waktunya" in pages
