"""What watches in the database against what the models say: the differences, and their mending after each migration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection as default_connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from biroumum.audit import capture
from biroumum.audit.registry import FRAMEWORK_TABLES, Captured, captured, uncaptured_tables

SQL = Path(__file__).resolve().parent / "sql"
FILES = [SQL / name for name in ("tree.sql", "functions.sql", "verify.sql")]
UNGUARDED = ("pending", "sequencer")  # a queue, and the working state of a process
_ROUTINE = r"^CREATE OR REPLACE (?:FUNCTION|PROCEDURE) {}\.(\w+).*?\$\$(.*?)\$\$"


Shape = tuple[
    str, tuple[str, ...], tuple[str, ...] | None
]  # label, columns, their kinds (None: not noted then)


_STANDS = """
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
        SELECT concat_ws(' ', relname, relkind, relacl, pg_get_userbyid(relowner),
            CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) END) FROM pg_class
        WHERE (relnamespace = 'audit'::regnamespace AND NOT relispartition AND relkind <> 'i')
            OR (relnamespace = 'public'::regnamespace AND starts_with(relname, 'audit_'))
        UNION ALL SELECT concat_ws(' ', proname, prosrc, proconfig, proacl, prosecdef, pg_get_userbyid(proowner))
        FROM pg_proc WHERE pronamespace = 'audit'::regnamespace
    ) made (line)"""


@dataclass
class Found:
    """What stands in the catalog. Anyone may read it; only the shapes come from a view of the log."""

    cursor: CursorWrapper

    def rows(self, sql: str) -> list[tuple]:
        self.cursor.execute(sql)
        return self.cursor.fetchall()

    @cached_property
    def tables(self) -> set[str]:
        return {name for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}

    @cached_property
    def functions(self) -> dict[str, tuple]:
        """name -> (body, as its owner, settings, owner)"""
        rows = self.rows(
            "SELECT proname, prosrc, prosecdef, proconfig, pg_get_userbyid(proowner) FROM pg_proc "
            "WHERE pronamespace = 'audit'::regnamespace"
        )
        return {name: (body, definer, set(said or ()), owner) for name, body, definer, said, owner in rows}

    @cached_property
    def triggers(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(table, trigger) -> (definition, state); "A" is always"""
        rows = self.rows(
            "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE starts_with(t.tgname, 'audit_') "
            "AND c.relnamespace = 'public'::regnamespace"
        )
        return {(table, name): (definition, state) for table, name, definition, state in rows}

    @cached_property
    def shapes(self) -> dict[Shape, int]:
        rows = self.rows("SELECT ent, columns, types, id FROM public.audit_shape")
        return {(ent, tuple(columns), types and tuple(types)): number for ent, columns, types, number in rows}

    @cached_property
    def kinds(self) -> dict[tuple[str, str], str]:
        """(table, column) -> its kind, as the hash of a row depends on it"""
        return {(table, name): kind for table, name, kind in self.rows("SELECT * FROM public.audit_column")}

    def shape(self, table: Captured) -> Shape:
        """The shape of its rows today."""
        kinds = tuple(self.kinds.get((table.table, column), "") for column in table.classes)
        return table.label, tuple(table.classes), kinds

    def outdated(self, table: Captured) -> list[int]:
        """Shapes of before whose hashes nobody can make any more: a column is gone, or of another kind."""

        def has(column: str, kind: str | None) -> bool:
            found = self.kinds.get((table.table, column))
            return found is not None and kind in (None, found)

        return [
            number
            for (label, columns, kinds), number in self.shapes.items()
            if label == table.label and not all(map(has, columns, kinds or [None] * len(columns)))
        ]

    @cached_property
    def unguarded(self) -> list[str]:
        """Tables and partitions of the log without both their guards in force."""
        rows = self.rows(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace "
            "AND c.relkind IN ('r', 'p') AND 2 <> (SELECT count(*) FROM pg_trigger t "
            "WHERE t.tgrelid = c.oid AND t.tgname IN ('refuse_change', 'refuse_truncate') AND t.tgenabled = 'A')"
        )
        return sorted({name for (name,) in rows} - set(UNGUARDED))


