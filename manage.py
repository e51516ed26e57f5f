#!/usr/bin/env python
"""Run a management command; without DATABASE_URL on the embedded database, started while it is needed."""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext

WITHOUT_DATABASE = {"", "help", "check", "collectstatic", "compilemessages", "makemessages", "version"}
WITHOUT_DATABASE |= {"audit_keys", "audit_proof", "receipt_verify"}
AS_OWNER = {"migrate"}  # changes the schema, so it connects as biro_migrate


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biroumum.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    with _database(command) as local:
        # An address of the owner counts only beside the address it belongs to.
        owner = local.get("MIGRATE_DATABASE_URL") or os.environ.get("MIGRATE_DATABASE_URL")
        if command in AS_OWNER and owner:
            os.environ["DATABASE_URL"] = owner
        from django.core.management import execute_from_command_line

        from biroumum.web import context

        with context.fresh(task=f"manage:{command}"):
            execute_from_command_line(sys.argv)


def _database(command: str) -> AbstractContextManager[dict[str, str]]:
    elsewhere = os.environ.get("DATABASE_URL") or os.environ.get("MODE") == "production"
    if elsewhere or command in WITHOUT_DATABASE or {"--help", "--version", "-h"} & set(sys.argv):
        return nullcontext({})
    from biroumum.local.installation import database

    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that the database stops, too
    return database()


if __name__ == "__main__":
    main()
