"""What tests stand on: a real PostgreSQL migrated once as the owner, real Valkey and SMTP, and a real browser.

One cluster serves a whole run in its own temporary folder, so two runs at once do not meet. It has two templates: one
just migrated, one with the cast in it for tests that ask for the cast. Each worker has its own clones of them; `real_db`
gives one test a clone of its own, with real commits and many connections.
"""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from psycopg import sql

from biroumum.local.postgres import LOGINS, Cluster
from biroumum.web import names
from biroumum.web.messages import compile_all

pytest_plugins = ["tests.fixtures_services", "tests.fixtures_cast", "tests.fixtures_log", "tests.races"]
ROOT = Path(__file__).resolve().parent.parent
TEMPLATE, WITH_CAST = "biro_template", "biro_template_cast"
PASSWORD = "test"
OWNER = "?options=" + quote("-c role=biro_owner")
CHEAP_HASHES = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ASKED, OWN = pytest.StashKey[str](), pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    compile_all()
    folder = Path(tempfile.mkdtemp(prefix="biroumum-test-", dir=_memory()))
    config.biro_folder = folder  # type: ignore[attr-defined]
    os.environ["BIRO_TEST_CLUSTER"] = str(folder / "postgres")
    # pytest's own folder is one for all runs of a user, and each run shuts it against the `nobody` PostgreSQL runs as.
    config.option.basetemp = config.option.basetemp or str(folder / "tmp")
    _forget_installation(folder)


def _memory() -> Path | None:
    """A folder in memory with room for some GB, if there is one: a database is copied there in a tenth of the time."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 3 << 30
    return memory if roomy else None


def _forget_installation(folder: Path) -> None:
    """pytest-django has read the settings already, and with them the local.env of a portal that may run here."""
    known = settings.DATA_DIR / "local.env"
    for line in known.read_text().splitlines() if known.exists() else []:
        os.environ.pop(line.partition("=")[0], None)
    os.environ["DATA_DIR"] = str(folder)
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT = folder, folder / "media", folder / "static"
    settings.AUDIT_KEYS, settings.AUDIT_DIR = folder / "keys", folder / "transparansi"
    settings.SECRET_KEY, settings.DEMO_PASSWORD = "test", ""
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # nobody listens there


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end: looked through at every turn of the collector it is a fifth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = getattr(config, "biro_folder", None)
    if folder is not None:
        if (folder / "postgres" / "port").exists():
            Cluster(folder / "postgres").stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(django_db_blocker: Any) -> Cluster:
    """The run's cluster; whichever worker comes first starts it and makes the templates."""
    cluster = Cluster(Path(os.environ["BIRO_TEST_CLUSTER"]), fast=True)
    ready, lock = cluster.folder / "ready", cluster.folder / "lock"
    cluster.folder.mkdir(parents=True, exist_ok=True)
    import fcntl

    with lock.open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not ready.exists():
            cluster.start()
            cluster.bootstrap(TEMPLATE, dict.fromkeys(LOGINS, PASSWORD))
            migrate(cluster, TEMPLATE)
            with django_db_blocker.unblock():
                make_cast(cluster)
            ready.touch()
    return cluster


def migrate(cluster: Cluster, database: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": cluster.url(database, "biro_migrate", PASSWORD, OWNER),
        "MIGRATE_DATABASE_URL": cluster.url(database, "biro_migrate", PASSWORD, OWNER),
        "DJANGO_SETTINGS_MODULE": "biroumum.settings",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def make_cast(cluster: Cluster) -> None:
    from biroumum.portal.demo.cast import create_cast
    from tests.fixtures_cast import PASSWORD as OF_THE_CAST

    point_at(cluster, clone(cluster, TEMPLATE, WITH_CAST))
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHES):
        create_cast(OF_THE_CAST)
    connections["default"].close()


def clone(cluster: Cluster, template: str, name: str = "") -> str:
    name = name or f"biro_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as db:
        db.execute(
            sql.SQL("CREATE DATABASE {} OWNER biro_owner TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return name


def drop(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_at(cluster: Cluster, name: str) -> None:
    """Make Django, in every thread, use this database as the portal's own role."""
    connections["default"].close()
    for known in (
        settings.DATABASES["default"],
        connections["default"].settings_dict,
        connections.settings["default"],
    ):
        known.update(
            NAME=name,
            USER="biro_app",
            PASSWORD=PASSWORD,
            HOST="127.0.0.1",
            PORT=str(cluster.port),
            CONN_MAX_AGE=0,
        )
    os.environ["DATABASE_URL"] = cluster.url(name, "biro_app", PASSWORD)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture opens a transaction the worker turns to its database from the template this test asks for."""
    asked = WITH_CAST if "cast" in item.fixturenames else TEMPLATE  # type: ignore[attr-defined]
    item.config.stash[ASKED] = asked
    own = item.config.stash.get(OWN, None)
    if own and connections["default"].settings_dict["NAME"] != own[asked]:
        point_at(Cluster(Path(os.environ["BIRO_TEST_CLUSTER"])), own[asked])


@pytest.fixture(scope="session")
def django_db_setup(pytestconfig: pytest.Config, cluster: Cluster, django_db_blocker: Any) -> Iterator[None]:
    own = {template: clone(cluster, template) for template in (TEMPLATE, WITH_CAST)}
    pytestconfig.stash[OWN] = own
    with django_db_blocker.unblock():
        point_at(cluster, own[pytestconfig.stash[ASKED]])
    yield
    connections["default"].close()
    for name in own.values():
        drop(cluster, name)


@pytest.fixture
def real_db(
    pytestconfig: pytest.Config, cluster: Cluster, django_db_setup: None, django_db_blocker: Any
) -> Iterator[str]:
    """A database of this test's own, with real commits; yields its name. For races, capture and faults."""
    before = str(connections["default"].settings_dict["NAME"])
    name = clone(cluster, pytestconfig.stash[ASKED])
    with django_db_blocker.unblock():
        point_at(cluster, name)
        yield name
        connections.close_all()
        point_at(cluster, before)
    drop(cluster, name)


@pytest.fixture
def owner_db(cluster: Cluster, real_db: str) -> Iterator[psycopg.Connection]:
    """A connection to the test's own database as biro_owner: what an administrator with the keys could do."""
    with psycopg.connect(cluster.url(real_db, "biro_migrate", PASSWORD, OWNER), autocommit=True) as db:
        yield db


@pytest.fixture(autouse=True)
def _test_manners(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap password hashes, no waiting for even answers, static files without a manifest, no names kept."""
    names.forget()
    monkeypatch.setattr("biroumum.accounts.views.EVEN_SECONDS", 0)
    settings.PASSWORD_HASHERS = CHEAP_HASHES
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
