"""`make run`: the whole portal on this machine, with demo data, until Ctrl-C."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Popen, Process

from biroumum.local import ROOT, installation
from biroumum.local.prepare import prepare
from biroumum.local.tie import end_with

WORKERS, THREADS = 2, 4
OTHER_ROLES = ("MIGRATE_DATABASE_URL", "SEQUENCER_DATABASE_URL", "AUDITOR_DATABASE_URL")


def main() -> int:
    port = os.environ.get("PORT") or "8000"
    if problem := _problem(port):
        print(problem, file=sys.stderr)
        return 2
    _stop_on_signals()
    try:
        with installation.only_one(), _services() as local:
            environment = _environment(local, port)
            prepare(environment, demo=True)
            print(f"\nBiro Umum: http://127.0.0.1:{port}/   (Ctrl-C menghentikan semuanya)\n", flush=True)
            return _supervise(environment, port)
    except installation.AlreadyRunning:
        print(f"The portal of {installation.data_dir()} runs already; another one needs another DATA_DIR.")
        return 2
    except subprocess.CalledProcessError as error:
        print(f"`{' '.join(error.cmd)}` failed; everything is stopped again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _problem(port: str) -> str:
    """Why the portal cannot start here, or nothing."""
    if os.environ.get("MODE", "local") == "production":
        return "make run brings demo data, so it does not start with MODE=production. See docs/operations.md."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError):
            return f"Port {port} is taken or no port; say another one: make run PORT=8010"
    return ""


@contextmanager
def _services() -> Iterator[dict[str, str]]:
    """PostgreSQL and Valkey, those of the environment or else our own; yields what local.env says."""
    with ExitStack() as stack:
        local: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL"):
            local = stack.enter_context(installation.database(keep_found=False))
        if not os.environ.get("REDIS_URL"):
            stack.enter_context(installation.queue())
        yield local | installation.read_env()


def _environment(local: Mapping[str, str], port: str) -> dict[str, str]:
    """For every program: what the shell says goes before local.env."""
    said = {name: value for name, value in os.environ.items() if value}
    if "DATABASE_URL" in said:  # then the other roles' addresses in local.env are of another database
        said = dict.fromkeys(OTHER_ROLES, "") | said
    password = said.get("DEMO_PASSWORD") or local.get("DEMO_PASSWORD") or secrets.token_urlsafe(12)
    installation.write_env(DEMO_PASSWORD=password)
    ours = {"DEMO": "1", "DEMO_PASSWORD": password, "PORT": port, "PYTHONUNBUFFERED": "1"}
    # On one's own machine root is no danger, and Celery's warning of it frightens whoever starts the portal first.
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    return {**quiet, **local, **said, **ours}


def _stop_on_signals() -> None:
    """TERM ends like Ctrl-C, and so does a closed terminal, whatever is under way."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))


class Program(Process):
    """Ends in good order when its supervisor is killed; honcho's own process between the two ends at once."""

    def __init__(self, supervisor: int, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        self.supervisor = supervisor

    def run(self, *args: Any) -> None:
        end_with(self.supervisor, signal.SIGKILL)
        self._child_ctor = partial(Popen, preexec_fn=partial(end_with, os.getpid()))
        super().run(*args)


def _supervise(environment: dict[str, str], port: str) -> int:
    """Web, worker, beat and sequencer; when one ends, all end. Returns the exit status of the first to end."""
    celery = "-m celery --quiet -A biroumum"
    programs = {
        "web": f"-m gunicorn biroumum.wsgi --preload --bind 127.0.0.1:{port} --workers {WORKERS} "
        f"--threads {THREADS} --log-level warning --no-control-socket",
        "worker": f"{celery} worker --concurrency 1 --loglevel WARNING --without-gossip --without-mingle",
        "beat": f"{celery} beat --loglevel WARNING --pidfile=",
        "sequencer": "manage.py audit_sequencer",
    }
    if not environment.get("SEQUENCER_DATABASE_URL"):
        del programs["sequencer"]
        print("Without SEQUENCER_DATABASE_URL entries of the log get no place in its tree.", flush=True)
    multiprocessing.set_start_method("fork", force=True)  # so that honcho's processes are our own children
    manager = Manager(Printer(sys.stdout))
    manager._process_ctor = partial(Program, os.getpid())
    for name, arguments in programs.items():
        command = f"exec '{sys.executable}' {arguments}"
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)


if __name__ == "__main__":
    sys.exit(main())
