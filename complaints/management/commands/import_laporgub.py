"""Bring a file of the governor's complaint channel in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.exchange.laporgub import RowRefused, import_row, laporgub_rows
from complaints.models import Category

EVERY = 50  # rows between two looks of the progress bar
WIDTH = 30


class Command(BaseCommand):
    help = (
        "Import LaporGub complaints (CSV: no, kategori, token_dasar). Run it again to go on where it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            total = sum(1 for _row in laporgub_rows(file))  # all of it can be read, before the first is filed
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        categories = {category.code: category for category in Category.objects.all()}
        counts = {"baru": 0, "sudah ada": 0, "ditolak": 0, "dipotong": 0}
        for place, (line, row) in enumerate(laporgub_rows(file), start=1):
            try:
                imported = import_row(row, categories)
            except RowRefused as refused:
                counts["ditolak"] += 1
                self.stderr.write(f"\nbaris {line}: {refused}")
            else:
                counts["baru" if imported.new else "sudah ada"] += 1
                if imported.new and imported.cut:
                    counts["dipotong"] += 1
                    self.stderr.write(
                        f"\nbaris {line}: uraian dipotong, {imported.cut} huruf terakhir tidak ikut"
                    )
            if place % EVERY == 0 or place == total:
                self._show(place, total)
        self.stdout.write("\n" + ", ".join(f"{count} {word}" for word, count in counts.items()))

    def _show(self, done: int, total: int) -> None:
        full = WIDTH * done // total
        self.stdout.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}", ending="")
        self.stdout.flush()
