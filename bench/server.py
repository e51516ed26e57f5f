"""gunicorn with one worker, otherwise as in production, and a browser that keeps its connection."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from biroumum.local.postgres import free_port

TOKEN = "b" * 32  # cookie and field of one visitor's forms
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    port: int
    process: subprocess.Popen

    def memory(self, *, anew: bool = False, peak: bool = False) -> float:
        """Resident MB of the worker, now or at its peak; `anew`: the peak is counted from here."""
        (worker,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if anew:
            Path(f"/proc/{worker}/clear_refs").write_text("5")
        status = Path(f"/proc/{worker}/status").read_text().splitlines()
        wanted = "VmHWM" if peak else "VmRSS"
        return int(next(line.split()[1] for line in status if line.startswith(wanted))) / 1024


@contextmanager
def server(**environment: str) -> Iterator[Server]:
    port = free_port()
    arguments = [
        "--workers",
        "1",
        "--threads",
        "4",
        "--keep-alive",
        "60",
        "--log-level",
        "warning",
        "--no-control-socket",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-m", "gunicorn", "bench.wsgi", "--bind", f"127.0.0.1:{port}", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
    )
    try:
        _await(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait()


def _await(port: int) -> None:
    for _turn in range(200):
        try:
            Browser(port).get("/healthz")
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")


@dataclass
class Browser:
    port: int
    session: str = ""
    address: str = "10.0.0.1"
    _line: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, expect: int = 200) -> bytes:
        return self._ask("GET", path, None, expect)

    def post(self, path: str, data: dict[str, str], expect: int) -> bytes:
        return self._ask("POST", path, urlencode(data | {"csrfmiddlewaretoken": TOKEN}), expect)

    def _ask(self, method: str, path: str, body: str | None, expect: int) -> bytes:
        self._line = self._line or http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Cookie": f"csrftoken={TOKEN}; sessionid={self.session}", "X-Forwarded-For": self.address}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        page = answer.read()
        if answer.status != expect:
            raise RuntimeError(
                f"{method} {path}: {answer.status} instead of {expect}\n{page.decode()[:4000]}"
            )
        return page
