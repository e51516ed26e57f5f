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


class NotThere(CommandError):
    """What was asked for does not exist: exit 1. The text goes to the errors, so that no file is made of it."""


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
        except NotThere as error:
            if options["json"]:
                self._print({"ok": False, "why": str(error)})
            raise
        if options["json"]:
            self._print({"ok": answer.well, **answer.data})
        else:
            self.stdout.write("\n".join(answer.lines))
        if not answer.well:
            sys.exit(1)

    def _print(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
