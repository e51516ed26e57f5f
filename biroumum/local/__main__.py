"""`make run`: the whole portal on this machine, with demo data, until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

from honcho.manager import Manager
from honcho.printer import Printer

from biroumum.local import installation

WORKERS, THREADS = 2, 4


def main() -> int:
    if os.environ.get("MODE", "local") == "production":
        print("make run brings demo data, so it does not start with MODE=production. See docs/operations.md.")
        return 2
    port = os.environ.get("PORT", "8000")
    with installation.database(), installation.queue():
        password = os.environ.get("DEMO_PASSWORD") or installation.read_env().get("DEMO_PASSWORD")
        known = installation.write_env(DEMO_PASSWORD=password or secrets.token_urlsafe(12))
        environment = {**os.environ, **known, "DEMO": "1", "PORT": port, "PYTHONUNBUFFERED": "1"}
        for command in (
            ["migrate", "-v0"],
            ["createcachetable"],
            ["load_regions"],
            ["demo"],
            ["collectstatic", "--noinput", "-v0"],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=installation.ROOT, env=environment, check=True
            )  # noqa: S603
        print(f"\nBiro Umum: http://127.0.0.1:{port}/   (Ctrl-C menghentikan semuanya)\n", flush=True)
        return _supervise(environment, port)


def _supervise(environment: dict[str, str], port: str) -> int:
    """Web, worker and beat; when one ends, all end."""
    python = sys.executable
    programs = {
        "web": f"-m gunicorn biroumum.wsgi --bind 127.0.0.1:{port} --workers {WORKERS} --threads {THREADS} "
        "--access-logfile /dev/null",
        "worker": "-m celery -A biroumum worker --concurrency 1 --loglevel WARNING --without-gossip --without-mingle",
        "beat": f"-m celery -A biroumum beat --loglevel WARNING --pidfile= -s {installation.data_dir()}/beat",
    }
    manager = Manager(Printer(sys.stdout))
    for name, arguments in programs.items():
        manager.add_process(name, f"exec {python} {arguments}", env=environment, cwd=str(installation.ROOT))
    manager.loop()
    return int(manager.returncode or 0)


if __name__ == "__main__":
    sys.exit(main())
