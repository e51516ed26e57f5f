"""Say something to a person: by mail through the outbox, or in the inbox inside the portal.

Both write in the caller's transaction: what is rolled back was never said.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.accounts.queries import holders
from biroumum.audit.services import record
from biroumum.notifications.models import Delivery, Message, MessageAttachment, Notification
from biroumum.notifications.rendering import Words, absolute, render
from biroumum.web.subjects import subject_key as key_of

FAILED_MAIL = "notifications.message/failed"
BATCH = 500


class Attached(NamedTuple):
    name: str
    media_type: str
    content: bytes


def send_mail(
    to: str,
    template: str,
    context: Mapping[str, Any],
    *,
    key: str,
    subject_key: str = "",
    language: str = "id",
    attachments: Iterable[Attached] = (),
    confidential: bool = False,
    stop: str = "",
) -> None:
    """Write one mail to the outbox, from `templates/mail/<template>.{subject.txt,txt,html}` as they are now.

    key: names the event; a second mail with the same key is left out, also across transactions.
    context: a `url` that is a path becomes a full address.
    stop: path of the page where the reader ends such mails; it stands in the mail and its header.
    confidential: whatever the template, only `number`, `url` and `stop` go out, in fixed words.
    Raises ValidationError when `to` is no address. Call it inside `atomic`.
    """
    validate_email(to)
    attachments, stop = list(attachments), absolute(stop)
    context = {**context, "stop": stop}
    if confidential and attachments:
        raise ValueError("a confidential mail carries no files")
    words = _fixed_words(context, language) if confidential else render(template, context, language)
    about = {"key": key, "to": to, "subject_key": subject_key, "language": language, "stop": stop}
    known_as = f"<{uuid.uuid4().hex}@{urlsplit(settings.PUBLIC_URL).hostname}>"
    message = Message(**about, **words._asdict(), message_id=known_as)
    Message.objects.bulk_create([message], ignore_conflicts=True)  # one statement, and waits for a rival
    if attachments:
        _attach(message.message_id, attachments)


def _fixed_words(context: Mapping[str, Any], language: str) -> Words:
    return render("confidential", {name: context[name] for name in ("number", "url", "stop")}, language)


def _attach(message_id: str, attachments: list[Attached]) -> None:
    message = Message.objects.filter(message_id=message_id).only("pk").first()
    if message is not None:  # else the key was taken, and that mail has its files
        MessageAttachment.objects.bulk_create(
            MessageAttachment(message=message, **attached._asdict()) for attached in attachments
        )


def notify(
    users: Iterable[User],
    text: str,
    url: str = "",
    *,
    words: Mapping[str, object] | None = None,
    subject_key: str = "",
) -> None:
    """Put a line in the inbox of each of these users, once each; `url` is a path of this portal.

    `text` is a source text (`gettext_noop`): each reads it in their own language, with `words` filled in.
    """
    if url and absolute(url) == url:
        raise ValueError(f"{url} is not a path of this portal")
    people = {user.pk: user for user in users if user.is_active}
    Notification.objects.bulk_create(
        Notification(
            user=user, text=_said(text, words, user.language)[:300], url=url, subject_key=subject_key
        )
        for user in people.values()
    )


def _said(text: str, words: Mapping[str, object] | None, language: str) -> str:
    with translation.override(language):
        return translation.gettext(text) % words if words else translation.gettext(text)


def warn_of_failed() -> None:
    """Tell who looks after the portal that a mail was given up."""
    text = gettext_noop("Ada surel yang gagal terkirim. Lihat sebabnya, lalu kirim ulang.")
    warn_administrators(text, FAILED_MAIL)


def warn_administrators(text: str, about: str) -> None:
    """A line for who looks after the outbox; who has not read the last one `about` the same needs no other."""
    told = Notification.objects.filter(subject_key=about, read_at=None).values("user")
    people = holders("notifications.view_outbox").exclude(pk__in=told)
    notify(people, text, reverse("notifications:outbox"), subject_key=about)


@transaction.atomic
def forget_words() -> int:
    """Drop words and files of mails sent more than MAIL_KEEP_DAYS ago; the ledger stays. Returns how many."""
    found = _sent_before(settings.MAIL_KEEP_DAYS, ~Q(text=""))
    MessageAttachment.objects.filter(message__in=found).delete()
    return Message.objects.filter(pk__in=found).update(text="", html="")


@transaction.atomic
def forget_addresses() -> int:
    """Drop to whom mails of more than MAIL_KEEP_ADDRESS_DAYS ago went; that they were sent stays. Returns how many.

    The server's answers go too: a refusal that came before the acceptance likes to repeat the address.
    """
    found = _sent_before(settings.MAIL_KEEP_ADDRESS_DAYS, ~Q(to=""))
    Delivery.objects.filter(message__in=found).exclude(reply="").update(reply="")
    return Message.objects.filter(pk__in=found).update(to="")


@transaction.atomic
def forget_mails(subject_key: str) -> int:
    """Drop to whom mails about this case went, and their words and files. Returns how many.

    One not yet sent never is; one a worker hands over this very moment may still arrive, and is not tried again.
    """
    mails = Message.objects.filter(subject_key=subject_key)
    unsent = mails.exclude(state__in=(Message.State.SENT, Message.State.DROPPED))
    unsent.update(state=Message.State.DROPPED, lease_until=None)
    open_lines = Delivery.objects.filter(message__in=mails, outcome=Delivery.Outcome.STARTED)
    open_lines.update(outcome=Delivery.Outcome.UNKNOWN, finished_at=timezone.now())
    found = list(mails.exclude(to="", text="", html="").values_list("pk", flat=True))
    MessageAttachment.objects.filter(message__in=found).delete()
    Delivery.objects.filter(message__in=found).exclude(reply="").update(reply="")
    return mails.filter(pk__in=found).update(to="", text="", html="")


def _sent_before(days: int, unforgotten: Q) -> list[int]:
    """The next of them, oldest first."""
    before = timezone.now() - dt.timedelta(days=days)
    old = Message.objects.filter(unforgotten, state=Message.State.SENT, sent_at__lt=before)
    return list(old.order_by("sent_at").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def mark_read(notifications: QuerySet[Notification]) -> int:
    return notifications.filter(read_at=None).update(read_at=timezone.now())


@transaction.atomic
def retry(messages: QuerySet[Message], *, actor: Actor) -> int:
    """Give up no longer on these failed mails: all their attempts anew, from now. Returns how many.

    What was forgotten has nobody to go to any more.
    """
    failed = list(
        messages.filter(state=Message.State.FAILED).exclude(to="").select_for_update().order_by("pk")
    )
    for message in failed:
        record("notifications.message.retry", key_of(message), actor=actor)
    Message.objects.filter(pk__in=[message.pk for message in failed]).update(
        state=Message.State.PENDING, attempts=0, next_attempt_at=timezone.now()
    )
    return len(failed)
