"""Writing named events to the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.audit import ledger
from biroumum.audit.leaves import is_opaque
from biroumum.audit.proofs import Opening
from biroumum.audit.receipts import Recorded
from biroumum.audit.wrapper import as_json, open_context
from biroumum.web import context

A_MOMENT = dt.timedelta(minutes=1)  # the log's own time says it well enough


class Erasing(NamedTuple):
    """The entry that tells of an erasure, and how many payloads went."""

    entry: int
    payloads: int


def record(
    verb: str,
    subject: str,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    op: Literal["event", "access"] = "event",
    at: dt.datetime | None = None,
) -> None:
    """Add one named event to the log, in the caller's transaction.

    `data` is JSON-able and private: it lies in the erasable payload. What cannot be recorded does not happen: any
    error ends the transaction. Raises WriteOutsideTransaction in autocommit. `at` is when it happened; if that is
    not now, as with cases brought in from elsewhere, it is told beside the log's own time, which nobody sets.
    """
    open_context(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit.record(%s, %s, %s, %s::json)", [op, verb, subject, _told(actor, data, at)]
        )


def record_promised(
    verb: str, subject: str, *, actor: Actor, data: Mapping[str, Any], at: dt.datetime | None = None
) -> Recorded:
    """As `record`, of an event whose promise somebody is given with the answer."""
    open_context(connection)
    with connection.cursor() as cursor:
        sql = "SELECT at, salt, body FROM audit.record_promised(%s, %s, %s::json)"
        cursor.execute(sql, [verb, subject, _told(actor, data, at)])
        moment, salt, body = cursor.fetchone()
    day = None if is_opaque(subject.partition("/")[0], subject) else moment.astimezone(dt.UTC).date()
    return Recorded(moment, Opening(bytes(salt), bytes(body).decode(), day), None)


def erase(
    verb: str,
    subject: str,
    entries: Iterable[int],
    *,
    rule: str,
    case: str,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
) -> Erasing:
    """Drop payload and salt of these entries of one subject for good, as an entry of its own.

    rule: key of the row that says they go; the database reads its legal basis there. case: what it is about, the
    subject itself or what the subject is a part of. An entry of another subject, an erasure, an entry erased before,
    a rule without a basis and an unknown case are refused by the database (DatabaseError). Also when nothing goes,
    the entry with rule and `data` is written, and is never erased itself. The entries stay, and so do their
    commitments: nobody can tell any more what they said, and nobody can say they were not there. After the commit it
    stands in the ledger outside the database too, from which it is done again after a restore.
    """
    open_context(connection)
    told, doomed = as_json({"actor": _who(actor), "rule": rule, "case": case, **(data or {})}), set(entries)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.erase(%s, %s, %s::json, %s)", [verb, subject, told, list(doomed)])
        erasing: int = cursor.fetchone()[0]
    transaction.on_commit(lambda: ledger.note(erasing), robust=True)
    return Erasing(erasing, len(doomed))


def _told(actor: Actor, data: Mapping[str, Any] | None, at: dt.datetime | None) -> str:
    told = {"actor": _who(actor), **(data or {})}
    if at is not None and abs(timezone.now() - at) > A_MOMENT:
        told["at"] = at.isoformat()
    return as_json(told)


def _who(actor: Actor) -> dict[str, Any]:
    if actor.user is None:
        return {"kind": actor.kind}
    current = context.get()
    own = current.assignment_id if current.user_id == actor.user.pk else None
    assignment = actor.assignment_id or own or next((live.pk for live in actor.user.live), None)
    return {"kind": actor.kind, "user": actor.user.pk, "assignment": assignment}
