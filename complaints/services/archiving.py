"""What the archive schedule says of a case whose years are over: it is destroyed, or kept for good.

Nothing happens under a line nobody has held against the schedule's own text (`verified`), and no timer does any of
it: a person runs the command. A destroyed case keeps number, class, state, dates, offices and the steps of its log.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.audit.services import erase, record
from biroumum.documents.services import revoke_all
from biroumum.web.subjects import subject_key
from complaints.models import ArchiveRule, Complaint, Disposal, Erasure
from complaints.services import personal
from complaints.services.payloads import all_entries_of
from complaints.services.publication import withdraw_publication
from complaints.services.retention import Gone, at_rest
from complaints.states import Fate, Kind, Retained

DESTROYED = gettext_noop("Dimusnahkan menurut jadwal retensi arsip.")
DESTROY = "complaints.complaint.destroy"
NOTHING: Mapping[str, Any] = {}
Rules = dict[str, ArchiveRule]  # by class; "" stands for every class without a line of its own


def rules_on(day: dt.date) -> Rules:
    rows = ArchiveRule.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)
    return {rule.kind: rule for rule in rows}


def rule_of(kind: str, rules: Rules) -> ArchiveRule | None:
    return rules.get(kind) or rules.get("")


def due(at: dt.datetime, rules: Rules) -> QuerySet[Complaint]:
    """Cases at rest whose years are over and of which nothing is decided yet, oldest first; of whatever line."""
    found = [(kind, rule) for kind in Kind.values if (rule := rule_of(kind, rules))]
    over = reduce(
        or_, (Q(kind=kind, ended_at__lt=_before(at, rule.years)) for kind, rule in found), Q(pk=None)
    )
    done = Disposal.objects.filter(complaint=OuterRef("pk"))
    return at_rest(at).filter(over, ~Exists(done)).order_by("pk")


def _before(at: dt.datetime, years: int) -> dt.datetime:
    """So many calendar years ago; of 29 February in a year without one, the day before: never too early."""
    return years_after(at, -years)


def years_after(at: dt.datetime, years: int) -> dt.datetime:
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, day=28)


def dispose(case: Complaint, *, actor: Actor, at: dt.datetime, dry: bool = False) -> Gone | None:
    """Do with one case what its line says, in a transaction of its own; None when there is nothing to do.

    That is so when somebody else is at it, when it is not due (asked again under the lock), and when its line is not
    verified. dry: everything as it would be, and then rolled back.
    """
    rules, gone = rules_on(timezone.localdate(at)), None
    with transaction.atomic():
        locked = (
            Complaint.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=case.pk).first()
        )
        rule = rule_of(locked.kind, rules) if locked else None
        if locked and rule and rule.verified and due(at, rules).filter(pk=locked.pk).exists():
            Disposal.objects.create(complaint=locked, rule=rule, fate=rule.fate, at=at)
            gone = EFFECTS[Fate(rule.fate)](locked, rule, actor, at)
        transaction.set_rollback(dry)
    return gone


def _keep(case: Complaint, rule: ArchiveRule, actor: Actor, at: dt.datetime) -> Gone:
    verb, data = "complaints.complaint.keep_for_good", _told(rule) | {"basis": rule.legal_basis}
    record(verb, subject_key(case), actor=actor, data=data, at=at)
    return Gone(0, 0)


def destroy_again(case: Complaint, rule: ArchiveRule, *, actor: Actor, at: dt.datetime, **told: Any) -> None:
    """After a restore of a backup that knows nothing of it; for who has locked the case."""
    Disposal.objects.update_or_create(complaint=case, defaults={"rule": rule, "fate": rule.fate, "at": at})
    _destroy(case, rule, actor, at, told)


def _destroy(
    case: Complaint, rule: ArchiveRule, actor: Actor, at: dt.datetime, told: Mapping[str, Any] = NOTHING
) -> Gone:
    fields = personal.forget_contact(case)  # first, so that no mail is written to whoever is forgotten
    withdraw_publication(case, actor=actor, reason=DESTROYED, at=at)
    revoke_all(None, subject_key(case), reason=DESTROYED, actor=actor, at=at)
    fields += personal.empty(case) + personal.remove_files(case)
    Complaint.objects.filter(pk=case.pk).update(code_hash=secrets.token_bytes(32))  # no code opens it
    for what in Retained:
        Erasure.objects.update_or_create(complaint=case, what=what, defaults={"erased_at": at})
    cause: Any = {"rule": subject_key(rule), "case": subject_key(case), "actor": actor}
    data = {**_told(rule), "fields": fields, **told}
    # Last: what the changes above have just told the log of the old words goes with the rest.
    gone = [
        erase(DESTROY, part, entries, data=data, **cause) for part, entries in all_entries_of(case).items()
    ]
    return Gone(fields, sum(each.payloads for each in gone), tuple(each.entry for each in gone))


def _told(rule: ArchiveRule) -> dict[str, Any]:
    return {"rule": subject_key(rule), "active": rule.active_years, "inactive": rule.inactive_years}


EFFECTS = {Fate.DESTROYED: _destroy, Fate.PERMANENT: _keep}
