"""10,000 cases brought in by the importer, through the same service as the form, with the log and without."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.choice import Choice, Line
from bench.database import Bench
from bench.server import ROOT

NAME = "10,000 rows imported through the services, captured"
ROWS, PARTS = 10_000, 4
WITH, WITHOUT = "import_on", "import_off"


def imports(bench: Bench, choice: Choice) -> list[Line]:
    """Seconds of both, in turns of 2,500 rows, so that a busy machine hits both alike."""
    if NAME not in choice:
        return []
    bench.clone(WITH)
    bench.clone_without_log(WITHOUT)
    took = {"on": 0.0, "off": 0.0}
    with TemporaryDirectory() as folder:
        for part in range(PARTS):
            file = Path(folder) / f"{part}.csv"
            _write(file, part * ROWS // PARTS, ROWS // PARTS)
            for capture, url in (("on", bench.url(WITH)), ("off", bench.url(WITHOUT))):
                start = time.perf_counter()
                subprocess.run(  # noqa: S603 - our own program
                    [sys.executable, "-m", "bench.imports", str(file)],
                    cwd=ROOT,
                    env=os.environ | {"DATABASE_URL": url, "BENCH_CAPTURE": capture},
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                took[capture] += time.perf_counter() - start
    return [Line(NAME, f"{took['on']:.1f} s", took["on"] / took["off"], 1.5)]


def _write(file: Path, first: int, count: int) -> None:
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("no", "kategori", "token_dasar"))
        words = "lampu jalan padam lapor warga minta segera tindak lanjut dinas terkait gelap rawan malam"
        rows.writerows((first + number + 1, "kesehatan", f"{words} {number}") for number in range(count))


if __name__ == "__main__":
    from django.core.management import call_command

    import bench.wsgi  # noqa: F401 - sets Django up, with the log or without

    call_command("import_laporgub", sys.argv[1])
