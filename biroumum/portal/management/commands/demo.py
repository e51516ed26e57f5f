"""Fill an empty database with the demo, and say who is who."""

import os
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from biroumum.accounts.models import User
from biroumum.portal.demo.aids import create_aids
from biroumum.portal.demo.cast import PEOPLE, TOTP_SECRET, create_cast
from biroumum.portal.demo.complaints import create_complaints
from biroumum.portal.demo.requests import create_requests
from complaints.tasks import keep_statistics


def _keep_passwords(password: str) -> None:
    """What is printed is true also when this start brings another password than the first."""
    cast = User.objects.filter(email__in=[person.email for person in PEOPLE])
    first = cast.first()
    if first is None or first.check_password(password):
        return
    with transaction.atomic():
        for user in cast:
            user.set_password(password)
            user.save(update_fields=["password"])


class Command(BaseCommand):
    help = "Load demo data into an empty database and print the cast with passwords. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", action="store_true", help="Only print the demo's one-time code of now.")

    def handle(self, *args: object, code: bool = False, **options: object) -> None:
        password = os.environ.get("DEMO_PASSWORD") or settings.DEMO_PASSWORD
        if settings.PRODUCTION:
            raise CommandError("Demo data are refused in production.")
        if code:
            self.stdout.write(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30)))
            return
        if not password:
            raise CommandError("Set DEMO_PASSWORD.")
        if not User.objects.exists():
            cast = create_cast(password)
            with transaction.atomic():
                create_aids()
            create_complaints(cast)
            create_requests(cast)
            keep_statistics()
        _keep_passwords(password)
        self.stdout.write(f"\nKata sandi semua orang: {password}")
        self.stdout.write(f"Rahasia TOTP untuk yang wajib faktor kedua (*): {TOTP_SECRET}\n")
        self.stdout.write("Tanpa ponsel, kode sekarang: .venv/bin/python manage.py demo --code\n\n")
        for person in PEOPLE:
            user = User.objects.filter(email=person.email).first()
            if user is not None:
                mark = "*" if user.needs_second_factor else " "
                self.stdout.write(f" {mark} {person.email:<28} {person.name:<20} {person.title}")
