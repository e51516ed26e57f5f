"""Capture functions and triggers, generated per table with its columns written out.

Statement triggers with transition tables: one INSERT … SELECT per statement, whatever the number of rows, whoever
wrote. There is no switch; they fire in replica mode too (ENABLE ALWAYS).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import CharField, ForeignKey

from biroumum.audit.registry import Captured

OPS = ("insert", "update", "delete")
# Names as PostgreSQL spells them in pg_proc.proconfig. With these a value has the same text in every session.
SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "TimeZone": "'UTC'",
    "DateStyle": "'ISO, YMD'",
    "IntervalStyle": "'iso_8601'",
    "extra_float_digits": "1",
    "bytea_output": "'hex'",
}
TRANSITIONS = {
    "insert": "NEW TABLE AS n",
    "update": "OLD TABLE AS o NEW TABLE AS n",
    "delete": "OLD TABLE AS o",
}


def function_name(table: Captured, op: str) -> str:
    return f"{table.table}_{op}"


def function_body(table: Captured, op: str, shape: int) -> str:
    """What the function does, as `pg_proc.prosrc` keeps it. `shape`: the number of its columns in audit.shape."""
    return f"""
DECLARE
    moment timestamptz := clock_timestamp();
    said uuid := nullif(current_setting('biro.context', true), '')::uuid;
BEGIN
    {_append(table, op, shape, _source(table, op))};
    RETURN NULL;
END """


def function_sql(table: Captured, op: str, shape: int) -> str:
    """CREATE OR REPLACE FUNCTION for one operation on one table."""
    settings = " ".join(f"SET {name} = {value}" for name, value in SETTINGS.items())
    return f"""
CREATE OR REPLACE FUNCTION audit.{_q(function_name(table, op))}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
{settings} AS $capture${function_body(table, op, shape)}$capture$"""


def adoption_sql(table: Captured, shape: int, outdated: Sequence[int] = ()) -> str:
    """Entries for rows that stood in a table before its capture, so that every live row has one.

    Only where the log has never told of the table: else a row it does not know, or knows otherwise, was written while
    triggers were off, and entered anew it would pass for one that is as it should be.

    With `outdated` for rows whose last entry has one of these shapes instead: after a migration took a column away, or
    gave it another kind, nobody can make that entry's hash again.
    """
    told = f"audit.entry WHERE ent = '{table.label}' AND op IN ('insert', 'update', 'delete')"
    source = f"public.{_q(table.table)} AS n"
    if outdated:
        source += f""" JOIN (SELECT DISTINCT ON (pk) pk, op, shape FROM {told} ORDER BY pk, id DESC) l
            ON l.pk = n.{_q(table.pk)}::text AND l.op <> 'delete' AND l.shape IN ({", ".join(map(str, outdated))})"""
    else:
        source += f" WHERE NOT EXISTS (SELECT FROM {told})"
    settings = "; ".join(f"SET LOCAL {name} = {value}" for name, value in SETTINGS.items())
    return f"""
DO $adopt$
DECLARE
    moment timestamptz := clock_timestamp();
    said uuid;
BEGIN
    PERFORM audit.open_context('{{"task":"migrate"}}');
    said := current_setting('biro.context')::uuid;
    {settings};
    {_append(table, "insert", shape, source)};
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


def triggers(table: Captured) -> dict[str, str]:
    """The triggers of a table by name, each in the words of pg_get_triggerdef."""
    name, key = f"public.{table.table}", table.pk
    old, new = f"old.{key}", f"new.{key}"
    if isinstance(table.model._meta.pk, CharField):  # which the server compares as text
        old, new = f"({old})::text", f"({new})::text"
    watching = {
        f"audit_{op}": f"AFTER {op.upper()} ON {name} REFERENCING {TRANSITIONS[op]} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit.{function_name(table, op)}()"
        for op in OPS
    }
    refusing = {
        "audit_key": f"BEFORE UPDATE OF {key} ON {name} FOR EACH ROW "
        f"WHEN (({old} IS DISTINCT FROM {new})) EXECUTE FUNCTION audit.refuse_key_change()",
        "audit_truncate": f"BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse()",
    }
    return {trigger: f"CREATE TRIGGER {trigger} {rest}" for trigger, rest in (watching | refusing).items()}


def triggers_sql(table: Captured) -> str:
    made = triggers(table)
    lines = [definition.replace("CREATE", "CREATE OR REPLACE", 1) for definition in made.values()]
    always = ", ".join(f"ENABLE ALWAYS TRIGGER {trigger}" for trigger in made)
    return ";\n".join([*lines, f"ALTER TABLE public.{table.table} {always}"])


def _q(name: str) -> str:
    return f'"{name}"'


def _source(table: Captured, op: str) -> str:
    if op == "update":
        key = _q(table.pk)
        unlike = " OR ".join(["o.* IS DISTINCT FROM n.*", *(_differs(table, name) for name in table.by_text)])
        return f"o JOIN n ON n.{key} = o.{key} WHERE {unlike}"
    return "n" if op == "insert" else "o"


def _differs(table: Captured, column: str) -> str:
    text = "::text" if column in table.by_text else ""
    return f"o.{_q(column)}{text} IS DISTINCT FROM n.{_q(column)}{text}"


def _value(row: str, column: str) -> str:
    return f"coalesce(to_json({row}.{_q(column)})::text, 'null')"


def _object(columns: Iterable[str], row: str) -> str:
    """A compact JSON object in the columns' order: the same bytes on every server and for ever."""
    chosen = ", ".join(f"{row}.{_q(column)}" for column in columns)
    return f"(SELECT row_to_json(chosen)::text FROM (SELECT {chosen}) chosen)"


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
        changes.append(f"CASE WHEN {_differs(table, column)} THEN '\"{column}\":' || {pair} END")
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
