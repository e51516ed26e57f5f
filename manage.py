#!/usr/bin/env python
"""Run a management command; without DATABASE_URL on the embedded database, started for as long as it is needed."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biroumum.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
