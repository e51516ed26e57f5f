"""Only the engine writes the state of a case. Read from the syntax tree of every module above the engine."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from biroumum.workflow.engine import WORKFLOWS

ROOT = Path(settings.BASE_DIR)
# Rows with a `state` of their own that are no case of a service; each with the reason.
OTHERS = {
    "biroumum/documents": "an attachment is quarantined, clean or refused by the scanner",
    "biroumum/notifications": "a message waits, is sent or has failed",
}
RAW_SQL = re.compile(r"\bset\s+\"?state\b", re.IGNORECASE)
BIRTHS = {"create", "acreate", "get_or_create", "update_or_create"}
MODELS = {WORKFLOWS[label].model.__name__ for label in WORKFLOWS}
INITIAL = {workflow.initial.name for workflow in WORKFLOWS.values()}


def writes_of_state(source):
    """Line numbers of writes to a `state`, other than a case being born in its initial state."""
    return sorted({node.lineno for node in ast.walk(ast.parse(source)) if _writes(node)})


def _writes(node):
    match node:
        case ast.Attribute(attr="state", ctx=ast.Store()):
            return True
        case ast.Call():
            return _call_writes(node)
        case ast.Constant(value=str(text)):
            return bool(RAW_SQL.search(text))
    return False


def _call_writes(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in {"setattr", "__setattr__"}:
        return any(_is_word(argument) for argument in call.args)
    if name in {"bulk_update", "abulk_update", "save", "asave", "bulk_create"}:
        return any(_is_word(part) for part in ast.walk(call) if part is not call)
    if name in {"update", "aupdate"}:
        return "state" in words or _unpacks_state(call)
    if (name in BIRTHS and not _of_no_case(call.func)) or name in MODELS:
        born = words.get("state")
        return (born is not None and not _is_initial(born)) or _unpacks_state(call)
    return False


def _of_no_case(function):
    """`News.objects.create`: a row that only notes in which state a case was."""
    match function:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=model), attr="objects")):
            return model[0].isupper() and model not in MODELS
    return False


def _unpacks_state(call):
    dicts = [part for part in ast.walk(call) if isinstance(part, ast.Dict)]
    return any(_is_word(key) for found in dicts for key in found.keys if key is not None)


def _is_word(node):
    return isinstance(node, ast.Constant) and node.value == "state"


def _is_initial(node):
    return isinstance(node, ast.Attribute) and node.attr in {"initial", *INITIAL}


def modules():
    ours = [config for config in apps.get_app_configs() if "site-packages" not in config.path]
    packages = {config.path for config in ours if Path(config.path).is_relative_to(ROOT)}
    for package in sorted(packages):
        for path in sorted(Path(package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(("biroumum/workflow/", *OTHERS)) and "/migrations/" not in name:
                yield path, name


def test_nobody_but_the_engine_writes_a_state():
    found = [
        f"{name}:{line}" for path, name in modules() for line in writes_of_state(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_services_with_cases_are_among_what_was_read():
    read = {str(path) for path, _name in modules()}
    tables = {apps.get_app_config(label.partition(".")[0]).path + "/workflow" for label in WORKFLOWS}
    assert all(any(path.startswith(table) for path in read) for table in tables)
    assert any(table.endswith("/complaints/workflow") for table in tables)


@pytest.mark.parametrize(
    "line",
    [
        "case.state = 'closed'",
        "case.state: str = 'closed'",
        "case.number, case.state = 1, 'closed'",
        "case.state += 'x'",
        "setattr(case, 'state', 'closed')",
        "object.__setattr__(case, 'state', 'closed')",
        "Complaint.objects.update(state='closed')",
        "Complaint.objects.filter(pk=1).update(state=F('other'))",
        "Complaint.objects.filter(pk=1).update(**{'state': 'closed'})",
        "Complaint.objects.bulk_update(cases, ['state', 'ended_at'])",
        "Complaint.objects.create(state=State.CLOSED)",
        "Complaint(number='1', state='closed')",
        "Complaint.objects.update_or_create(pk=1, defaults={'state': State.CLOSED})",
        "case.save(update_fields=['state'])",
        "cursor.execute('UPDATE complaints_complaint SET state = 1')",
    ],
)
def test_the_reading_finds_every_way_to_write_a_state(line):
    assert writes_of_state(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "Complaint(number='1', state=State.RECEIVED)",
        "Complaint.objects.create(state=COMPLAINT.initial)",
        "Complaint.objects.filter(state=State.CLOSED)",
        "if case.state == State.CLOSED: pass",
        "state = case.state",
        "WorkItem(state='closed')",
        "News.objects.create(complaint=case, state=case.state)",
    ],
)
def test_reading_a_state_and_being_born_are_no_writes(line):
    assert writes_of_state(line) == []
