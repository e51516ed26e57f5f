"""Erasing: payload and salt go, the entry and its commitment stay, and the erasure is an entry nobody erases."""

import hashlib
import json

import psycopg
import pytest
from django.db import transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Unit
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.audit.services import erase, record
from biroumum.web import context
from biroumum.web.subjects import subject_key

WHY = {"basis": "UU 27/2022", "reason": "masa simpan berakhir"}


@pytest.fixture
def unit(real_db):
    with transaction.atomic():
        unit = Unit.objects.create(code="satu", name="Rahasia Satu")
        record("accounts.unit.tell", subject_key(unit), actor=Actor.holder(), data={"reason": "Kata-kata"})
    return unit


def erase_all(unit, **data):
    with transaction.atomic():
        entries = Entry.objects.filter(ent="accounts.unit", pk_text=str(unit.pk)).values_list("pk", flat=True)
        return erase("accounts.unit.anonymise", subject_key(unit), entries, actor=SYSTEM, data=WHY | data)


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


def test_the_erasure_is_an_entry_with_reason_and_count(unit):
    erase_all(unit)
    entry = Entry.objects.get(op="erase")
    told = json.loads(entry.body)["data"]
    assert told == {"actor": {"kind": "system"}, "payloads": 2, **WHY}


def test_an_erasure_is_never_erased_itself_and_a_second_one_finds_nothing(unit):
    assert [erase_all(unit), erase_all(unit)] == [2, 0]
    assert all(entry.body for entry in Entry.objects.filter(op="erase"))


def test_a_payload_that_went_without_an_erasure_is_found(unit, owner_db, cluster, real_db):
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        root.execute("ALTER TABLE audit.payload DISABLE TRIGGER ALL")
        for (part,) in root.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit.payload'::regclass"
        ).fetchall():
            root.execute(f"ALTER TABLE {part} DISABLE TRIGGER ALL")
        root.execute("DELETE FROM audit.payload WHERE entry_id = (SELECT max(entry_id) FROM audit.payload)")
    assert len(unproven(owner_db)) == 1


def test_the_history_still_has_the_step_and_who_took_it(real_db, unit):
    with context.bind(view="pengaduan:step"), transaction.atomic():
        record("accounts.unit.withdraw", subject_key(unit), actor=Actor.holder(), data={"reason": "Sudah"})
    erase_all(unit)
    erasing, step = history(subject_key(unit))[:2]
    assert (step.verb, step.erased, step.by_holder, step.data) == ("accounts.unit.withdraw", True, True, {})
    assert erasing.verb == "accounts.unit.anonymise"