def capture_drift(connection: Any = default_connection) -> list[str]:
    """One sentence for each difference; empty when every table is watched as its model says.

    `connection`: Django's or psycopg's, of any role.
    """
    with connection.cursor() as cursor:
        found = Found(cursor)
        tables = list(captured())
        drift = [line for table in tables for line in table_drift(table, found)]
        drift += [f"audit.{name}: not guarded" for name in found.unguarded]
        drift += [f"audit.{name}: not as in biroumum/audit/sql" for name in _changed_routines(found)]
        drift += [f"audit.{name}: nobody's function" for name in _orphans(tables, found)]
        known = {table.table for table in tables} | uncaptured_tables() | FRAMEWORK_TABLES.keys()
        drift += [f"{name}: neither captured nor excused" for name in sorted(found.tables - known)]
    return drift


def table_drift(table: Captured, found: Found) -> list[str]:
    if table.table not in found.tables:
        return [f"{table.table}: no such table"]
    shape = found.shapes.get(found.shape(table), 0)
    settings = {f"{name}={value.strip(chr(39))}" for name, value in capture.SETTINGS.items()}
    drift = []
    for op in capture.OPS:
        name = capture.function_name(table, op)
        if found.functions.get(name) != (
            capture.function_body(table, op, shape),
            True,
            settings,
            "biro_owner",
        ):
            drift.append(f"{table.table}: function audit.{name} is missing or another one")
    for name, definition in capture.triggers(table).items():
        if found.triggers.get((table.table, name)) != (definition, "A"):
            drift.append(f"{table.table}: trigger {name} is missing, another one, or not always on")
    return drift


def routines(schema: str, *files: Path) -> dict[str, str]:
    """name -> body, as the files say."""
    wanted = re.compile(_ROUTINE.format(schema), re.S | re.M)
    return {name: body for file in files for name, body in wanted.findall(file.read_text())}


def _changed_routines(found: Found) -> list[str]:
    wanted = routines("audit", *FILES)
    return [name for name, body in wanted.items() if found.functions.get(name, ("",))[0] != body]


def _orphans(tables: list[Captured], found: Found) -> list[str]:
    wanted = {capture.function_name(table, op) for table in tables for op in capture.OPS}
    wanted |= routines("audit", *FILES).keys()
    return sorted(found.functions.keys() - wanted)


def install(connection: BaseDatabaseWrapper) -> None:
    """Bring the database's capture in line with the models; run as the owner after each migration.

    What stands as it should is not touched, so that a migration of one table stops the writers of no other, and a
    start that changes nothing leaves no entries.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('biro.upkeep', 'on', true)")  # said to audit_ddl, see database.sql
        if _noted(cursor) != _stands(cursor) or Found(cursor).unguarded:
            for file in FILES:
                cursor.execute(file.read_text())
        cursor.execute("SELECT audit.ensure_partitions(3)")
        _follow_models(cursor)
        if _noted(cursor) != _stands(cursor):
            cursor.execute("REVOKE ALL ON ALL ROUTINES IN SCHEMA audit FROM PUBLIC")
            cursor.execute(f"COMMENT ON SCHEMA audit IS '{_stands(cursor)}'")
        cursor.execute("SELECT set_config('biro.upkeep', 'off', true)")


def _follow_models(cursor: CursorWrapper) -> None:
    found = Found(cursor)
    tables = [table for table in captured() if table.table in found.tables]
    for shape in {found.shape(table) for table in tables} - found.shapes.keys():
        _note_shape(cursor, shape)
    del found.shapes  # read anew
    for table in tables:
        if table_drift(table, found):
            _watch(cursor, table, found)
    for name in _orphans(list(captured()), found):
        cursor.execute(f'DROP FUNCTION audit."{name}" CASCADE')


def _stands(cursor: CursorWrapper) -> str:
    """One mark for our files and for all that they made: relations, rights, functions, guards. Partitions come anew."""
    cursor.execute(_STANDS)
    files = sha256(b"".join(file.read_bytes() for file in FILES)).hexdigest()
    return f"{files} {cursor.fetchone()[0]}"


def _noted(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT obj_description(to_regnamespace('audit'), 'pg_namespace')")
    return str(cursor.fetchone()[0])


def _watch(cursor: CursorWrapper, table: Captured, found: Found) -> None:
    shape = found.shapes[found.shape(table)]
    for op in capture.OPS:
        cursor.execute(capture.function_sql(table, op, shape))
    cursor.execute(capture.triggers_sql(table))
    if (table.table, "audit_insert") not in found.triggers:
        cursor.execute(capture.adoption_sql(table, shape))
    elif outdated := found.outdated(table):
        cursor.execute(capture.adoption_sql(table, shape, outdated))


def _note_shape(cursor: CursorWrapper, shape: Shape) -> None:
    label, columns, kinds = shape
    cursor.execute(
        "INSERT INTO audit.shape (ent, columns, types) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [label, list(columns), list(kinds or ())],
    )
