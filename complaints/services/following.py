"""News of a published case by mail, to whoever asked and confirmed it. Its link proves itself and is not stored."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from biroumum.notifications.services import send_mail
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Follower, Publication

SALT = "complaints.follow"
WAITS = dt.timedelta(days=7)  # so long an address may stay unconfirmed


def link_of(follower: Follower) -> str:
    token = signing.Signer(salt=SALT).sign(str(follower.pk))
    return reverse("pengaduan:following", args=[token])


def follower_of(token: str) -> Follower | None:
    """Whose link it is; None for a forged one, or when the follower has gone."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Follower.objects.select_related("complaint").filter(pk=pk).first()


@transaction.atomic
def ask_to_follow(
    publication: Publication, email: str, *, language: str, at: dt.datetime | None = None
) -> None:
    """Send the link that confirms, at most one a day to an address; who follows already gets the link to stop."""
    at = at or timezone.now()
    if not Publication.objects.live().filter(pk=publication.pk).exists():
        return  # taken down since the page was opened
    follower, _new = Follower.objects.get_or_create(
        complaint=publication.complaint,
        email=email.lower(),
        defaults={"asked_at": at, "language": language},
    )
    _tell(follower, "follow_confirm", f"{at:%Y-%m-%d}", publication)


@transaction.atomic
def confirm_following(follower: Follower, *, at: dt.datetime | None = None) -> None:
    Follower.objects.filter(pk=follower.pk, confirmed_at=None).update(confirmed_at=at or timezone.now())


@transaction.atomic
def stop_following(follower: Follower) -> None:
    """The address leaves the list and the log never had it; the ledger of mails keeps what was sent."""
    Follower.objects.filter(pk=follower.pk).delete()


@transaction.atomic
def forget_unconfirmed(before: dt.datetime) -> int:
    return Follower.objects.filter(confirmed_at=None, asked_at__lt=before).delete()[0]


def move_followers(case: Complaint, to: Complaint) -> None:
    """Who followed a duplicate follows its original, once."""
    there = Follower.objects.filter(complaint=to).values("email")
    case.followers.filter(email__in=there).delete()
    case.followers.update(complaint=to)


def tell_followers(case: Complaint, event: str) -> None:
    """Write to each of them in the step's transaction; of a case that is not public nothing leaves."""
    publication = Publication.objects.live().filter(complaint=case).first()
    if publication is None:
        return
    for follower in case.followers.exclude(confirmed_at=None):
        _tell(follower, "follow_news", event, publication)


def _tell(follower: Follower, mail: str, event: str, publication: Publication) -> None:
    case = publication.complaint
    send_mail(
        follower.email,
        f"complaints/{mail}",
        {
            "number": case.number,
            "title": publication.title,
            "state": case.get_state_display(),
            "url": link_of(follower),
            "confirmed": follower.confirmed_at is not None,
        },
        key=f"{subject_key(follower)}/{mail}/{event}",
        subject_key=subject_key(case),
        language=follower.language,
    )
