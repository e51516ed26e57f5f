"""Django's own command makes someone with every right; here nobody is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not offered: rights come from assignments. Use create_admin."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("There is no superuser. Use: manage.py create_admin EMAIL NAME")
