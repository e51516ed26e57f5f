"""How long `manage.py audit_verify` reads a log of 1,000,000 entries that all have their live row."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from django.db import connections

from bench import bulk, data
from bench.choice import Choice, Line
from bench.database import Bench
from bench.log import KEY
from bench.server import ROOT
from biroumum.audit.sequencer import Sequencer
from biroumum.audit.tiles import Folder

NAME = "audit_verify of 1,000,000 entries, live rows too (60 s, 500 MB)"
WIDE, ENTRIES = 100_000, 1_000_000  # complaints, and all together: the others are clocks
CLOCKS = """
    INSERT INTO worktime_clock (subject, limit_id, code, started_at, due_at, stopped_at, outcome)
    SELECT 'documents.document/' || n, l.id, l.code, now(), now() + interval '20 days', now(), 'done'
    FROM generate_series(1, %s) n, (SELECT id, code FROM worktime_timelimit ORDER BY id LIMIT 1) l"""


def verify(bench: Bench, choice: Choice) -> list[Line]:
    if NAME not in choice:
        return []
    data.people()
    sample = data.sample().pk
    connections.close_all()
    bench.clone("verify")
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "log"
        with bench.root("verify") as root:
            _fill(root, sample)
        with bench.sequencer("verify") as db:
            made = Sequencer(db, Folder(published), KEY.name, [KEY], [KEY.verifier])
            while made.turn():
                pass
        (Path(folder) / f"log.{KEY.verifier.key_id.hex()}.pub").write_text(KEY.verifier.vkey + "\n")
        seconds, megabytes = _measured(bench, folder)
    return [Line(NAME, f"{seconds:.0f} s {megabytes:.0f} MB")]


def _fill(root: psycopg.Connection, sample: int) -> None:
    for turn in range(WIDE // bulk.ROWS):
        root.execute(bulk._insert(sample, bulk.TABLE, turn))
    (entries,) = root.execute("SELECT count(*) FROM audit.entry").fetchone() or (0,)
    root.execute(CLOCKS, [ENTRIES - entries])
    root.execute("VACUUM ANALYZE")


def _measured(bench: Bench, folder: str) -> tuple[float, float]:
    """Seconds, and the process's largest memory; the command says that all is clean, or the bench stops."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "biroumum.settings",
        "DATABASE_URL": bench.url("verify"),
        "AUDITOR_DATABASE_URL": bench.cluster.url("verify", "biro_auditor", "bench"),
        "PUBLIC_URL": f"https://{KEY.name.partition('/')[0]}",
        "AUDIT_DIR": folder,
        "AUDIT_KEYS": folder,
    }
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", "audit_verify"], cwd=ROOT, env=environment)
    _pid, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("audit_verify found something in a log nobody touched")
    return time.perf_counter() - start, used.ru_maxrss / 1024
