"""Rows that a migration entered anew: what it told is what the log said before, but for what it changed itself."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from biroumum.audit.verification.finding import MOST, Finding

# Only a table whose columns have changed has such entries.
CHANGED = "SELECT ent FROM audit.shape GROUP BY ent HAVING count(*) > 1 ORDER BY 1"
# An insertion of a row that was there. One with an erased payload cannot be held against what was told before.
ADOPTED = """
    WITH entries AS (
        SELECT e.id, e.pk, e.shape, p.body, e.op = 'insert' AND lag(e.op) OVER past IN ('insert', 'update') AS anew,
            bool_or(p.entry_id IS NULL) OVER (PARTITION BY e.pk) AS erased
        FROM audit.entry e LEFT JOIN audit.payload p ON p.entry_id = e.id AND p.at = e.at
        WHERE e.ent = %(label)s AND e.op IN ('insert', 'update', 'delete')
        WINDOW past AS (PARTITION BY e.pk ORDER BY e.id)
    ), told AS (
        SELECT e.id, e.pk, e.anew, t.name, t.value, k.kind, lag(t.value) OVER past AS before, lag(k.kind) OVER past AS was
        FROM entries e CROSS JOIN audit.told(e.body) t LEFT JOIN (
            SELECT s.id, c.name, c.kind FROM audit.shape s CROSS JOIN unnest(s.columns, s.types) c (name, kind)
        ) k ON k.id = e.shape AND k.name = t.name
        WHERE NOT e.erased AND e.pk IN (SELECT pk FROM entries WHERE anew)
        WINDOW past AS (PARTITION BY e.pk, t.name ORDER BY e.id)
    )
    SELECT pk, id, string_agg(name, ', ' ORDER BY name) FROM told
    WHERE anew AND before <> value AND coalesce(kind = was, true) GROUP BY pk, id ORDER BY id LIMIT %(most)s"""


def check_adoptions(db: psycopg.Connection) -> Iterator[Finding]:
    for (label,) in db.execute(CHANGED).fetchall():
        for key, entry, columns in db.execute(ADOPTED, {"label": label, "most": MOST}):
            yield Finding("adoption", label, key, columns, _OTHER.format(entry=entry))


_OTHER = (
    "the migration that entered this row anew (entry {entry}) found other values than the log had told: the row was "
    "changed past its triggers before. Compare with a backup, and write it through the portal as it should be."
)
