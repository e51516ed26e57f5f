"""Nothing changes unseen: whatever writes a row, the database makes an entry with exact values."""

import hashlib
import json
import threading

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Unit
from biroumum.audit import capture, registry
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.audit.services import record
from biroumum.audit.wrapper import WriteOutsideTransaction, writes
from biroumum.web import context

LABEL = "accounts.unit"


def entries(pk):
    rows = Entry.objects.filter(ent=LABEL, pk_text=str(pk)).order_by("id")
    return [(row.op, json.loads(row.body), row.outside) for row in rows]


def make(code="satu", **values):
    with transaction.atomic():
        return Unit.objects.create(code=code, name=values.pop("name", "Unit Satu"), **values)


def test_insert_update_and_delete_make_entries_with_exact_values(real_db):
    unit = make(name='Ünit "kutip" 🙂')
    with transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(name="Dua", is_active=False)
    pk = unit.pk
    with transaction.atomic():
        unit.delete()
    (first, new, _), (second, changed, _), (third, old, _) = entries(pk)
    assert (first, second, third) == ("insert", "update", "delete")
    assert new["new"]["name"] == 'Ünit "kutip" 🙂'
    assert changed["changed"] == {"name": ['Ünit "kutip" 🙂', "Dua"], "is_active": [True, False]}
    assert old["old"]["name"] == "Dua"


def test_an_update_that_changes_nothing_makes_no_entry(real_db):
    unit = make()
    with transaction.atomic():
        unit.save()
    assert [op for op, *_ in entries(unit.pk)] == ["insert"]


def test_bulk_raw_and_conditional_writes_are_captured_row_by_row(real_db):
    with transaction.atomic():
        Unit.objects.bulk_create(Unit(code=f"u{i}", name=f"U {i}") for i in range(5))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_unit SET short_name = 'x' WHERE code < 'u3'")
        cursor.execute(
            "WITH gone AS (DELETE FROM accounts_unit WHERE code = 'u4' RETURNING 1) SELECT * FROM gone"
        )
    ops = list(Entry.objects.filter(ent=LABEL).order_by("id").values_list("op", flat=True))
    assert ops == ["insert"] * 5 + ["update"] * 3 + ["delete"]


def test_a_write_past_the_portal_is_captured_and_marked(real_db, owner_db):
    unit = make()
    owner_db.execute("UPDATE accounts_unit SET name = 'Lewat psql' WHERE id = %s", [unit.pk])
    assert [(op, outside) for op, _body, outside in entries(unit.pk)] == [("insert", False), ("update", True)]
    assert history(f"accounts.unit/{unit.pk}")[0].outside


