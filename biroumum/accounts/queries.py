"""Whose assignments are in force, which offices someone works for, who holds a permission."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import QuerySet

from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.accounts.roles import ROLES

_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT u.id FROM accounts_unit u JOIN below b ON u.parent_id = b.id
) SELECT id FROM below
"""


def live_assignments(user: User, on: dt.date | None = None) -> list[Assignment]:
    """Assignments in force, position and unit loaded; today's are read once per User instance."""
    if on is None:
        return user.live
    return list(user.assignments.live(on).with_offices()) if user.is_active else []


def units_below(ids: set[int]) -> set[int]:
    """These units and everything under them."""
    return _walk(_BELOW, ids)


def _walk(statement: str, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)])
        return {row[0] for row in cursor.fetchall()}


def units_of(user: User) -> set[int]:
    """Units someone works in; a head's include all below. Read once per User instance."""
    known: set[int] | None = user.__dict__.get("_units")
    if known is None:
        positions = [assignment.position for assignment in live_assignments(user)]
        heads = {position.unit_id for position in positions if position.is_head}
        known = user.__dict__["_units"] = {position.unit_id for position in positions} | units_below(heads)
    return known


def offices_above(user: User) -> set[int]:
    """The units someone's positions stand in, with every unit these belong to."""
    return {unit for assignment in live_assignments(user) for unit in assignment.offices}


def units_where(user: User, permission: str) -> set[int]:
    """Units for which a position gives the permission; a head's include all below."""
    positions = [
        assignment.position
        for assignment in live_assignments(user)
        if any(permission in ROLES[role].permissions for role in assignment.position.roles if role in ROLES)
    ]
    heads = {position.unit_id for position in positions if position.is_head}
    return {position.unit_id for position in positions} | units_below(heads)


def holders(permission: str, unit: Unit | None = None) -> QuerySet[User]:
    """Active users who hold the permission today, through a position in the unit if one is given."""
    live = Assignment.objects.live().filter(position__roles__overlap=_roles(permission))
    if unit is not None:
        live = live.filter(position__unit=unit)
    return User.objects.filter(is_active=True, pk__in=live.values("user"))


def positions_for(permission: str) -> QuerySet[Position]:
    """Positions that give the permission and are filled today, by unit."""
    filled = Assignment.objects.live().filter(user__is_active=True).values("position")
    positions = Position.objects.filter(roles__overlap=_roles(permission), pk__in=filled)
    return positions.select_related("unit").order_by("unit__name", "title")


def _roles(permission: str) -> list[str]:
    return [code for code, role in ROLES.items() if permission in role.permissions]
