"""The tables as a page an official can read: a Mermaid diagram, and who may take which step."""

from collections.abc import Iterator

from django.utils import translation

from biroumum.accounts.roles import ROLES
from biroumum.workflow.engine import HOLDER, SYSTEM, Transition, Workflow

HEAD = """# Alur {app}

Halaman ini ditulis oleh `manage.py workflow_docs` dari tabel langkah. Ubah tabelnya, bukan halaman ini.
"""


def page(app: str, workflows: list[Workflow]) -> str:
    """The Markdown page of one app's workflows."""
    with translation.override("id"):
        parts = [HEAD.format(app=app), *(part for workflow in workflows for part in _section(workflow))]
    return "\n".join(parts)


def mermaid(workflow: Workflow) -> str:
    """A state diagram; a step with several sources is drawn from each."""
    lines = ["stateDiagram-v2", f"  [*] --> {workflow.initial}"]
    lines += [f"  {state.value} : {state.label}" for state in workflow.states]
    for step in workflow:
        for source in step.sources:
            lines += [f"  {source} --> {target} : {step.label}" for target in step.targets_from(source)]
    return "\n".join(lines)


def _section(workflow: Workflow) -> Iterator[str]:
    yield f"## {str(workflow.model._meta.verbose_name).capitalize()}\n"
    yield f"```mermaid\n{mermaid(workflow)}\n```\n"
    yield "| langkah | dari | ke | siapa | syarat | alasan wajib |\n|---|---|---|---|---|---|"
    yield from (_row(workflow, step) for step in workflow)
    ended = ", ".join(str(workflow.label_of(state)) for state in workflow.terminal)
    yield f"\nKeadaan akhir: {ended}.\n"


def _row(workflow: Workflow, step: Transition) -> str:
    sources, targets = (
        ", ".join(str(workflow.label_of(state)) for state in states)
        for states in (step.sources, step.possible_targets)
    )
    guard = f"`{step.guard.__name__}`" if step.guard else ""
    confirm = "ya" if step.confirm else ""
    return f"| {step.label} (`{step.name}`) | {sources} | {targets} | {_who(step)} | {guard} | {confirm} |"


def _who(step: Transition) -> str:
    if step.permission is SYSTEM:
        return "sistem, pada waktunya"
    if step.permission is HOLDER:
        return "pemegang kode perkara"
    holders = [str(role.label) for role in ROLES.values() if step.permission in role.permissions]
    return ", ".join(holders) or "belum ada peran"
