"""What commands of the log have in common: plain lines or --json; exit 0 is well, 1 findings, 2 could not run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class CouldNotRun(CommandError):
    """The text says why, and what to do."""

    def __init__(self, why: object) -> None:
        super().__init__(str(why), returncode=2)


@dataclass(frozen=True)
class Answer:
    lines: Sequence[str]
    data: dict[str, Any] = field(default_factory=dict)
    well: bool = True


class LogCommand(BaseCommand):
    """A command overrides `answer`; what may stop it is in `troubles` and exits with 2."""

    requires_system_checks = ()
    troubles: tuple[type[Exception], ...] = (OSError,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object instead of sentences.")

    def answer(self, *args: Any, **options: Any) -> Answer:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self.answer(**options)
        except self.troubles as error:
            raise CouldNotRun(error) from error
        if options["json"]:
            self.stdout.write(json.dumps({"ok": answer.well, **answer.data}, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(answer.lines))
        if not answer.well:
            sys.exit(1)
