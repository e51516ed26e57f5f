"""Dated rows of rules and limits: once something rests on a line it is history, and the database keeps it as it was."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations import RunSQL


def fixed_in_use(table: str, columns: Sequence[str], used: Sequence[tuple[str, str]], why: str) -> RunSQL:
    """A migration's step: these columns of a row never change while another row refers to it (restrict_violation).

    used: (table, column) of the foreign keys that lead to the row. why: what rests on it, in the refusal's words. What
    follows a line in use is a new row, from a day of its own.
    """
    refers = " OR ".join(f"EXISTS (SELECT FROM {other} WHERE {column} = OLD.id)" for other, column in used)
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    forward = f"""
CREATE FUNCTION {table}_in_use_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {refers} THEN
    RAISE EXCEPTION '{table} %: {why}, end it and add a row', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER in_use_is_fixed BEFORE UPDATE ON {table} FOR EACH ROW
  WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {table}_in_use_is_fixed();
"""
    backward = f"DROP TRIGGER in_use_is_fixed ON {table}; DROP FUNCTION IF EXISTS {table}_in_use_is_fixed();"
    return RunSQL(forward, backward)
