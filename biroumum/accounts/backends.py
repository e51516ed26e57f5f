"""Who is signed in, as each request asks."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, NamedTuple

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from biroumum.accounts.models import Assignment, Position, Unit, User

PARTS: dict[str, type[Model]] = {
    "": Assignment,
    "user__": User,
    "position__": Position,
    "position__unit__": Unit,
}
WHO, DAY = -1, dt.date.min  # stand in the kept statement for whom and when it is asked


class Backend(AuthenticationBackend):
    """allauth's, which reads someone on a position together with today's assignments: every page needs both."""

    def get_user(self, user_id: Any) -> User | None:
        live = live_of(user_id)
        if not live:
            return super().get_user(user_id)
        user: User = live[0].user
        if not self.user_can_authenticate(user):
            return None
        user.live = live
        return user


def live_of(user_id: int) -> list[Assignment]:
    """Today's assignments of someone with user, position, unit and offices, as `live().with_offices()` finds them.

    Each page of staff asks this first, so its statement is made once: that takes longer than to run it.
    """
    statement, fields = _asked()
    given: dict[Any, Any] = {WHO: user_id, DAY: timezone.localdate()}
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, [given[value] for value in statement.params])
        return [_assignment(row, fields) for row in cursor.fetchall()]


class Statement(NamedTuple):
    sql: str
    params: tuple[Any, ...]


@cache
def _asked() -> tuple[Statement, dict[str, list[str]]]:
    """The statement, and by part of `PARTS` the columns it gives, one part after the other, the offices last."""
    fields = {part: [field.attname for field in model._meta.concrete_fields] for part, model in PARTS.items()}
    names = [f"{part}{name}" for part in fields for name in fields[part]]
    rows = Assignment.objects.filter(user=WHO).live(DAY).with_offices().values_list(*names, "offices")
    return Statement(*rows.query.sql_with_params()), fields


def _assignment(row: tuple[Any, ...], fields: dict[str, list[str]]) -> Assignment:
    *values, offices = row
    made: dict[str, Any] = {}
    for part, names in fields.items():
        made[part] = PARTS[part].from_db(connection.alias, names, values[: len(names)])
        del values[: len(names)]
    assignment: Assignment = made[""]
    assignment.user, assignment.position, assignment.offices = made["user__"], made["position__"], offices
    assignment.position.unit = made["position__unit__"]
    return assignment
