"""What a reporter settles about the mails of their case: none at all, another address, a link in place of the code.

Links are signed. Those that change or open something are good once: each carries a word that stands beside the
reporter until it is used, or until the next link takes its place.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets

from celery import current_app
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from kombu.exceptions import OperationalError

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.notifications.services import send_mail
from biroumum.web.ratelimit import allowed
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden
from complaints.models import Complaint, Reporter
from complaints.services.sealed import address_of, new_address_of

log = logging.getLogger(__name__)
STOP, CHANGE, ENTRY = (f"complaints.reporter.{name}" for name in ("stop", "change", "entry"))  # salts
CHANGE_WITHIN, ENTER_WITHIN = dt.timedelta(days=1), dt.timedelta(minutes=30)  # ours
SEND_ENTRY = "complaints.tasks.send_entry"
ENTRIES, HOUR = 3, 3600  # links a case sends in that time


def stop_link(reporter: Reporter) -> str:
    return reverse("pengaduan:stop_mail", args=[signing.Signer(salt=STOP).sign(str(reporter.pk))])


def reporter_to_stop(token: str) -> Reporter | None:
    """Whose link it is; None when the contact has gone. Raises signing.BadSignature for a forged one."""
    return _reporters().filter(pk=signing.Signer(salt=STOP).unsign(token)).first()


@transaction.atomic
def silence(reporter: Reporter, *, actor: Actor, silent: bool = True) -> None:
    """From now on no step is told by mail, or it is again. Raises Forbidden for whoever has not opened this case."""
    _check_holder(reporter.complaint, actor)
    if Reporter.objects.filter(pk=reporter.pk, is_silent=not silent).update(is_silent=silent):
        verb = "stop_mail" if silent else "resume_mail"
        record(f"complaints.complaint.{verb}", subject_key(reporter.complaint), actor=actor)


@transaction.atomic
def ask_new_email(reporter: Reporter, email: str, *, actor: Actor) -> None:
    """Send the new address the link that makes it the reporter's. Raises Forbidden as above."""
    case = reporter.complaint
    _check_holder(case, actor)
    reporter.new_email, reporter.change_word = email, secrets.token_hex(8)
    reporter.save(update_fields=["new_email", "change_word"])
    record("complaints.complaint.ask_new_email", subject_key(case), actor=actor)
    link = _link("pengaduan:change_email", CHANGE, reporter.pk, reporter.change_word)
    _mail(case, email, "new_email", reporter.language, link)


def reporter_to_change(token: str) -> Reporter | None:
    """Whose link it is; None when it was used, is late or another was asked for. Raises signing.BadSignature."""
    return _once(token, CHANGE, CHANGE_WITHIN, "change_word")


@transaction.atomic
def change_email(token: str) -> Reporter | None:
    """Make the new address the reporter's and tell the old one; None where the link is no longer good."""
    reporter = _once(token, CHANGE, CHANGE_WITHIN, "change_word", lock=True)
    if reporter is None or not (new := new_address_of(reporter)):
        return None
    case, old = reporter.complaint, address_of(reporter)
    reporter.email, reporter.new_email = new, ""
    reporter.change_word = reporter.entry_word = ""  # a link to the old address opens nothing any more
    reporter.save(update_fields=["email", "new_email", "change_word", "entry_word"])
    record("complaints.complaint.change_email", subject_key(case), actor=Actor.holder(subject_key(case)))
    if old and old.lower() != new.lower():
        _mail(case, old, "email_changed", reporter.language, reverse("pengaduan:track"))
    return reporter


def ask_entry(number: str, email: str) -> None:
    """Have `send_entry` done by the worker: how long whoever asks waits tells nothing. Without a queue, at once."""
    try:
        current_app.send_task(SEND_ENTRY, (number, email), retry=False)
    except OperationalError:
        log.warning("queue away; a link is looked for at once")
        send_entry(number, email)


@transaction.atomic
def send_entry(number: str, email: str) -> None:
    """If it is the address of that case's reporter, send the link that opens the case; else do nothing.

    Nothing for what the Inspektorat has sealed: from there no mail goes out, and a mailbox may be an office's own.
    """
    found = _reporters().filter(complaint__number=number, complaint__sealed=False).first()
    if found is None or not constant_time_compare((known := address_of(found)).lower(), email.lower()):
        return
    if not allowed(f"complaint-entry/{found.complaint_id}", ENTRIES, HOUR):
        return
    word, case = secrets.token_hex(8), found.complaint
    Reporter.objects.filter(pk=found.pk).update(entry_word=word)
    record("complaints.complaint.ask_entry", subject_key(case), actor=Actor.holder())
    _mail(case, known, "entry", found.language, _link("pengaduan:enter", ENTRY, found.pk, word))


def reporter_to_enter(token: str) -> Reporter | None:
    """As `reporter_to_change`."""
    return _once(token, ENTRY, ENTER_WITHIN, "entry_word")


@transaction.atomic
def enter(token: str) -> Complaint | None:
    """The case that the link opens, this once; None where it is no longer good."""
    reporter = _once(token, ENTRY, ENTER_WITHIN, "entry_word", lock=True)
    if reporter is None:
        return None
    Reporter.objects.filter(pk=reporter.pk).update(entry_word="")
    case = reporter.complaint
    record("complaints.complaint.enter", subject_key(case), actor=Actor.holder(subject_key(case)))
    return case


def _reporters() -> QuerySet[Reporter]:
    return Reporter.objects.select_related("complaint")


def _link(name: str, salt: str, pk: int, word: str) -> str:
    return reverse(name, args=[signing.TimestampSigner(salt=salt).sign(f"{pk}.{word}")])


def _once(token: str, salt: str, within: dt.timedelta, column: str, *, lock: bool = False) -> Reporter | None:
    try:
        pk, word = signing.TimestampSigner(salt=salt).unsign(token, max_age=within).split(".")
    except signing.SignatureExpired:
        return None
    rows = _reporters().select_for_update(of=("self",)) if lock else _reporters()
    return rows.filter(pk=pk, complaint__sealed=False, **{column: word}).first()


def _mail(case: Complaint, to: str, mail: str, language: str, url: str) -> None:
    """Number and address alone, whatever the case: these go out of a confidential one too."""
    key = f"{subject_key(case)}/{mail}/{timezone.now().timestamp()}"
    words = {"number": case.number, "url": url}
    send_mail(to, f"complaints/{mail}", words, key=key, subject_key=subject_key(case), language=language)


def _check_holder(case: Complaint, actor: Actor) -> None:
    if actor.kind != "holder" or actor.subject != subject_key(case):
        raise Forbidden("mails of a case are settled by whoever holds it")
