"""After a restore: what the ledger says was erased since is erased again, before anyone opens the portal.

A case is told from a later bearer of its key by the commitment its history begins with; so nothing goes that was filed
after the restore, and the same file may be replayed at every start.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM
from biroumum.audit import ledger
from biroumum.audit.ledger import Line
from biroumum.audit.services import erase
from biroumum.documents.services import destroy_removed, destroy_returned
from biroumum.privacy.models import ErasureRequest
from biroumum.privacy.registry import app_of, locked
from biroumum.privacy.services import bases_on, clear_names
from biroumum.web.subjects import subject_key, subject_object

Case = tuple[str, str]  # its key, and with what its history begins


class Replayed(NamedTuple):
    """Keys of cases that were erased again, and of those this database does not have; why one could not be."""

    done: list[str]
    absent: list[str]
    failed: dict[str, str]


def pending() -> dict[Case, list[Line]]:
    """Erasures of the ledger the database knows nothing of, by case. Raises ledger.Damaged."""
    known = set(chain.from_iterable((line.id, *line.replays) for line in ledger.stored()))
    found: defaultdict[Case, list[Line]] = defaultdict(list)
    for line in ledger.read():
        if line.id not in known and not line.replays:  # what only repeated others is done with them
            found[line.case, line.born].append(line)
    return found


def replay(*, dry: bool = False) -> Replayed:
    """Each case in a transaction of its own; files that came back with a backup go too."""
    done = Replayed([], [], {})
    for (case, born), lines in pending().items():
        if born_of(case) != born:
            done.absent.append(case)
            continue
        try:
            with transaction.atomic():
                _again(case, lines, timezone.now())
                transaction.set_rollback(dry)
            done.done.append(case)
        except (LookupError, ValueError, DatabaseError) as error:
            done.failed[case] = f"{type(error).__name__}: {error}".strip()
    if not dry:
        destroy_removed()
        destroy_returned()
        ledger.reconcile()
    return done


def born_of(case: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.born(%s)", [case])
        return str(cursor.fetchone()[0] or "")


def _again(key: str, lines: Sequence[Line], at: dt.datetime) -> None:
    label, _slash, pk = key.partition("/")
    own = label == ErasureRequest._meta.label_lower  # of a request itself: the words that were looked for
    if own:
        clear_names(int(pk))
    case = locked(key)
    acts: defaultdict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        acts[line.verb, tuple(line.what), line.rule].append(line)
    for same in acts.values():
        first = same[0]
        told: dict[str, Any] = {"replays": [line.id for line in same]}
        rule = subject_object(first.rule)
        if rule is None:  # it came after the backup
            rule, told["rule_then"] = _ground(at), first.rule
        if not own:
            app_of(key).replay(case, first, rule=rule, data=told, at=at)
        for line in same:
            _rest(line, rule, told)


def _rest(line: Line, rule: Model, told: dict[str, Any]) -> None:
    """Entries that went then and that the rules of today would leave."""
    left: defaultdict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, subject FROM audit.unerased(%s, %s)", [line.entries, line.marks])
        for entry, subject in cursor.fetchall():
            left[subject].append(entry)
    for subject, entries in left.items():
        cause: Any = {"rule": subject_key(rule), "case": line.case, "actor": SYSTEM, "data": told}
        erase(line.verb, subject, entries, **cause)


def _ground(at: dt.datetime) -> Model:
    ground = bases_on(timezone.localdate(at)).filter(code="request").first()
    if ground is None:
        raise LookupError("no legal ground `request` is in force: add it in /admin/ and run this again")
    return ground
