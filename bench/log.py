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
from django.db import connections

from bench.choice import Choice, Line
from bench.database import NAME, Bench
from bench.server import ROOT
from biroumum.audit import keys, merkle
from biroumum.audit.notes import Signer
from biroumum.audit.receipts import tree_of
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
            lines.append(Line(MEANWHILE, f"{_meanwhile(bench, root):.1f} s"))
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


def _meanwhile(bench: Bench, root: psycopg.Connection) -> float:
    """The longest way from an entry to a signed checkpoint over it, in seconds, by the program as it runs in life."""
    command = [sys.executable, "manage.py", "audit_sequencer"]
    url = bench.cluster.url("tree", "biro_sequencer", "bench")
    said = os.environ | {"DJANGO_SETTINGS_MODULE": "biroumum.settings", "SEQUENCER_DATABASE_URL": url}
    with ExitStack() as stack:
        for _one in range(OPEN):
            _write(stack.enter_context(psycopg.connect(bench.cluster.url("tree"))), 1)
        program = subprocess.Popen(command, cwd=ROOT, env=said)  # noqa: S603 - our own program
        try:
            _signed(root)  # what the start itself takes is not the measure
            end, longest = time.monotonic() + SECONDS, 0.0
            while time.monotonic() < end:
                _write(root, 1)
                longest = max(longest, _signed(root))
                time.sleep(1)
        finally:
            program.terminate()
            program.wait()
    return longest


def _signed(root: psycopg.Connection) -> float:
    """Seconds until everything committed stands below a checkpoint of the program's own log."""
    start = time.monotonic()
    while root.execute("SELECT waiting FROM audit.standing(%s)", [keys.origin()]).fetchone() != (0,):
        time.sleep(0.05)
    return time.monotonic() - start


def _proof(sequencer: Sequencer, root: psycopg.Connection) -> float:
    """Median milliseconds of a path as the portal reads it for a receipt, each with an empty memory."""
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
    default = connections["default"]
    default.close()
    default.settings_dict["NAME"] = "tree"
    took = []
    for number in range(200):
        start = time.perf_counter()
        merkle.inclusion(tree_of(LEAVES), number * 4_999, LEAVES)
        took.append((time.perf_counter() - start) * 1000)
    default.close()
    default.settings_dict["NAME"] = NAME
    return statistics.median(took)
