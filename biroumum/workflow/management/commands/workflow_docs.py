from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from biroumum.workflow.diagram import page
from biroumum.workflow.engine import WORKFLOWS


class Command(BaseCommand):
    help = "Write docs/workflows/<app>.md from the tables of transitions, or check that they are current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if a page is out of date"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "workflows"
        for label, workflows in groupby(sorted(WORKFLOWS), key=lambda key: key.partition(".")[0]):
            app = apps.get_app_config(label)
            text = page(str(app.verbose_name), [WORKFLOWS[key] for key in workflows])
            path = folder / f"{label}.md"
            if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
                raise CommandError(f"{path} is out of date: run manage.py workflow_docs")
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
