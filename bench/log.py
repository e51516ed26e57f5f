"""What the log itself does: beside three packages on one model, in the tree, and under transactions that stay open."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from bench.choice import Choice, Line
from bench.database import Bench
from bench.server import ROOT
from biroumum.audit import merkle
from biroumum.audit.notes import Signer
from biroumum.audit.sequencer import Sequencer
from biroumum.audit.tiles import Folder
from biroumum.audit.upkeep import SQL
from biroumum.local.postgres import LOGINS

RIVALS = ("our log", "django-pghistory", "django-simple-history", "django-auditlog")
WRITE, BYTES = "one row changed, with its actor: {}", "bytes of such an entry: {}"
ALONE = "statements of a submission, and those for the log alone (at most 2)"
WAITING, OPEN, SECONDS = 50_000, 5, 90
SEQUENCED = "entries given a place, 50,000 waiting (at least 5,000 a second)"
MEANWHILE = "promise to receipt, 5 transactions open for 90 s (at most 60 s)"
PROOF, LEAVES = "an inclusion proof among 1,000,000 (at most 50 ms)", 1_000_000
ORIGIN = "portal.example/transparansi/log"
KEY = Signer(ORIGIN, bytes(32))  # of this bench only


def statements(choice: Choice) -> list[Line]:
    """Of a submission: all it asks of the database, and those that are for the log alone."""
    if ALONE not in choice:
        return []
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.drafts import drafted

    for _twice in range(2):  # once warm
        draft, client = drafted(), Client()
        client.cookies["sessionid"] = draft.session
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/pengaduan/baru/periksa/", draft.form)
        if answer.status_code != 201:
            raise RuntimeError(f"a submission was answered with {answer.status_code}")
    alone = [
        query for query in queries if "audit.record" in query["sql"]
    ]  # a context rides along with a write
    return [Line(ALONE, f"{len(queries)}, {len(alone)}")]


def rivals(bench: Bench, choice: Choice) -> list[Line]:
    """A process of its own: no page of the portal shall carry three packages it does not use."""
    if not any(pattern.format(name) in choice for name in RIVALS for pattern in (WRITE, BYTES)):
        return []
    bench.cluster.bootstrap("rivals", dict.fromkeys(LOGINS, "bench"))
    url = bench.owner_url("rivals")
    with psycopg.connect(url, autocommit=True) as db:
        for name in ("log", "tree", "functions"):
            db.execute((SQL / f"{name}.sql").read_bytes())
    command = [sys.executable, "-m", "bench.rivals"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, check=True, capture_output=True
    )
    found = json.loads(done.stdout)
    bare, largest = found["bare"][0], max(found[name][1] for name in RIVALS[1:])
    lines = [Line(WRITE.format(name), f"{found[name][0]:.2f} ms", found[name][0] / bare) for name in RIVALS]
    return lines + [
        Line(BYTES.format(name), f"{found[name][1]:.0f} B", found[name][1] / largest) for name in RIVALS
    ]


def tree(bench: Bench, choice: Choice) -> list[Line]:
    """On a database of its own, as `biro_sequencer`, with files on this disk."""
    if not any(name in choice for name in (SEQUENCED, MEANWHILE, PROOF)):
        return []
    bench.clone("tree")
    lines = []
    with tempfile.TemporaryDirectory() as folder, bench.sequencer("tree") as db, bench.root("tree") as root:
        made = Sequencer(db, Folder(Path(folder)), ORIGIN, [KEY], [KEY.verifier])
        while made.turn():
            pass
        if SEQUENCED in choice:
            lines.append(Line(SEQUENCED, f"{_sequenced(made, root):,.0f}/s"))
        if MEANWHILE in choice:
            lines.append(Line(MEANWHILE, f"{_meanwhile(made, bench, root):.1f} s"))
        if PROOF in choice:
            lines.append(Line(PROOF, f"{_proof(made, root):.1f} ms"))
    return lines


def _write(db: psycopg.Connection, count: int) -> None:
    db.execute(
        "SELECT audit.append('event', 'told', 'documents.document/' || n, '{}') FROM generate_series(1, %s) n",
        [count],
    )


def _sequenced(sequencer: Sequencer, root: psycopg.Connection) -> float:
    """Entries a second, tiles and checkpoints on the disk included."""
    _write(root, WAITING)
    start = time.perf_counter()
    while sequencer.turn():
        pass
    return WAITING / (time.perf_counter() - start)


def _meanwhile(sequencer: Sequencer, bench: Bench, root: psycopg.Connection) -> float:
    """The longest way from an entry to a signed checkpoint over it, in seconds, while others do not commit."""
    with ExitStack() as stack:
        for _one in range(OPEN):
            _write(stack.enter_context(psycopg.connect(bench.cluster.url("tree"))), 1)
        end, longest = time.monotonic() + SECONDS, 0.0
        while time.monotonic() < end:
            _write(root, 1)
            start = time.monotonic()
            while not sequencer.turn():
                time.sleep(1)
            longest = max(longest, time.monotonic() - start)
            time.sleep(1)
    while sequencer.turn():
        pass
    return longest


def _proof(sequencer: Sequencer, root: psycopg.Connection) -> float:
    """Median milliseconds of a path, read through the function the portal calls."""
    size = sequencer.size
    root.execute(
        "INSERT INTO audit.leaf (idx, opaque, hash, data) SELECT n, true, sha256(n::text::bytea), '' "
        "FROM generate_series(%s::bigint, %s::bigint) n",
        [size, LEAVES - 1],
    )
    hashes = [
        row[0] for row in root.execute("SELECT hash FROM audit.leaf WHERE idx >= %s ORDER BY idx", [size])
    ]
    sequencer.add_nodes(size, hashes)
    root.execute("ANALYZE audit.leaf")
    took = []
    for number in range(200):
        start = time.perf_counter()
        merkle.inclusion(sequencer.read, number * 4_999, LEAVES)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)