def test_replica_mode_does_not_silence_the_log(cluster, real_db):
    unit = make()
    with psycopg.connect(cluster.url(real_db), autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("UPDATE accounts_unit SET name = 'diam' WHERE id = %s", [unit.pk])
    assert entries(unit.pk)[-1][1]["changed"] == {"name": ["Unit Satu", "diam"]}


def test_a_captured_write_in_autocommit_is_refused(real_db):
    with pytest.raises(WriteOutsideTransaction):
        Unit.objects.create(code="x", name="X")
    assert not Unit.objects.filter(code="x").exists()


def test_what_is_rolled_back_leaves_no_entry_and_the_next_write_has_its_context(real_db):
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            make("dua")
            Unit.objects.create(code="dua", name="lagi")
        kept = make("tiga")
    assert not Entry.objects.filter(ent=LABEL, body__contains='"dua"').exists()
    assert [outside for _op, _body, outside in entries(kept.pk)] == [False]


def test_the_context_says_who_and_does_not_leak_into_the_next_transaction(real_db, cast):
    with context.fresh(user_id=cast.sekar.pk, view="uji"):
        mine = make("milik")
    with context.fresh(task="tugas"):
        theirs = make("lain")
    assert Entry.objects.get(ent=LABEL, pk_text=str(mine.pk)).user_id == cast.sekar.pk
    other = Entry.objects.get(ent=LABEL, pk_text=str(theirs.pk))
    assert (other.user_id, other.task) == (None, "tugas")


def test_a_thousand_mixed_transactions_each_keep_their_own_context(real_db):
    def work(worker: int) -> None:
        for turn in range(50):
            with context.fresh(task=f"w{worker}-{turn}"), transaction.atomic():
                Unit.objects.create(code=f"w{worker}-{turn}", name="n")
        connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = Entry.objects.filter(ent=LABEL)
    assert rows.count() == 1000
    assert all(json.loads(row.body)["new"]["code"] == row.task and not row.outside for row in rows)


def test_keys_never_change_and_tables_are_never_emptied(real_db, owner_db):
    unit = make()
    for statement in (
        f"UPDATE accounts_unit SET id = 999 WHERE id = {unit.pk}",
        "TRUNCATE accounts_unit CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner_db.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_even_the_owner_cannot_edit_the_past(real_db, owner_db, statement):
    make()
    month = owner_db.execute("SELECT to_char(now(), 'YYYY_MM')").fetchone()[0]
    for table in ("entry", "payload", "context", f"entry_{month}", f"payload_{month}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner_db.execute(statement.format(f"audit.{table}"))


def test_the_commitment_opens_with_the_payload_and_the_row_hash_with_the_live_row(real_db, owner_db):
    unit = make()
    salt, body, commitment, row_hash, columns = owner_db.execute(
        "SELECT p.salt, p.body, e.commitment, e.row_hash, s.columns FROM audit.entry e "
        "JOIN audit.payload p ON p.entry_id = e.id JOIN audit.shape s ON s.id = e.shape "
        "WHERE e.ent = %s AND e.pk = %s",
        [LABEL, str(unit.pk)],
    ).fetchone()
    assert hashlib.sha256(salt + body).digest() == commitment
    row = owner_db.execute(
        f"SELECT {', '.join(columns)} FROM accounts_unit WHERE id = %s", [unit.pk]
    ).fetchone()
    whole = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(salt + whole.encode()).digest() == row_hash


def test_secrets_are_said_to_have_changed_and_never_stored(real_db, cast):
    with transaction.atomic():
        cast.sekar.set_password("rahasia-sekali-2026")
        cast.sekar.save()
    bodies = [row.body for row in Entry.objects.filter(ent="accounts.user", pk_text=str(cast.sekar.pk))]
    assert json.loads(bodies[-1])["changed"]["password"] is True
    assert not any(cast.sekar.password in body for body in bodies)


def test_every_column_of_every_table_has_one_class(monkeypatch):
    assert len(list(registry.captured())) > 10
    monkeypatch.setattr(Unit.Audit, "public", Unit.Audit.public[1:])
    with pytest.raises(Exception, match="no audit class"):
        list(registry.captured())


def test_events_are_recorded_with_their_actor_in_the_same_transaction(real_db, cast):
    unit = make()
    with transaction.atomic():
        record(
            "test.event", f"accounts.unit/{unit.pk}", actor=Actor.staff(cast.sekar), data={"reason": "uji"}
        )
    step = history(f"accounts.unit/{unit.pk}")[0]
    assert (step.verb, step.data, step.who) == (
        "test.event",
        {"reason": "uji"},
        "Verifikator Pengaduan, Sekar Contohwati",
    )
    with pytest.raises(WriteOutsideTransaction):
        record("test.event", f"accounts.unit/{unit.pk}", actor=SYSTEM)


def test_the_portal_may_read_the_log_through_its_view_only(real_db):
    for statement in (
        "SELECT * FROM audit.entry",
        "INSERT INTO audit.pending VALUES (1, now())",
        "DELETE FROM audit_history",
        "ALTER TABLE accounts_unit DISABLE TRIGGER audit_insert",
        "DROP TRIGGER audit_insert ON accounts_unit",
        "CREATE TABLE public.x ()",
        "TRUNCATE accounts_unit CASCADE",
        "SELECT audit.refuse()",
    ):
        with (
            pytest.raises(Exception, match=r"denied|owner|cannot"),
            transaction.atomic(),
            connection.cursor() as c,
        ):
            c.execute(statement)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('INSERT INTO "accounts_unit" ("a") VALUES (1)', True),
        ("update only public.accounts_unit set a = 1", True),
        ("WITH x AS (SELECT 1) DELETE FROM accounts_unit", True),
        ("SELECT * FROM accounts_unit FOR UPDATE", False),
        ("INSERT INTO django_session VALUES (1)", False),
    ],
)
def test_writes_are_recognised_by_their_first_words(sql, expected):
    assert writes(sql) is expected


def test_the_database_watches_exactly_what_the_models_say(real_db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE 'audit\\_%'"
        )
        found = {(table, name): enabled for table, name, enabled in cursor.fetchall()}
    wanted = {
        (t.table, f"audit_{op}") for t in registry.captured() for op in (*capture.OPS, "key", "truncate")
    }
    assert found == dict.fromkeys(wanted, "A")
