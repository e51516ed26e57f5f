"""The health check of the container `sequencer`: when it last showed itself, and what troubles it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def asked(url: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "deploy/sequencer_alive.py"],
        cwd=ROOT,
        env=os.environ | {"SEQUENCER_DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("seen", "trouble", "well", "said"),
    [
        ("now()", "", True, ""),
        ("now() - interval '2 minutes'", "", False, "has not shown itself for 0:02:0"),
        ("now()", "No log key in /keys", False, "No log key in /keys\n"),
    ],
)
def test_it_is_well_while_it_shows_itself_and_nothing_troubles_it(
    cluster, real_db, seen, trouble, well, said
):
    url = cluster.url(real_db, "biro_sequencer", PASSWORD)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f"UPDATE audit.sequencer SET seen_at = {seen}, trouble = %s", [trouble])
    code, told = asked(url)
    assert (code == 0) is well, told
    assert said in told


def test_a_database_that_is_away_is_told_without_a_traceback():
    code, told = asked("postgres://biro_sequencer:x@127.0.0.1:1/none")
    assert (code, told) == (1, "The database does not answer: OperationalError\n")
