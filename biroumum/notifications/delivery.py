"""Hand the mails of the outbox to the mail server.

A mail is claimed in a short transaction with a lease, sent without any lock, and marked in another. A worker
killed in between leaves a lease that runs out, and another takes the mail up: nothing is lost.

Nothing is sent twice either, but for one window no sender can close: between the server's "accepted" and our
commit of it. A worker killed just there leaves a mail whose line in the ledger says "unknown", and it is sent
again under the same Message-ID, by which mail servers and readers tell that it is the same one.

A server that says "not now" (4xx) is asked again, ever more rarely; one that says "never" (5xx) is not. Either way a
mail that is given up is shown to an administrator at once, and sent again by hand when its cause is mended.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import smtplib
import time
from collections.abc import Mapping
from secrets import SystemRandom
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from biroumum.notifications.models import Delivery, Message
from biroumum.notifications.rendering import header
from biroumum.notifications.services import warn_of_failed
from biroumum.notifications.smtp import mail_connection

logger = logging.getLogger(__name__)
State, Outcome = Message.State, Delivery.Outcome
DRAIN_SECONDS = 240  # one run ends well before Celery's time limit kills it


def deliver_due() -> int:
    """Send what is due, oldest first; returns how many went out. Stops at once when no server answers."""
    sent, until = 0, time.monotonic() + DRAIN_SECONDS
    connection = mail_connection()
    try:
        while time.monotonic() < until and (delivery := claim()):
            outcome, reply = hand_over(delivery.message, connection)
            finish(delivery, outcome, reply)
            sent += outcome == Outcome.ACCEPTED
            if outcome == Outcome.UNREACHABLE:
                break
    finally:
        _close(connection)
    return sent


@transaction.atomic
def claim() -> Delivery | None:
    """Take the mail that has been due longest, if any, and open its line in the ledger."""
    now = timezone.now()
    due = Q(state=State.PENDING, next_attempt_at__lte=now) | Q(state=State.SENDING, lease_until__lte=now)
    waiting = Message.objects.filter(due).order_by("next_attempt_at", "pk")
    message = waiting.select_for_update(skip_locked=True).first()
    if message is None:
        return None
    if message.state == State.SENDING:  # whoever held it is gone
        message.deliveries.filter(outcome=Outcome.STARTED).update(outcome=Outcome.UNKNOWN, finished_at=now)
    message.state, message.attempts = State.SENDING, message.attempts + 1
    message.lease_until = now + dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    message.save(update_fields=["state", "attempts", "lease_until"])
    return message.deliveries.create(message=message, started_at=now)


def hand_over(message: Message, connection: Any) -> tuple[str, str]:
    """Give the mail to the server: the outcome, and what the server or the network said."""
    try:
        connection.open()
    except OSError as problem:  # smtplib's errors are OSErrors too: no greeting, a refused login
        return Outcome.UNREACHABLE, str(problem)
    try:
        connection.send_messages([_as_mail(message)])
        return Outcome.ACCEPTED, getattr(connection, "last_reply", "")
    except smtplib.SMTPResponseException as problem:
        refusal = _refusal({"": (problem.smtp_code, problem.smtp_error)})
    except smtplib.SMTPRecipientsRefused as problem:
        refusal = _refusal(problem.recipients)
    except (ValueError, smtplib.SMTPNotSupportedError) as problem:  # cannot be built, today or tomorrow
        logger.exception("Mail %s", message.pk)
        refusal = Outcome.REJECTED, f"{type(problem).__name__}: {problem}"
    except Exception as problem:  # a line that broke must not stop the others
        logger.exception("Mail %s", message.pk)
        refusal = Outcome.REFUSED, f"{type(problem).__name__}: {problem}"
    _close(connection)
    return refusal


def _refusal(answers: Mapping[str, tuple[int, bytes | str]]) -> tuple[str, str]:
    """RFC 5321, 4.2.1: after 4xx the same mail may succeed later, after 5xx it is not to be repeated."""
    reply = "; ".join(f"{code} {_text(text)}" for code, text in answers.values())
    for_good = all(code >= 500 for code, _words in answers.values())
    return Outcome.REJECTED if for_good else Outcome.REFUSED, reply


@transaction.atomic
def finish(delivery: Delivery, outcome: str, reply: str) -> None:
    """Close the line in the ledger and mark the mail, unless another has it now or it is forgotten."""
    now, message = timezone.now(), delivery.message
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING, lease_until=message.lease_until)
    if not mine.select_for_update().exists():
        logger.error("Mail %s was taken away or forgotten before the server answered %s", message.pk, outcome)
        return
    ended = {"outcome": outcome, "finished_at": now, "reply": header(reply)[:500]}
    Delivery.objects.filter(pk=delivery.pk).update(**ended)
    fate = _next(message, outcome, now)
    mine.update(lease_until=None, **fate)
    if fate["state"] == State.FAILED:
        warn_of_failed()


def _next(message: Message, outcome: str, now: dt.datetime) -> dict[str, Any]:
    if outcome == Outcome.ACCEPTED:
        return {"state": State.SENT, "sent_at": now}
    if outcome == Outcome.REJECTED or message.attempts >= settings.MAIL_ATTEMPTS:
        return {"state": State.FAILED}
    return {"state": State.PENDING, "next_attempt_at": now + backoff(message.attempts)}


def backoff(attempts: int) -> dt.timedelta:
    """Twice as long after each attempt, up to a limit, and never two mails in step."""
    seconds = min(settings.MAIL_BACKOFF_SECONDS * 2 ** (attempts - 1), settings.MAIL_BACKOFF_LIMIT_SECONDS)
    return dt.timedelta(seconds=seconds * SystemRandom().uniform(0.8, 1.2))


def _as_mail(message: Message) -> EmailMultiAlternatives:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.stop:  # RFC 2369, and RFC 8058 for mail programs that stop it at one click
        headers["List-Unsubscribe"] = f"<{message.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(message.subject_line, message.text, to=[message.to], headers=headers)
    mail.attach_alternative(message.html, "text/html")
    for attached in message.attachments.all():
        mail.attach(attached.name, bytes(attached.content), attached.media_type)
    return mail


def _close(connection: Any) -> None:
    with contextlib.suppress(OSError):  # the server hung up first
        connection.close()
    connection.connection = None


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
