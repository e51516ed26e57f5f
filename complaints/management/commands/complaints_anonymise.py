"""Take personal data out of ended cases whose time is over, or say what would go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM
from complaints import services
from complaints.services import retention
from complaints.states import Retained


class Command(BaseCommand):
    help = "Take personal data out of ended cases whose time is over; the timer does the same each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go; cases by number")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        at = timezone.now()
        found: dict[Retained, dict[str, retention.Gone]] = {what: {} for what in Retained}
        for case in retention.due(at).iterator():
            for what, gone in services.anonymise(case, actor=SYSTEM, at=at, dry=dry_run).items():
                found[what][case.number] = gone
        for what, cases in found.items():
            fields = sum(gone.fields for gone in cases.values())
            payloads = sum(gone.payloads for gone in cases.values())
            noun = "files" if what == Retained.FILES else "fields"
            self.stdout.write(f"{what}: {len(cases)} cases, {fields} {noun}, {payloads} payloads of the log")
            if cases:
                self.stdout.write("  " + ", ".join(cases))
