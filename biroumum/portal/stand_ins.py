"""Who stands in for whom on which days: a plh. assignment that its holder or the head above names, with its trace."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, Position, User
from biroumum.accounts.queries import live_assignments, units_of
from biroumum.accounts.roles import ROLES
from biroumum.audit.services import record
from biroumum.notifications.services import notify
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused

DAILY = Assignment.Kind.DAILY


def positions_to_cover(user: User) -> QuerySet[Position]:
    """One's own positions, and those of the offices one heads. Who stands in passes nothing on, and some roles are
    not lent: an administrator is replaced by another administrator."""
    own = [each.position for each in live_assignments(user) if each.kind != DAILY]
    kept = [code for code, role in ROLES.items() if not role.lent]
    mine = Position.objects.filter(pk__in=[position.pk for position in own])
    if any(position.is_head for position in own):
        mine = mine | Position.objects.filter(unit__in=units_of(user))
    return mine.exclude(roles__overlap=kept).select_related("unit").order_by("unit__name", "title")


def candidates() -> QuerySet[User]:
    """Whoever works here today."""
    return User.objects.filter(is_active=True, pk__in=Assignment.objects.live().values("user")).order_by(
        "name"
    )


def stand_ins_of(user: User) -> QuerySet[Assignment]:
    """Those of one's positions that last or are to come, and those one is oneself."""
    coming = Assignment.objects.filter(kind=DAILY, ends__gt=timezone.localdate())
    mine = coming.filter(position__in=positions_to_cover(user)) | coming.filter(user=user)
    return mine.select_related("user", "position__unit").order_by("starts", "pk")


@transaction.atomic
def name_stand_in(
    position: Position, user: User, *, starts: dt.date, ends: dt.date, actor: Actor
) -> Assignment:
    """`ends` is the first day it no longer holds. Rights follow on the day. Raises Forbidden and Refused."""
    if not positions_to_cover(actor.person).filter(pk=position.pk).exists():
        raise Forbidden("neither the holder of the position nor a head above it")
    if Assignment.objects.live(starts).filter(position=position, user=user).exists():
        raise Refused(_("%(name)s sendiri menduduki jabatan ini.") % {"name": user.name})
    Position.objects.select_for_update().get(pk=position.pk)  # the exclusion constraint is the last net
    taken = Assignment.objects.filter(kind=DAILY, position=position, starts__lt=ends, ends__gt=starts)
    if taken.exists():
        raise Refused(_("Jabatan ini sudah punya pengganti pada masa itu."))
    row = Assignment.objects.create(position=position, user=user, kind=DAILY, starts=starts, ends=ends)
    data = {"position": position.title, "user": user.pk, "starts": str(starts), "ends": str(ends)}
    record("accounts.assignment.stand_in", subject_key(row), actor=actor, data=data)
    text = gettext_noop("Anda menggantikan %(position)s mulai %(date)s.")
    words = {"position": position.title, "date": f"{starts:%d/%m/%Y}"}
    notify([user], text, "/kerja/pengganti/", words=words, subject_key=subject_key(row))
    return row


@transaction.atomic
def end_stand_in(row: Assignment, *, actor: Actor) -> None:
    """From today on it holds no longer; one that had not begun never held."""
    if not positions_to_cover(actor.person).filter(pk=row.position_id).exists():
        raise Forbidden("neither the holder of the position nor a head above it")
    row = Assignment.objects.select_for_update(of=("self",)).get(pk=row.pk)
    row.ends = max(row.starts, timezone.localdate())
    row.save(update_fields={"ends"})
    record("accounts.assignment.stand_in_ended", subject_key(row), actor=actor, data={"ends": str(row.ends)})
