"""Nothing changes unseen: whatever writes a row, the database makes an entry with exact values."""

import hashlib
import json
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import JSONField

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import Unit
from biroumum.audit import capture, registry
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.audit.services import record
from biroumum.audit.wrapper import WriteOutsideTransaction

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


def test_keys_never_change_and_tables_are_never_emptied(real_db, owner_db):
    unit = make()
    for statement in (
        f"UPDATE accounts_unit SET id = 999 WHERE id = {unit.pk}",
        "TRUNCATE accounts_unit CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner_db.execute(statement)


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


def test_upsert_merge_and_cte_are_captured_as_what_they_did(real_db):
    make("ada", name="Lama")
    columns = "(code, name, short_name, email, is_active)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO accounts_unit {columns} VALUES ('ada', 'Baru', '', '', true), ('baru', 'B', '', '', true) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name"
        )
        cursor.execute(
            "MERGE INTO accounts_unit u USING (VALUES ('ada'), ('tiga')) v(code) ON u.code = v.code "
            "WHEN MATCHED THEN UPDATE SET name = 'Gabung' "
            f"WHEN NOT MATCHED THEN INSERT {columns} VALUES (v.code, 'T', '', '', true)"
        )
    rows = Entry.objects.filter(ent=LABEL).order_by("id")
    told = {(row.op, json.dumps(json.loads(row.body).get("changed"))) for row in rows}
    assert sum(row.op == "insert" for row in rows) == 3
    assert ("update", '{"name": ["Lama", "Baru"]}') in told
    assert ("update", '{"name": ["Baru", "Gabung"]}') in told


def test_bulk_update_tells_each_row_its_own_values(real_db):
    units = [make(f"u{i}", name=f"U {i}") for i in range(3)]
    for unit in units:
        unit.name = unit.name.replace("U", "V")
    with transaction.atomic():
        Unit.objects.bulk_update(units, ["name"])
    told = [entries(unit.pk)[-1][1]["changed"]["name"] for unit in units]
    assert told == [[f"U {i}", f"V {i}"] for i in range(3)]


def test_copy_past_the_portal_is_captured_with_exact_values_and_shown_red(real_db, owner_db):
    with (
        owner_db.cursor() as cursor,
        cursor.copy("COPY accounts_unit (code, name, short_name, email, is_active) FROM STDIN") as copy,
    ):
        for i in range(3):
            copy.write_row((f"c{i}", f"Baris\t{i}\n", "", "", False))
    rows = Entry.objects.filter(ent=LABEL).order_by("id")
    assert [json.loads(row.body)["new"]["name"] for row in rows] == [f"Baris\t{i}\n" for i in range(3)]
    assert all(row.outside for row in rows)


def sample_table(**columns):
    """A captured table of these columns, as the generator sees one."""
    fields = [JSONField(name=name, db_column=name) for name, kind in columns.items() if kind == "jsonb"]
    for field in fields:
        field.set_attributes_from_name(field.name)
    meta = SimpleNamespace(
        label_lower="test.sample", db_table="sample", pk=SimpleNamespace(column="id"), concrete_fields=fields
    )
    kinds = {"id": "public"} | dict.fromkeys(columns, "public")
    return registry.Captured(SimpleNamespace(_meta=meta), kinds, None)


def watch(db, table, **columns):
    db.execute(
        f"CREATE TABLE sample (id int PRIMARY KEY, {', '.join(f'{n} {t}' for n, t in columns.items())})"
    )
    for op in capture.OPS:
        db.execute(capture.function_sql(table, op, 1))
    db.execute(capture.triggers_sql(table))


def sample_bodies(db):
    rows = db.execute(
        "SELECT e.op, e.pk, p.salt, e.row_hash, convert_from(p.body, 'UTF8') FROM audit.entry e "
        "JOIN audit.payload p ON p.entry_id = e.id WHERE e.ent = 'test.sample' ORDER BY e.id"
    )
    return rows.fetchall()


COLUMNS = {
    "at": "timestamptz", "day": "date", "span": "interval", "during": "tstzrange", "score": "float8",
    "small": "float4", "price": "numeric", "doc": "jsonb", "raw": "bytea", "tags": "text[]",
}  # fmt: skip
VALUES = """VALUES (%s, '2026-03-01 23:30:00+07', '2026-03-04', '1 month 2 days 03:04:05', '[2026-03-01 00:00+07,)',
    0.1::float8 + 0.2::float8, 1.1, 12345678901234567890.10, '{"b": 1, "a": 1.10}', '\\x00ff', '{"x,y", NULL}')"""
ODD_SESSION = (
    "SET TimeZone = 'Asia/Jayapura'", "SET DateStyle = 'German'", "SET IntervalStyle = 'postgres_verbose'",
    "SET extra_float_digits = -15", "SET bytea_output = 'escape'",
)  # fmt: skip


