"""Erasing: payload and salt go, the entry and its commitment stay, and the erasure is an entry nobody erases."""

import hashlib
import json

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Unit
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.audit.services import erase, record
from biroumum.web import context
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import TimeLimit
from tests.kernel.break_in import break_in

WHY = {"reason": "masa simpan berakhir"}
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def unit(real_db):
    with transaction.atomic():
        unit = Unit.objects.create(code="satu", name="Rahasia Satu")
        record("accounts.unit.tell", subject_key(unit), actor=Actor.holder(), data={"reason": "Kata-kata"})
    return unit


def rule():
    return TimeLimit.objects.order_by("pk").first()


def told_of(unit):
    entries = Entry.objects.filter(ent="accounts.unit", pk_text=str(unit.pk), body__isnull=False)
    return list(entries.exclude(op="erase").order_by("pk").values_list("pk", flat=True))


def erase_all(unit, entries=None, **how):
    key = subject_key(unit)
    cause = {"rule": subject_key(rule()), "case": key, "actor": SYSTEM, "data": WHY} | how
    with transaction.atomic():
        return erase(
            "accounts.unit.anonymise", key, told_of(unit) if entries is None else entries, **cause
        ).payloads


def is_refused(call, *arguments, error=REFUSED, **how):
    """The database says no, and nothing has changed: no payload gone, no trace of an erasure."""
    before = list(Entry.objects.order_by("pk").values_list("pk", "body"))
    with pytest.raises(DatabaseError) as caught:
        call(*arguments, **how)
    assert isinstance(caught.value.__cause__, error), caught.value
    return list(Entry.objects.order_by("pk").values_list("pk", "body")) == before


def unproven(db):
    """Entries whose payload neither opens their commitment nor is gone by an erasure the log tells of."""
    rows = db.execute(
        "SELECT e.id, e.commitment, p.salt, p.body, r.erased_by, b.op FROM audit.entry e "
        "LEFT JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at "
        "LEFT JOIN audit.erasure r ON r.entry_id = e.id LEFT JOIN audit.entry b ON b.id = r.erased_by"
    ).fetchall()
    return [
        entry
        for entry, commitment, salt, body, _by, op in rows
        if (op != "erase" if body is None else hashlib.sha256(salt + body).digest() != commitment)
    ]


def test_what_was_said_is_gone_and_that_it_was_said_stays(unit, owner_db):
    before = owner_db.execute("SELECT id, commitment FROM audit.entry ORDER BY id").fetchall()
    assert erase_all(unit) == 2
    bodies = owner_db.execute("SELECT convert_from(body, 'UTF8') FROM audit.payload").fetchall()
    assert not [body for (body,) in bodies if "Rahasia Satu" in body or "Kata-kata" in body]
    after = owner_db.execute("SELECT id, commitment FROM audit.entry ORDER BY id").fetchall()
    assert after[: len(before)] == before
    assert unproven(owner_db) == []


def test_the_erasure_is_an_entry_with_rule_basis_case_and_count(unit):
    erase_all(unit)
    entry = Entry.objects.get(op="erase")
    told = json.loads(entry.body)["data"]
    cause = {"rule": subject_key(rule()), "basis": rule().legal_basis, "case": subject_key(unit)}
    assert told == {"actor": {"kind": "system"}, "payloads": 2, **cause, **WHY}


def test_the_basis_told_is_the_rules_own_whatever_the_caller_says(unit):
    erase_all(unit, data={"basis": "karena saya mau"})
    assert json.loads(Entry.objects.get(op="erase").body)["data"]["basis"] == rule().legal_basis


@pytest.mark.parametrize(
    "named",
    ["", "UU 27/2022", "worktime.timelimit/0", "worktime.timelimit/x", "accounts.unit/1", "no.table/1", None],
)
def test_without_a_rule_that_has_a_legal_basis_nothing_goes(unit, named):
    assert is_refused(erase_all, unit, rule=named)


@pytest.mark.parametrize("named", ["", "accounts.unit/0", None])
def test_without_a_case_the_log_knows_nothing_goes(unit, named):
    assert is_refused(erase_all, unit, case=named)


def test_a_rule_with_an_empty_basis_is_none(unit):
    with transaction.atomic():
        TimeLimit.objects.filter(pk=rule().pk).update(legal_basis="  ")
    assert is_refused(erase_all, unit)


