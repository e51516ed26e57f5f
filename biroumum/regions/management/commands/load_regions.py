from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from biroumum.regions.services import DATA, load_regions


class Command(BaseCommand):
    help = (
        "Bring the province's regencies, districts and villages into the table; running it again is harmless."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=DATA / f"{settings.PROVINCE['code']}.csv")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            done = load_regions(file)
        except (OSError, KeyError) as error:
            raise CommandError(
                f"{file}: not a file of code,name rows; see biroumum/regions/data/NOTICE.md"
            ) from error
        self.stdout.write(f"{done.created} regions added, {done.renamed} renamed, {done.same} as they were")
