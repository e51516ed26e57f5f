"""What a start does after `migrate`, in one process: importing the portal takes longer than each of these."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from biroumum.audit import keys


class Command(BaseCommand):
    requires_system_checks = ()  # `migrate` has made them
    help = (
        "Bring regions, static files and (not in production) keys up to this version; with --demo, the demo."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="Fill an empty database and print the cast.")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        call_command("load_regions", stdout=self.stdout)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not settings.PRODUCTION:  # there an administrator makes them
            keys.make_missing()
        if demo:
            call_command("demo", stdout=self.stdout)
