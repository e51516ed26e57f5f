"""Take personal data out of ended cases whose time is over; asked to, do what the archive schedule says of the oldest."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM
from complaints import services
from complaints.services import archiving, retention
from complaints.services.retention import Gone
from complaints.states import Fate, Retained

UNVERIFIED = "unverified"


class Command(BaseCommand):
    help = "Take personal data out of ended cases whose time is over, as the timer does each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go; cases by number")
        parser.add_argument(
            "--archive",
            action="store_true",
            help="also destroy or keep for good what the archive schedule says",
        )

    def handle(self, *args: Any, dry_run: bool, archive: bool, **options: Any) -> None:
        at = timezone.now()
        found: dict[Retained, dict[str, Gone]] = {what: {} for what in Retained}
        archived = self._archive(at, dry_run) if archive else {}
        for case in retention.due(at).iterator():
            if case.number in archived.get(Fate.DESTROYED, ()):
                continue  # a dry run has put it back
            for what, gone in services.anonymise(case, actor=SYSTEM, at=at, dry=dry_run).items():
                found[what][case.number] = gone
        for what, cases in found.items():
            self._tell(what, cases, "files" if what == Retained.FILES else "fields")
        for fate, cases in archived.items():
            self._tell(fate, cases, "fields")

    def _archive(self, at: dt.datetime, dry: bool) -> dict[str, dict[str, Gone]]:
        """By what the schedule says, the cases of which it was done; `unverified` wait until it has been checked."""
        found: dict[str, dict[str, Gone]] = {name: {} for name in (*Fate.values, UNVERIFIED)}
        rules = archiving.rules_on(timezone.localdate(at))
        for case in archiving.due(at, rules).iterator():
            rule = archiving.rule_of(case.kind, rules)
            if rule is None or not rule.verified:
                found[UNVERIFIED][case.number] = Gone(0, 0)
            elif gone := services.dispose(case, actor=SYSTEM, at=at, dry=dry):
                found[rule.fate][case.number] = gone
        return found

    def _tell(self, what: str, cases: Mapping[str, Gone], noun: str) -> None:
        fields = sum(gone.fields for gone in cases.values())
        payloads = sum(gone.payloads for gone in cases.values())
        self.stdout.write(f"{what}: {len(cases)} cases, {fields} {noun}, {payloads} payloads of the log")
        if cases:
            self.stdout.write("  " + ", ".join(cases))
