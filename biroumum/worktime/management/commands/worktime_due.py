import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from biroumum.worktime.calendar import due_at
from biroumum.worktime.models import TimeLimit
from biroumum.worktime.queries import holidays_since


class Command(BaseCommand):
    help = "Print the day on which a limit of N working days that starts on DATE ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", help="YYYY-MM-DD")
        parser.add_argument("count", type=int)
        parser.add_argument("--unit", choices=TimeLimit.Unit.values, default=TimeLimit.Unit.WORKING_DAY)

    def handle(self, *args: Any, date: str, count: int, unit: str, **options: Any) -> None:
        try:
            day = dt.date.fromisoformat(date)
        except ValueError as error:
            raise CommandError(f"{date}: not a date like 2026-03-17") from error
        if count < 0:
            raise CommandError(f"{count}: not a number of days")
        zone = timezone.get_default_timezone()
        due = due_at(dt.datetime.combine(day, dt.time(), zone), count, unit, holidays_since(day), zone)
        self.stdout.write(due.astimezone(zone).date().isoformat())
