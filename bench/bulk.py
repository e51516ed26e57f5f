"""What capture costs thousands of rows at once: raw statements on complaints, and on a twin without triggers."""

from __future__ import annotations

import statistics
import time

import psycopg

from bench import data
from bench.database import Bench
from complaints.models import Complaint

ROWS, TURNS = 10_000, 7
TABLE, TWIN = "complaints_complaint", "complaints_twin"


def capture(bench: Bench) -> list[tuple[float, float]]:
    """Milliseconds of one INSERT and of one UPDATE of all rows, each with the log and without; medians, with commit."""
    took: dict[tuple[str, str], list[float]] = {}
    with bench.owner() as db:
        _twin(db)
        sample = data.sample().pk
        for turn in range(TURNS):
            for name in (TABLE, TWIN):
                for what, statement in (
                    ("INSERT", _insert(sample, name, turn)),
                    ("UPDATE", f"UPDATE {name} SET place = 'ukur {turn} ' || id WHERE id > {sample}"),
                ):
                    took.setdefault((what, name), []).append(_timed(db, statement))
                    db.execute(f"VACUUM ANALYZE {name}")
                db.execute(f"DELETE FROM {name} WHERE id > {sample}")
                db.execute(f"VACUUM {name}")
    median = {key: statistics.median(times) for key, times in took.items()}
    return [(median[what, TABLE], median[what, TWIN]) for what in ("INSERT", "UPDATE")]


def _twin(db: psycopg.Connection) -> None:
    """The same columns, indexes, checks, foreign keys and triggers, but those of the log."""
    db.execute(f"CREATE TABLE {TWIN} (LIKE {TABLE} INCLUDING ALL)")
    for (definition,) in db.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        [TABLE],
    ).fetchall():
        db.execute(
            f"ALTER TABLE {TWIN} ADD {definition.replace(f'REFERENCES {TABLE}(', f'REFERENCES {TWIN}(')}"
        )
    for (definition,) in db.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal "
        "AND NOT starts_with(tgname, 'audit_')",
        [TABLE],
    ).fetchall():
        db.execute(definition.replace(f"ON public.{TABLE} ", f"ON public.{TWIN} "))


def _insert(sample: int, into: str, turn: int) -> str:
    """Copies of one complaint, unlike it where they must be."""
    own = {
        "id": f"nextval(pg_get_serial_sequence('{TABLE}', 'id'))",
        "number": f"'UKUR-{turn}-' || n",
        "submit_hash": f"sha256(('{into}{turn}-' || n)::bytea)",
    }
    columns = [str(field.column) for field in Complaint._meta.concrete_fields]
    values = ", ".join(own.get(column, f"sample.{column}") for column in columns)
    return (
        f"INSERT INTO {into} ({', '.join(columns)}) SELECT {values} "
        f"FROM {TABLE} sample, generate_series(1, {ROWS}) n WHERE sample.id = {sample}"
    )


def _timed(db: psycopg.Connection, statement: str) -> float:
    start = time.perf_counter()
    db.execute(statement)
    return (time.perf_counter() - start) * 1000
