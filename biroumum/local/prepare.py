"""`python -m biroumum.local.prepare`: bring texts, database and static files up to this version, anywhere.

Production runs it without the packages of the extra `local`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import partial

from biroumum.local import ROOT
from biroumum.local.tie import end_with
from biroumum.web.messages import compile_all


def manage(*command: str, environment: Mapping[str, str]) -> None:
    """One management command, which ends with us; raises CalledProcessError when it fails."""
    subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=dict(environment),
        check=True,
        preexec_fn=partial(end_with, os.getpid()),
    )


def prepare(environment: Mapping[str, str], *, demo: bool = False) -> None:
    compile_all()
    manage("migrate", "-v0", environment=environment)  # as the owner of the schema, so by itself
    manage("audit_replay_erasures", environment=environment)  # of an older backup, before anyone can look
    manage("furnish", *(["--demo"] if demo else []), environment=environment)


if __name__ == "__main__":
    prepare(os.environ)
