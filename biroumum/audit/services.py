"""Writing named events to the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.db import connection

from biroumum.accounts.actors import Actor
from biroumum.audit.wrapper import as_json, open_context
from biroumum.web import context


def record(
    verb: str,
    subject: str,
    *,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    op: Literal["event", "access"] = "event",
) -> None:
    """Add one named event to the log, in the caller's transaction.

    `data` is JSON-able and private: it lies in the erasable payload. What cannot be recorded does not happen: any
    error ends the transaction. Raises WriteOutsideTransaction in autocommit.
    """
    open_context(connection)
    told = {"actor": _who(actor), **(data or {})}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit.record(%s, %s, %s, %s::json)",
            [op, verb, subject, as_json(told)],
        )


def _who(actor: Actor) -> dict[str, Any]:
    if actor.user is None:
        return {"kind": actor.kind}
    current = context.get()
    own = current.assignment_id if current.user_id == actor.user.pk else None
    assignment = own or next((live.pk for live in actor.user.live), None)
    return {"kind": actor.kind, "user": actor.user.pk, "assignment": assignment}
