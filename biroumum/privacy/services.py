"""Recording a request to erase, carrying it out when a second person agrees, and ending it once the files are gone."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _, gettext_noop

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.queries import holders
from biroumum.audit.models import Entry
from biroumum.audit.services import erase, record
from biroumum.documents.models import Attachment
from biroumum.documents.services import destroy_removed, next_number
from biroumum.notifications.models import Message
from biroumum.notifications.services import forget_mails, notify, send_mail
from biroumum.privacy import guards
from biroumum.privacy.certificate import TreeBroken, issue, standing_of
from biroumum.privacy.models import DECIDED, ErasureRequest, LegalBasis, State
from biroumum.privacy.queries import DECIDE, RECORD
from biroumum.privacy.registry import Erasable, app_of, find, locked
from biroumum.web.subjects import subject_key
from biroumum.workflow.transition import Forbidden, Refused, Stale
from biroumum.worktime.models import Clock
from biroumum.worktime.services import start_clock, turn

log = logging.getLogger(__name__)
SERIES, ANSWER = "HPD", "privacy.answer"  # numbers of requests; the limit of time for an answer
VERB = "privacy.erasurerequest"
Logged = dict[str, Any]


def bases_on(day: dt.date) -> QuerySet[LegalBasis]:
    """In the order they were written down."""
    rows = LegalBasis.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)
    return rows.order_by("pk")


@transaction.atomic
def record_request(
    number: str,
    *,
    basis: LegalBasis,
    whats: Collection[str],
    reason: str,
    actor: Actor,
    names: str = "",
    received_at: dt.datetime | None = None,
    at: dt.datetime | None = None,
) -> ErasureRequest:
    """Take down what a data subject asks about the case of this number; the time to answer runs from `received_at`.

    Also of a case nothing may go from now: it must be answered all the same. names: words to be looked for, a line
    each. Raises Forbidden and Refused.
    """
    if not actor.has_perm(RECORD):
        raise Forbidden(f"a request to erase needs {RECORD}")
    at = at or timezone.now()
    app, case = _asked_about(number, actor)
    request = ErasureRequest(
        state=State.REQUESTED,
        case_label=app.label,
        case_pk=case.pk,
        case_number=str(case),
        basis=basis,
        whats=[what for what, _label in app.whats if what in whats],
        reason=reason,
        names=names,
        received_at=received_at or at,
        recorded_by=actor.person,
    )
    guards.names_nobody(request, reason)
    request.number = next_number(SERIES, timezone.localdate(at).year)
    request.save()
    start_clock(subject_key(request), ANSWER, at=request.received_at)
    record(f"{VERB}.record", subject_key(request), actor=actor, at=at)
    _tell(request, gettext_noop("Permohonan penghapusan data menunggu putusan: %(number)s"))
    return request


def _asked_about(number: str, actor: Actor) -> tuple[Erasable, Any]:
    """The case of this number, its row locked. Raises Refused."""
    app, case = find(number) or (None, None)
    if app is None or case is None or not app.seen_by(actor.person).filter(pk=case.pk).exists():
        raise Refused(_("Nomor ini tidak dikenal."), field="number")
    case = locked(subject_key(case))
    if ErasureRequest.objects.filter(_of(case), state__in=(State.REQUESTED, State.ERASING)).exists():
        raise Refused(_("Perkara ini sudah punya permohonan yang belum selesai."), field="number")
    return app, case


def _of(case: Any) -> Q:
    return Q(case_label=case._meta.label_lower, case_pk=case.pk)


def _tell(request: ErasureRequest, text: str) -> None:
    """Those who may decide it: not who recorded it, and nobody whom the case is not open to."""
    others = holders(DECIDE).exclude(pk=request.recorded_by_id)
    people = [
        user for user in others if ErasureRequest.objects.visible_to(user).filter(pk=request.pk).exists()
    ]
    url = request.get_absolute_url()
    notify(people, text, url, words={"number": request.number}, subject_key=subject_key(request))


def carry_out(request: ErasureRequest, *, actor: Actor, at: dt.datetime, reason: str) -> Logged:
    """Everything goes in this transaction but the bytes of files, which go after its commit; then it is completed."""
    app, case = app_of(request.subject), locked(request.subject)
    stays = app.preview(case, request.whats, at, request.sought).stays
    _decide(request, actor, at, reason)
    _write_to(request, case, "approved", at)  # before the address goes
    cause = {"rule": request.basis, "data": {"request": subject_key(request)}, "actor": actor, "at": at}
    gone = app.erase(case, request.whats, names=request.sought, **cause)
    _forget_names(request, actor)
    with translation.override("id"):
        request.report = {**gone._asdict(), "stays": [[str(what), str(why)] for what, why in stays]}
    transaction.on_commit(lambda: finish(request), robust=True)
    return {"what": request.whats, **gone._asdict()}


def refuse(request: ErasureRequest, *, actor: Actor, at: dt.datetime, reason: str) -> None:
    _decide(request, actor, at, reason)
    _write_to(request, locked(request.subject), "refused", at, reason=reason)
    _forget_names(request, actor)


def withdraw(request: ErasureRequest, *, actor: Actor, at: dt.datetime, reason: str) -> None:
    _answered(request, at, "withdrawn")
    _forget_names(request, actor)


def _forget_names(request: ErasureRequest, actor: Actor) -> None:
    """The words that were looked for go from the request and from what the log says of it."""
    if not request.names:
        return
    clear_names(request.pk)
    request.names = ""
    key = subject_key(request)
    told = Entry.objects.filter(subject=key, ent=VERB, body__isnull=False).exclude(op="erase")
    telling = [entry.pk for entry in told if _tells_names(json.loads(entry.body))]
    erase(f"{VERB}.forget", key, telling, rule=subject_key(request.basis), case=key, actor=actor)


def clear_names(pk: int) -> None:
    ErasureRequest.objects.filter(pk=pk).update(names="")


def _tells_names(body: Logged) -> bool:
    return bool((body.get("new") or body.get("changed") or {}).get("names"))


def _decide(request: ErasureRequest, actor: Actor, at: dt.datetime, reason: str) -> None:
    request.decided_by, request.decided_at, request.decision = actor.person, at, reason
    _answered(request, at, "answered")


def _answered(request: ErasureRequest, at: dt.datetime, outcome: str) -> None:
    turn(subject_key(request), (), (), at=at, outcome=outcome)


def _write_to(request: ErasureRequest, case: Any, event: str, at: dt.datetime, **more: Any) -> None:
    """Tell whom the data are about, by the address that is about to go; the mail is of the request, not of the case."""
    reader = app_of(request.subject).reader(case)
    if reader is None:
        return
    told = {"number": request.number, "case": request.case_number, "url": reverse("verification"), **more}
    key = subject_key(request)
    how: Any = {"language": reader.language, "confidential": reader.confidential}
    send_mail(reader.email, f"privacy/{event}", told, key=f"{key}/{event}", subject_key=key, **how)


def complete(request: ErasureRequest, *, actor: Actor, at: dt.datetime) -> None:
    """Its guard has seen that no file is left. The certificate says what of the log was looked at in this moment."""
    request.completed_at = at
    files = Attachment.objects.filter(subject=request.subject)
    kept = files.filter(state=Attachment.State.REMOVED).count()
    request.report = {**request.report, "kept": kept, **standing_of(request)}
    issue(request, actor=actor)


def finish(request: ErasureRequest) -> bool:
    """Take the bytes away and complete the request; False while one is still there, and then the timer comes again."""
    from biroumum.privacy.workflow import ERASURE

    destroy_removed(request.subject)
    try:
        ERASURE.perform(request, "complete", actor=SYSTEM)
    except (Refused, Stale, TreeBroken) as error:
        log.warning("%s is not completed: %s", request.number, error)
        return False
    return True


def finish_all() -> int:
    """Complete what a crash or a busy store left open, and forget the addresses of mails that have left."""
    done = each_alone(finish, ErasureRequest.objects.filter(state=State.ERASING))
    decided = ErasureRequest.objects.filter(state__in=DECIDED).values_list("pk", flat=True)
    keys = [f"{VERB}/{pk}" for pk in decided]
    left = Message.objects.filter(subject_key__in=keys, state__in=ENDED_MAILS).exclude(to="")
    each_alone(forget_mails, set(left.values_list("subject_key", flat=True)))
    return done


def each_alone(act: Callable[[Any], int], rows: Iterable[Any]) -> int:
    """What it did altogether. One that fails holds up no other: the portal's own log tells it, the timer comes again."""
    done = 0
    for row in rows:
        try:
            done += act(row)
        except Exception:
            log.exception("%s could not be finished and is tried again", row)
    return done


ENDED_MAILS = (Message.State.SENT, Message.State.FAILED)


def clock_of(request: ErasureRequest) -> Clock | None:
    return Clock.objects.filter(subject=subject_key(request)).select_related("limit").last()