def written_in_two_sessions(cluster, real_db, owner_db):
    watch(owner_db, sample_table(**COLUMNS), **COLUMNS)
    owner_db.execute(f"INSERT INTO sample {VALUES}", [1])
    with psycopg.connect(cluster.url(real_db), autocommit=True) as odd:
        for setting in ODD_SESSION:
            odd.execute(setting)
        odd.execute(f"INSERT INTO sample {VALUES}", [2])
    first, second = sample_bodies(owner_db)
    return first, second


def alike(first, second):
    return first[4].replace('"pk":"1"', "").replace('"id":1', "") == second[4].replace(
        '"pk":"2"', ""
    ).replace('"id":2', "")


def test_a_value_has_the_same_text_in_every_session(cluster, real_db, owner_db):
    first, second = written_in_two_sessions(cluster, real_db, owner_db)
    assert alike(first, second)
    new = json.loads(first[4])["new"]
    assert (new["at"], new["score"], new["raw"]) == (
        "2026-03-01T16:30:00+00:00",
        0.30000000000000004,
        "\\x00ff",
    )
    for _op, _pk, salt, row_hash, body in (first, second):
        whole = body[body.index('"new":') + 6 : -1]
        assert hashlib.sha256(salt + whole.encode()).digest() == row_hash


def test_without_settings_of_its_own_the_text_would_follow_the_session(
    cluster, real_db, owner_db, monkeypatch
):
    monkeypatch.setattr(capture, "SETTINGS", {"search_path": "pg_catalog, pg_temp"})
    first, second = written_in_two_sessions(cluster, real_db, owner_db)
    assert not alike(first, second)


def test_json_that_is_equal_but_written_unlike_is_a_change(real_db, owner_db):
    watch(owner_db, sample_table(doc="jsonb"), doc="jsonb")
    owner_db.execute("""INSERT INTO sample VALUES (1, '{"a": 1.10}')""")
    owner_db.execute("""UPDATE sample SET doc = '{"a": 1.1}'""")
    owner_db.execute("""UPDATE sample SET doc = '{ "a":1.1 }'""")
    assert [op for op, *_ in sample_bodies(owner_db)] == ["insert", "update"]
    assert '"changed":{"doc":[{"a": 1.10},{"a": 1.1}]}' in sample_bodies(owner_db)[1][4]


def test_a_cascade_in_the_database_is_captured_row_by_row(real_db, owner_db):
    columns = {"parent": "int REFERENCES sample ON DELETE CASCADE", "word": "text"}
    watch(owner_db, sample_table(**columns), **columns)
    owner_db.execute(
        "INSERT INTO sample VALUES (1, NULL, 'akar'), (2, 1, 'cabang'), (3, 2, 'daun'), (4, NULL, 'lain')"
    )
    owner_db.execute("DELETE FROM sample WHERE id = 1")
    gone = [json.loads(body)["old"]["word"] for op, *_rest, body in sample_bodies(owner_db) if op == "delete"]
    assert sorted(gone) == ["akar", "cabang", "daun"]


def test_a_secret_column_counts_in_the_row_hash_and_stands_nowhere(real_db, owner_db):
    table = sample_table(code="text")
    table.classes["code"] = "secret"
    watch(owner_db, table, code="text")
    owner_db.execute("INSERT INTO sample VALUES (1, 'K7QD')")
    owner_db.execute("UPDATE sample SET code = '93VX'")
    (_o, _p, _s, first, born), (_o, _p, salt, second, changed) = sample_bodies(owner_db)
    assert json.loads(born)["new"] == {"id": 1}
    assert json.loads(changed)["changed"] == {"code": True}
    assert second == hashlib.sha256(salt + b'{"id":1,"code":"93VX"}').digest() != first


def test_two_equal_rows_have_unlike_commitments(real_db, owner_db):
    """The salt: whoever guesses a value cannot prove the guess by the log."""
    for code in ("a", "b"):
        make(code)
    rows = owner_db.execute(
        "SELECT p.salt, e.row_hash FROM audit.entry e JOIN audit.payload p ON p.entry_id = e.id"
    )
    salts, hashes = zip(*rows.fetchall(), strict=True)
    assert len(set(salts)) == len(salts)
    assert all(len(salt) == 32 for salt in salts)
    assert len(set(hashes)) > 1


def test_every_entry_waits_for_its_place_in_the_tree(real_db, owner_db):
    make("a")
    with transaction.atomic():
        record("test.event", "accounts.unit/1", actor=SYSTEM)
    waiting = owner_db.execute(
        "SELECT count(*), count(q.entry_id) FROM audit.entry e LEFT JOIN audit.pending q ON q.entry_id = e.id"
    ).fetchone()
    assert waiting[0] == waiting[1] > 1