def test_the_database_itself_wants_rule_and_case(unit):
    def bare(data):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT audit.erase('x', %s, %s::json, %s)",
                [subject_key(unit), json.dumps(data), told_of(unit)],
            )

    assert is_refused(bare, {})
    assert is_refused(bare, {"rule": subject_key(rule())})
    assert is_refused(bare, {"case": subject_key(unit)})


def test_entries_of_another_subject_are_refused_with_all_that_stand_beside_them(unit):
    with transaction.atomic():
        other = Unit.objects.create(code="dua", name="Rahasia Dua")
    assert is_refused(erase_all, unit, told_of(unit) + told_of(other))
    assert is_refused(erase_all, unit, [0])
    assert is_refused(erase_all, unit, [None])


def test_a_case_that_has_nothing_to_do_with_the_subject_is_none(unit):
    with transaction.atomic():
        other = Unit.objects.create(code="dua", name="Rahasia Dua")
    assert is_refused(erase_all, unit, case=subject_key(other))


@pytest.mark.parametrize("named", ["complaints.subtask/7", "documents.attachment.draft/7"])
def test_what_was_recorded_with_a_case_and_its_draft_are_parts_of_it(unit, named):
    with transaction.atomic():
        record("test.told", named, actor=SYSTEM, data=WHY)
        if "draft" not in named:
            record("test.told", subject_key(unit), actor=SYSTEM)
    told = Entry.objects.get(subject=named)
    with transaction.atomic():
        erase("x", named, [told.pk], rule=subject_key(rule()), case=subject_key(unit), actor=SYSTEM)
    assert Entry.objects.get(pk=told.pk).body is None


def test_what_the_log_tells_of_itself_of_the_schema_and_of_who_looked_is_never_erased(unit, owner_db):
    owner_db.execute("CREATE TABLE public.aside (id int)")
    owner_db.execute("SELECT audit.beat()")
    owner_db.execute("SELECT audit.recovered(size, size, 'x') FROM audit.tree")
    with transaction.atomic():
        record("login", "accounts.user/1", actor=SYSTEM, op="access")
        record("reports.export", "report/x", actor=SYSTEM, op="access")
    for where in (
        {"op": "ddl"},
        {"op": "heartbeat"},
        {"verb": "recovered"},
        {"verb": "login"},
        {"verb": "reports.export"},
    ):
        entry = Entry.objects.filter(**where).order_by("-pk").first()
        key = entry.subject

        def bare(entry=entry, key=key):
            with transaction.atomic():
                erase("x", key, [entry.pk], rule=subject_key(rule()), case=key, actor=SYSTEM)

        assert is_refused(bare), where


def test_an_erasure_is_never_erased_itself(unit):
    erase_all(unit)
    assert is_refused(erase_all, unit, [Entry.objects.get(op="erase").pk])


def test_what_went_once_does_not_go_again_under_another_reason(unit):
    entries = told_of(unit)
    erase_all(unit, entries)
    assert is_refused(erase_all, unit, entries, data={"reason": "lain"}, error=psycopg.errors.UniqueViolation)
    assert Entry.objects.filter(op="erase").count() == 1


def test_an_erasure_that_finds_nothing_leaves_its_trace_all_the_same(unit):
    assert [erase_all(unit), erase_all(unit), erase_all(unit, [])] == [2, 0, 0]
    told = [json.loads(entry.body)["data"] for entry in Entry.objects.filter(op="erase").order_by("pk")]
    assert [data["payloads"] for data in told] == [2, 0, 0]


def test_a_payload_that_went_without_an_erasure_is_found(unit, owner_db, cluster, real_db):
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        break_in(root, "DELETE FROM audit.payload WHERE entry_id = (SELECT max(entry_id) FROM audit.payload)")
    assert len(unproven(owner_db)) == 1


def test_the_history_still_has_the_step_and_who_took_it(real_db, unit):
    with context.bind(view="pengaduan:step"), transaction.atomic():
        record("accounts.unit.withdraw", subject_key(unit), actor=Actor.holder(), data={"reason": "Sudah"})
    erase_all(unit)
    erasing, step = history(subject_key(unit))[:2]
    assert (step.verb, step.erased, step.by_holder, step.data) == ("accounts.unit.withdraw", True, True, {})
    assert erasing.verb == "accounts.unit.anonymise"
