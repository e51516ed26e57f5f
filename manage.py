#!/usr/bin/env python
"""Run a management command. Without DATABASE_URL it uses the embedded database, started for as long as it is needed."""

import os
import sys
from contextlib import nullcontext

WITHOUT_DATABASE = {
    "",
    "help",
    "check",
    "collectstatic",
    "compilemessages",
    "makemessages",
    "version",
    "--version",
}
AS_OWNER = {"migrate", "createcachetable"}  # change the schema, so they connect as biro_migrate


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biroumum.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    embedded = "DATABASE_URL" not in os.environ and os.environ.get("MODE", "local") != "production"
    if embedded and command not in WITHOUT_DATABASE and "--help" not in sys.argv:
        from biroumum.local.installation import database

        running = database()
    else:
        running = nullcontext({})
    with running as local:
        if command in AS_OWNER and (
            owner := os.environ.get("MIGRATE_DATABASE_URL") or local.get("MIGRATE_DATABASE_URL")
        ):
            os.environ["DATABASE_URL"] = owner
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
