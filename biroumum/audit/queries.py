"""Reading the log: the history of a case, one step per named event or, where there is none, per transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict, namedtuple
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from biroumum.accounts.models import Assignment, User, titled
from biroumum.audit.models import Entry
from biroumum.audit.values import Names, field_of, in_words, label_of, may_be_shown, names_of
from biroumum.audit.verbs import public_verbs, verb_for
from biroumum.web.names import Momentary
from biroumum.web.statements import Rows

ENTRIES_A_STEP = 5  # most steps of a case write no more rows; of longer ones more is read
# What is read of an entry; a page has hundreds, and objects would take longer than all else.
_Read: Any = namedtuple("_Read", "id at xid op ent verb body user_id assignment_id view outside proven")
Row = Any  # a named tuple
NEVER = 2**63 - 1  # an id no entry has
CHAIRS = "keys of assignments"  # a mark in a statement made once
Told = tuple[Row, dict[str, Any]]  # an entry and what its payload says; nothing once erased


class Change(NamedTuple):
    label: str
    old: str = ""
    new: str = ""
    shown: bool = True  # False: the column is private, so only that it changed


@dataclass
class Step:
    """One thing done on a case, with the rows it changed."""

    at: dt.datetime
    verb: str
    label: str
    public: bool
    who: str = ""
    office: str = ""
    by_holder: bool = False  # by whoever holds the case's code
    data: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    outside: bool = False  # written past the portal
    erased: bool = False
    proven: bool = False  # all of it stands in the tree that is published and signed
    first_id: int = 0


def history(subject: str, *, limit: int = 50, before: int | None = None) -> list[Step]:
    """The newest steps first; `before` is the `first_id` of the last step seen.

    Two statements, and one for each model the changed foreign keys lead to, whatever the size; another only where
    steps are long.
    """
    before, count = NEVER if before is None else min(before, NEVER), limit * ENTRIES_A_STEP
    found: list[Row] = []
    while True:
        found += (more := _newest(subject, before, count))
        groups = _grouped(found)
        if len(more) < count or len(groups) > limit:  # the last of them may be cut in the middle
            return _steps(groups[:limit])
        before = more[-1].id


def _newest(subject: str, before: int, count: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit.history(%s, %s, %s)", [subject, before, count])
        return [_Read._make(row) for row in cursor.fetchall()]


def public_history(subject: str) -> list[Step]:
    """All steps an app has declared public, oldest first, without the rows they changed: office, never a person."""
    return events_of([subject], public_verbs())[subject]


def events_of(subjects: Iterable[str], verbs: Iterable[str]) -> defaultdict[str, list[Step]]:
    """The events of these names, by subject and oldest first, without the rows they changed; in as many statements
    for many subjects as for one."""
    wanted = Entry.objects.filter(subject__in=list(subjects), verb__in=list(verbs)).order_by("id")
    entries, found = list(wanted), defaultdict(list)
    for entry, step in zip(entries, one_by_one(entries), strict=True):
        found[entry.subject].append(step)
    return found


def one_by_one(entries: Iterable[Entry]) -> list[Step]:
    """Each entry a step of its own, whatever else its transaction did."""
    return _steps([[entry] for entry in entries])


def _grouped(entries: list[Row]) -> list[list[Row]]:
    """Newest first, in each group the named event first. It closes its step: the rows just before it in the same
    transaction belong to it, and those that follow the last event, as listeners write them, to that one."""
    groups: list[list[Row]] = []
    for entry in entries:
        if not groups or entry.xid != groups[-1][0].xid or (entry.verb and groups[-1][0].verb):
            groups.append([entry])
        else:
            groups[-1].insert(0 if entry.verb else len(groups[-1]), entry)
    return groups


def _steps(groups: list[list[Row]]) -> list[Step]:
    told = [[(entry, _told(entry)) for entry in group] for group in groups]
    actors = [_actor(group) for group in told]
    names = names_of(change for group in told for change in _changed(group))
    chairs = _seated({chair for _user, chair in actors if chair})
    users = {chair.user_id: chair.user__name for chair in chairs.values()}
    if others := {user for user, _assignment in actors if user} - users.keys():
        users |= dict(User.objects.filter(pk__in=others).values_list("pk", "name"))
    absent = _absent(chairs.values())
    return [
        _step(group, users.get(user or 0), chairs.get(chair or 0), names, absent)
        for group, (user, chair) in zip(told, actors, strict=True)
    ]


def _told(entry: Row) -> dict[str, Any]:
    """Of a row that is new a history says nothing more, so its payload is not even read."""
    return json.loads(entry.body) if entry.body and entry.op != "insert" else {}


def _seats(chairs: str) -> QuerySet[Any, Any]:
    """Assignments with the names of person, position and office; PostgreSQL takes the keys as one value."""
    shown = "id kind starts position_id user_id user__name position__title position__unit__name".split()
    wanted = Assignment.objects.extra(where=["accounts_assignment.id = ANY(%s)"], params=[chairs])
    return wanted.values_list(*shown)


_chairs = Rows(_seats, CHAIRS)
_known: Momentary[dict[int, Row]] = Momentary(dict)


def _seated(keys: set[int]) -> dict[int, Row]:
    """These assignments by key; the few of a portal act on every page, so they are kept for a moment."""
    known = _known.get()
    if new := keys - known.keys():
        known |= {chair.id: chair for chair in _chairs(list(new))}
    return {key: known[key] for key in keys if key in known}


def _absent(chairs: Iterable[Row]) -> dict[int, str]:
    """For whom someone stood in, by the stand-in's assignment; read only when there is one."""
    days = [chair for chair in chairs if chair.kind == Assignment.Kind.DAILY]
    if not days:
        return {}
    seats = Assignment.objects.filter(position__in={chair.position_id for chair in days})
    holders = list(seats.exclude(kind=Assignment.Kind.DAILY).select_related("user").order_by("starts"))
    return {
        chair.id: seat.user.name
        for chair in days
        for seat in holders
        if seat.position_id == chair.position_id and seat.starts <= chair.starts < (seat.ends or dt.date.max)
    }


