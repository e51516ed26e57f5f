"""Train the suggestions of category."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.exchange.cases import examples
from complaints.services.suggesting import model_path, write
from complaints.services.training import TooLittle, train, verified_cases


class Command(BaseCommand):
    help = "Learn from the cases whose category an officer has verified, and from a CSV: no, kategori, token_dasar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", type=Path, dest="file")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        cases, sources = verified_cases(), ["portal"]
        if file:
            try:
                rows = list(examples(file))
                sources.append(f"sha256:{sha256(file.read_bytes()).hexdigest()}")
            except (OSError, ValueError) as error:
                raise CommandError(f"{file}: {error}") from error
            cases += [example for _line, example in rows if example]
            for line in (line for line, example in rows if not example):
                self.stderr.write(f"baris {line}: kategori tidak dikenal atau uraian kosong")
        try:
            model = train(cases, sources=sources)
        except TooLittle as error:
            raise CommandError(str(error)) from error
        write(model, model_path())
        told = {key: model.about[key] for key in ("version", "cases", "cross_validation")}
        self.stdout.write(json.dumps(told | {"file": str(model_path())}, ensure_ascii=False))
