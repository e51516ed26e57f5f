"""Capture functions and triggers, generated per table with its columns written out.

Statement triggers with transition tables: one INSERT … SELECT per statement, whatever the number of rows, whoever
wrote. There is no switch; they fire in replica mode too (ENABLE ALWAYS).
"""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey

from biroumum.audit.registry import Captured, captured

OPS = ("insert", "update", "delete")
TRANSITIONS = {
    "insert": "NEW TABLE AS n",
    "update": "OLD TABLE AS o NEW TABLE AS n",
    "delete": "OLD TABLE AS o",
}


def function_sql(table: Captured, op: str, shape: int) -> str:
    """CREATE OR REPLACE FUNCTION for one operation on one table."""
    return f"""
CREATE OR REPLACE FUNCTION audit.{_name(table, op)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601'
SET extra_float_digits = 1 SET bytea_output = 'hex' AS $capture$
DECLARE
    moment timestamptz := clock_timestamp();
    said uuid := nullif(current_setting('biro.context', true), '')::uuid;
BEGIN
    {_append(table, op, shape, _source(table, op))};
    RETURN NULL;
END $capture$"""


def adoption_sql(table: Captured, shape: int) -> str:
    """Entries for rows that stood in a table before its capture, so that every live row has one."""
    return f"""
DO $adopt$
DECLARE
    moment timestamptz := clock_timestamp();
    said uuid := nullif(current_setting('biro.context', true), '')::uuid;
BEGIN
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601';
    SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
    {_append(table, "insert", shape, f"public.{_q(table.table)} AS n")};
END $adopt$"""


def _append(table: Captured, op: str, shape: int, source: str) -> str:
    row = "o" if op == "delete" else "n"
    whole = _object(table.classes, "n") if op != "delete" else "NULL"
    hashed = "sha256(s.salt || convert_to(s.whole, 'UTF8'))" if op != "delete" else "NULL"
    return f"""WITH s AS MATERIALIZED (
        SELECT nextval('audit.entry_id') AS id,
            uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS salt,
            {row}.{_q(table.pk)}::text AS pk,
            {_subject(table, row)} AS subject,
            {_body(table, op, row)} AS body,
            {whole} AS whole
        FROM {source}
    ), entries AS (
        INSERT INTO audit.entry (id, at, xid, op, ent, pk, subject, context, shape, commitment, row_hash)
        SELECT s.id, moment, pg_current_xact_id(), '{op}', '{table.label}', s.pk, s.subject, said, {shape},
            sha256(s.salt || convert_to(s.body, 'UTF8')), {hashed}
        FROM s
    ), payloads AS (
        INSERT INTO audit.payload (entry_id, at, salt, body)
        SELECT s.id, moment, s.salt, convert_to(s.body, 'UTF8') FROM s
    )
    INSERT INTO audit.pending (entry_id, at) SELECT s.id, moment FROM s"""


def triggers_sql(table: Captured) -> str:
    name, key = f"public.{_q(table.table)}", _q(table.pk)
    lines = [
        f"CREATE OR REPLACE TRIGGER audit_{op} AFTER {op.upper()} ON {name} REFERENCING {TRANSITIONS[op]} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit.{_name(table, op)}()"
        for op in OPS
    ]
    lines.append(
        f"CREATE OR REPLACE TRIGGER audit_key BEFORE UPDATE OF {key} ON {name} FOR EACH ROW "
        f"WHEN (OLD.{key} IS DISTINCT FROM NEW.{key}) EXECUTE FUNCTION audit.refuse_key_change()"
    )
    lines.append(
        f"CREATE OR REPLACE TRIGGER audit_truncate BEFORE TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()"
    )
    always = (f"ENABLE ALWAYS TRIGGER audit_{trigger}" for trigger in (*OPS, "key", "truncate"))
    lines.append(f"ALTER TABLE {name} {', '.join(always)}")
    return ";\n".join(lines)


def install(connection: BaseDatabaseWrapper) -> None:
    """Bring the database's capture in line with the models; run as the owner after each migration."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_insert'")
        watched = {row[0].strip('"') for row in cursor.fetchall()}
        for table in captured():
            shape = _shape(cursor, table)
            for op in OPS:
                cursor.execute(function_sql(table, op, shape))
            cursor.execute(triggers_sql(table))
            if table.table not in watched:
                cursor.execute(adoption_sql(table, shape))
        cursor.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC")


def _shape(cursor: object, table: Captured) -> int:
    columns = list(table.classes)
    cursor.execute(  # type: ignore[attr-defined]
        "INSERT INTO audit.shape (ent, columns) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [table.label, columns],
    )
    cursor.execute("SELECT id FROM audit.shape WHERE ent = %s AND columns = %s", [table.label, columns])  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _q(name: str) -> str:
    return f'"{name}"'


def _name(table: Captured, op: str) -> str:
    return _q(f"{table.table}_{op}")


def _source(table: Captured, op: str) -> str:
    if op == "update":
        key = _q(table.pk)
        return f"o JOIN n ON n.{key} = o.{key} WHERE o.* IS DISTINCT FROM n.*"
    return "n" if op == "insert" else "o"


def _value(row: str, column: str) -> str:
    return f"coalesce(to_json({row}.{_q(column)})::text, 'null')"


def _object(columns: dict[str, str] | list[str], row: str) -> str:
    """A JSON object in the columns' order, built by concatenation: the same bytes on every server and for ever."""
    parts = (
        f"'{',' if i else ''}\"{column}\":' || {_value(row, column)}" for i, column in enumerate(columns)
    )
    return "'{' || " + " || ".join(parts) + " || '}'"


def _body(table: Captured, op: str, row: str) -> str:
    head = f"""'{{"op":"{op}","ent":"{table.label}","pk":' || to_json({row}.{_q(table.pk)}::text) || ',"""
    told = [column for column, kind in table.classes.items() if kind != "secret"]
    if op != "update":
        return head + f"""\"{"new" if op == "insert" else "old"}":' || {_object(told, row)} || '}}'"""
    changes = []
    for column, kind in table.classes.items():
        pair = (
            f"'[' || {_value('o', column)} || ',' || {_value('n', column)} || ']'"
            if kind != "secret"
            else "'true'"
        )
        changes.append(
            f"CASE WHEN o.{_q(column)} IS DISTINCT FROM n.{_q(column)} THEN '\"{column}\":' || {pair} END"
        )
    return head + f"""\"changed":{{' || concat_ws(',', {", ".join(changes)}) || '}}}}'"""


def _subject(table: Captured, row: str) -> str:
    if table.case is None:
        return "NULL::text"
    if table.case == "self":
        return f"'{table.label}/' || {row}.{_q(table.pk)}"
    field = table.model._meta.get_field(table.case)
    if isinstance(field, ForeignKey):
        return f"'{field.related_model._meta.label_lower}/' || {row}.{_q(str(field.column))}"  # type: ignore[union-attr]
    return f"{row}.{_q(str(field.column))}"  # type: ignore[union-attr]
