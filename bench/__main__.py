"""`make bench`: the portal's pages beside a bare Django view, in one run on one database of its own.

The yardstick renders 50 rows by key from a table of 1,000,000, and inserts one row. Ratios are medians over medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
CASES, BARE_ROWS, TURNS = 100_000, 1_000_000, 60
COPY = """
INSERT INTO complaints_complaint ({columns})
SELECT {values} FROM complaints_complaint c, generate_series(1, %s) n WHERE c.id = %s"""


def main() -> int:
    from biroumum.local.postgres import LOGINS, Cluster

    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres")
        cluster.start()
        try:
            cluster.bootstrap("bench", dict.fromkeys(LOGINS, "bench"))
            owner = cluster.url("bench", "biro_migrate", "bench", "?options=" + quote("-c role=biro_owner"))
            os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "biroumum.settings"}
            for command in (["migrate", "-v0"], ["createcachetable"]):
                environment = {**os.environ, "DATABASE_URL": owner, "MIGRATE_DATABASE_URL": owner}
                subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)  # noqa: S603
            os.environ["DATABASE_URL"] = cluster.url("bench", "biro_app", "bench")
            measure(owner)
        finally:
            cluster.stop("immediate")
    return 0


def measure(owner: str) -> None:
    import django
    import psycopg

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with psycopg.connect(owner, autocommit=True) as db:
        db.execute("CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
        db.execute("INSERT INTO bare (name) SELECT 'baris ' || n FROM generate_series(1, %s) n", [BARE_ROWS])
    from bench import work

    sample = work.prepare()
    rows: dict[str, tuple[float, str]] = {}
    few = work.statements_of_list()
    work.multiply(COPY, CASES, sample)
    with psycopg.connect(owner, autocommit=True) as db:
        db.execute("ANALYZE")
    bare_list, bare_insert = median(work.bare_list), median(work.bare_insert)
    for name, call, base, limit in (
        ("daftar pengaduan", work.complaint_list, bare_list, 3),
        ("pengaduan baru", work.submit, bare_insert, 8),
        ("satu langkah", work.step, bare_insert, 8),
    ):
        took = median(call)
        rows[name] = (took, f"{took / base:5.1f} × (paling banyak {limit} ×)")
    print(f"\n{CASES:,} pengaduan, {BARE_ROWS:,} baris tolok ukur, {TURNS} kali, median ms")
    print(f"{'tolok ukur: daftar':<22}{bare_list:8.2f}\n{'tolok ukur: sisip':<22}{bare_insert:8.2f}")
    for name, (took, ratio) in rows.items():
        print(f"{name:<22}{took:8.2f}  {ratio}")
    print(f"pernyataan SQL daftar: {few} pada sedikit baris, {work.statements_of_list()} pada {CASES:,}")


def median(call: Callable[[], object]) -> float:
    """Milliseconds, after five turns that are not counted."""
    times = []
    for turn in range(TURNS + 5):
        start = time.perf_counter()
        call()
        if turn >= 5:
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