def _actor(group: list[Told]) -> tuple[int | None, int | None]:
    for _entry, body in group:
        if who := (body.get("data") or {}).get("actor"):
            return who.get("user"), who.get("assignment")
    return group[0][0].user_id, group[0][0].assignment_id


def _step(
    group: list[Told], user: str | None, chair: Row | None, names: Names, absent: dict[int, str]
) -> Step:
    head, body = group[0]
    verb = verb_for(head.verb or head.op)
    data = dict(body.get("data") or {})
    kind = (data.pop("actor", None) or {}).get("kind")
    if not head.body and not user and head.view:
        kind = "holder"  # of an erased step the payload is gone; no member of staff asked for that page
    stated = data.pop("at", None)
    outside = any(
        entry.outside and entry.op != "heartbeat" for entry, _body in group
    )  # that is the sequencer's own
    return Step(
        at=dt.datetime.fromisoformat(stated) if stated else head.at,
        verb=head.verb or head.op,
        label=str(verb.label),
        public=verb.public,
        who=_who(user, chair, kind, outside, absent),
        office=chair.position__unit__name if chair else _("Pelapor") if kind == "holder" else "",
        by_holder=chair is None and kind == "holder",
        data=data,
        changes=[_change(*change, names) for change in _changed(group)],
        outside=outside,
        erased=not head.body,
        proven=all(entry.proven for entry, _body in group),
        first_id=min(entry.id for entry, _body in group),
    )


def _who(user: str | None, chair: Row | None, kind: str | None, outside: bool, absent: dict[int, str]) -> str:
    if user is not None:
        who = f"{titled(chair.kind, chair.position__title)}, {user}" if chair else user
        if chair and chair.id in absent:
            return _("%(who)s, menggantikan %(name)s") % {"who": who, "name": absent[chair.id]}
        return who
    if outside:
        return _("Di luar portal")
    return _("Pelapor") if kind == "holder" else _("Sistem")


def _changed(group: Iterable[Told]) -> Iterator[tuple[str, str, Any]]:
    """(table label, column, [old, new]) of each change; True in place of the pair for a secret."""
    for entry, body in group:
        for column, values in (body.get("changed") or {}).items():
            yield entry.ent, column, values


def _change(ent: str, column: str, values: Any, names: Names) -> Change:
    field, label = field_of(ent, column), label_of(ent, column)
    if field is None or not isinstance(values, list) or not may_be_shown(ent, column):
        return Change(label, shown=False)
    old, new = (in_words(field, value, names) for value in values)
    return Change(label, old, new)
