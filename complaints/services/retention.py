"""What goes from an ended case when its time is over: contact, personal data in texts, files.

Number, state, dates, offices and the history of steps stay. How long each is kept are dated limits of time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.audit.services import erase
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import Clock, TimeLimit
from biroumum.worktime.queries import limit_for
from complaints.models import Complaint, Erasure, Hold
from complaints.services import deadlines, personal
from complaints.services.payloads import entries_of
from complaints.states import ENDED, Retained

ANONYMISE = "complaints.complaint.anonymise"
EFFECTS: dict[Retained, Callable[[Complaint], int]] = {
    Retained.CONTACT: personal.forget_contact,
    Retained.WORDS: personal.mask_words,
    Retained.FILES: personal.remove_files,
}


class Gone(NamedTuple):
    """How many columns and rows (of `files`: files) and how many payloads of the log, by which entries of it."""

    fields: int
    payloads: int
    entries: tuple[int, ...] = ()


def kept_for(what: Retained, day: dt.date) -> TimeLimit:
    limit = limit_for(f"retention.{what}", day)
    if limit.unit != TimeLimit.Unit.DAY:
        raise ImproperlyConfigured(f"{limit.code} is counted in days")
    return limit


def due(at: dt.datetime, whats: Iterable[Retained] = Retained) -> QuerySet[Complaint]:
    """Ended cases with any of these over their time and not taken out since they ended, oldest first.

    Not those that are held, that may still be objected to, or that are joined to a case which still runs.
    """
    over = reduce(or_, (_is_over(what, at) for what in whats))
    return at_rest(at).filter(over).order_by("pk")


def at_rest(at: dt.datetime) -> QuerySet[Complaint]:
    """Ended cases nothing hangs on any more."""
    return Complaint.objects.exclude(reduce(or_, kept_by(at).values()))


class Keeping(StrEnum):
    """What keeps the data of a case, whatever their time says."""

    RUNNING = "running"
    WINDOW = "window"  # it may still be objected to
    HOLD = "hold"
    JOINED = "joined"  # to a case that runs


def kept_by(at: dt.datetime) -> dict[Keeping, Q]:
    """Which cases each of them keeps."""
    key = Concat(Value(f"{Complaint._meta.label_lower}/"), OuterRef("pk"), output_field=CharField())
    window = Clock.objects.filter(subject=key, code__in=deadlines.WINDOWS, stopped_at=None, due_at__gte=at)
    hold = Hold.objects.filter(complaint=OuterRef("pk"), lifted_at=None)
    joined = Complaint.objects.filter(pk=OuterRef("duplicate_of")).exclude(state__in=ENDED)
    return {
        Keeping.RUNNING: ~Q(state__in=ENDED),
        Keeping.WINDOW: Q(Exists(window)),
        Keeping.HOLD: Q(Exists(hold)),
        Keeping.JOINED: Q(Exists(joined)),
    }


def _is_over(what: Retained, at: dt.datetime) -> Q:
    before = at - dt.timedelta(days=kept_for(what, timezone.localdate(at)).days)
    done = Erasure.objects.filter(complaint=OuterRef("pk"), what=what, erased_at__gte=OuterRef("ended_at"))
    return Q(~Exists(done), ended_at__lt=before)


def anonymise(case: Complaint, *, actor: Actor, at: dt.datetime, dry: bool = False) -> dict[Retained, Gone]:
    """Take out of one case all that is over, in a transaction of its own; nothing when somebody else is at it.

    dry: everything as it would be, and then rolled back.
    """
    gone = {}
    with transaction.atomic():
        mine = Complaint.objects.filter(pk=case.pk)
        if mine.select_for_update(of=("self",), skip_locked=True).exists():
            for what in Retained:
                if (
                    due(at, [what]).filter(pk=case.pk).exists()
                ):  # asked after the lock, to see what another did
                    gone[what] = _take_out(case, what, actor, at)
        transaction.set_rollback(dry)
    return gone


def _take_out(case: Complaint, what: Retained, actor: Actor, at: dt.datetime) -> Gone:
    limit = kept_for(what, timezone.localdate(at))
    data = {"what": what, "limit": limit.code, "days": limit.days}
    return take_out(case, [what], rule=limit, verb=ANONYMISE, data=data, actor=actor, at=at)


def take_out(
    case: Complaint,
    whats: Collection[Retained],
    *,
    rule: Model,
    verb: str,
    data: Mapping[str, Any],
    actor: Actor,
    at: dt.datetime,
    names: Sequence[str] = (),
) -> Gone:
    """Take these out of rows and log under a rule, in the caller's transaction, whatever their time says.

    names: words of a person no detector finds; which columns they stood in is told, as nobody will know them then.
    """
    known = [*(personal.known_of(case) if Retained.CONTACT in whats else []), *names]
    told = {**data, **({"columns": personal.columns_telling(case, names)} if names else {})}
    fields = personal.clean(case, personal.nameless(names)) if names else 0
    fields += sum(
        EFFECTS[what](case) for what in Retained if what in whats
    )  # the contact first: it is asked for
    for what in whats:
        Erasure.objects.update_or_create(complaint=case, what=what, defaults={"erased_at": at})
    told["fields"] = fields
    cause: Any = {"rule": subject_key(rule), "case": subject_key(case), "actor": actor, "data": told}
    # Last: what the changes above have just told the log of the old words goes with the rest.
    parts = entries_of(case, whats, known).items()
    gone = [erase(verb, part, entries, **cause) for part, entries in parts]
    return Gone(fields, sum(each.payloads for each in gone), tuple(each.entry for each in gone))
