"""Who is signed in, as each request asks."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.web.statements import Rows

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

    Each page of staff asks this first.
    """
    return [_assignment(row) for row in _asked()(user_id, timezone.localdate())]


@cache
def _asked() -> Rows:
    """The columns of `PARTS`, one part after the other, the offices last."""
    names = [f"{part}{name}" for part, model in PARTS.items() for name in _columns(model)]

    def make(user: int, day: dt.date) -> QuerySet[Any, Any]:
        return Assignment.objects.filter(user=user).live(day).with_offices().values_list(*names, "offices")

    return Rows(make, WHO, DAY)


@cache
def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _assignment(row: tuple[Any, ...]) -> Assignment:
    *values, offices = row
    made: list[Any] = []
    for model in PARTS.values():
        names = _columns(model)
        made.append(model.from_db(connection.alias, names, values[: len(names)]))
        del values[: len(names)]
    assignment, assignment.user, assignment.position, assignment.position.unit = made
    assignment.offices = offices
    return assignment
