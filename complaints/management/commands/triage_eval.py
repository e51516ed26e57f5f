"""Measure the suggestions of category."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.exchange.cases import examples
from complaints.services.suggesting import Model, ModelRefused, active_codes, model_path, read
from complaints.services.training import Example, evaluate, kept


class Command(BaseCommand):
    help = (
        "Print how often the first suggestion, and one of three, is right: on a CSV (no, kategori, token_dasar) "
        "the model has not seen, or without a file on what officers chose."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        self.stdout.write(json.dumps(self._on(file) if file else kept()))

    def _on(self, file: Path) -> dict[str, Any]:
        model = self._model()
        try:
            rows = list(examples(file))
            if f"sha256:{sha256(file.read_bytes()).hexdigest()}" in model.about.get("sources", ()):
                self.stderr.write("PERINGATAN: model dilatih dengan berkas ini; angkanya bukan ukuran.")
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        for line in (line for line, example in rows if not example):
            self.stderr.write(f"baris {line}: kategori tidak dikenal atau uraian kosong, dihitung salah")
        return evaluate(model, (example or Example("", "") for _line, example in rows))

    def _model(self) -> Model:
        try:
            model = read(model_path())
        except FileNotFoundError as error:
            raise CommandError("belum ada model; jalankan triage_train") from error
        except (OSError, ModelRefused) as error:
            raise CommandError(f"{model_path()}: {error}") from error
        if model.about["categories"] != active_codes():
            self.stderr.write(
                "PERINGATAN: kategori sudah berubah; saran tidak ditampilkan sampai triage_train."
            )
        return model
