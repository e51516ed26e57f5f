"""Asks the database when the sequencer last showed itself, and what troubles it; exit status 0 when all is well."""

import os
import sys

import psycopg

SIGN = "SELECT now() - seen_at, now() - seen_at > interval '1 minute', trouble FROM audit.standing('')"
try:
    with psycopg.connect(os.environ["SEQUENCER_DATABASE_URL"], connect_timeout=4) as db:
        since, late, trouble = db.execute(SIGN).fetchone() or (None, True, "")
except psycopg.Error as error:
    sys.exit(f"The database does not answer: {type(error).__name__}")
if late or trouble:
    sys.exit(trouble or f"The sequencer has not shown itself for {since}.")
