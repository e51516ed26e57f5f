"""The first administrator of a new portal, or one more when the others have left."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from biroumum.accounts.links import set_password_url
from biroumum.accounts.models import Assignment, Position, Unit, User


class Command(BaseCommand):
    help = "Make EMAIL an administrator from today, and print where to set the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email}: {error.messages[0]}") from error
        user = make_administrator(email.lower(), name)
        self.stdout.write(f"{user.name} <{user.email}> is an administrator.")
        self.stdout.write(f"Set the password within a day, then a second factor:\n{set_password_url(user)}")


@transaction.atomic
def make_administrator(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, name=name)
    if any(role.code == "administrator" for role in user.roles):
        return user
    unit, _made = Unit.objects.get_or_create(code="biro-umum", defaults={"name": "Biro Umum"})
    position, _made = Position.objects.get_or_create(
        unit=unit, title="Administrator Sistem", defaults={"roles": ["administrator"]}
    )
    today = timezone.localdate()
    held = position.assignments.filter(kind=Assignment.Kind.DEFINITIVE).exclude(ends__lte=today).exists()
    kind = Assignment.Kind.ACTING if held else Assignment.Kind.DEFINITIVE
    Assignment.objects.create(user=user, position=position, kind=kind, starts=today)
    return user
