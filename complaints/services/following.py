"""News of a published case by mail, to whoever asked and confirmed it. Its link proves itself and is not stored."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.audit.services import record
from biroumum.notifications.services import send_mail
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden
from complaints.models import Complaint, Follower, News, Publication
from complaints.services.publication import public_copy
from complaints.states import State

SALT = "complaints.follow"
BATCH = 200  # followers told in one transaction
WAITS = dt.timedelta(days=7)  # ours: so long an address may stay unconfirmed


def link_of(follower: Follower) -> str:
    token = signing.Signer(salt=SALT).sign(str(follower.pk))
    return reverse("pengaduan:following", args=[token])


def follower_of(token: str) -> Follower | None:
    """Whose link it is; None when the follower has gone. Raises signing.BadSignature for a forged one."""
    pk = signing.Signer(salt=SALT).unsign(token)
    return Follower.objects.select_related("complaint").filter(pk=pk).first()


@transaction.atomic
def ask_to_follow(
    publication: Publication, email: str, *, actor: Actor, language: str, at: dt.datetime | None = None
) -> None:
    """Send the link that confirms, at most one a day to an address; who follows already gets the link to stop."""
    at = at or timezone.now()
    if not Publication.objects.live().filter(pk=publication.pk).exists():
        return  # taken down since the page was opened
    follower, new = Follower.objects.get_or_create(
        complaint=publication.complaint,
        email=email.lower(),
        defaults={"asked_at": at, "language": language},
    )
    if new:
        record("complaints.follower.ask", subject_key(follower), actor=actor, at=at)
    _tell(follower, "follow_confirm", f"{at:%Y-%m-%d}", publication, publication.complaint.state)


@transaction.atomic
def confirm_following(follower: Follower, *, actor: Actor, at: dt.datetime | None = None) -> None:
    """Raises Forbidden for whoever has not opened this follower's link."""
    _check_link(follower, actor)
    waiting = Follower.objects.filter(pk=follower.pk, confirmed_at=None)
    if waiting.update(confirmed_at=at or timezone.now()):
        record("complaints.follower.confirm", subject_key(follower), actor=actor, at=at)


@transaction.atomic
def stop_following(follower: Follower, *, actor: Actor) -> None:
    """The address leaves the list and the log never had it; the ledger of mails keeps what was sent.

    Raises Forbidden for whoever has not opened this follower's link.
    """
    _check_link(follower, actor)
    if Follower.objects.filter(pk=follower.pk).delete()[0]:
        record("complaints.follower.stop", subject_key(follower), actor=actor)


def _check_link(follower: Follower, actor: Actor) -> None:
    if actor.kind != "holder" or actor.subject != subject_key(follower):
        raise Forbidden("following is changed by its own link")


@transaction.atomic
def forget_unconfirmed(before: dt.datetime) -> int:
    return Follower.objects.filter(confirmed_at=None, asked_at__lt=before).delete()[0]


def move_followers(case: Complaint, to: Complaint) -> None:
    """Who followed a duplicate follows its original, once."""
    there = Follower.objects.filter(complaint=to).values("email")
    case.followers.filter(email__in=there).delete()
    case.followers.filter(moved_from=None).update(moved_from=case)
    case.followers.update(complaint=to)


def move_followers_back(case: Complaint) -> None:
    """A case that stands on its own again has the followers who came from it."""
    Follower.objects.filter(moved_from=case).update(complaint=case, moved_from=None)


def announce(case: Complaint, *, at: dt.datetime) -> None:
    """Note in the step's transaction that feeds and other systems have news, and that followers are to hear where
    the case stands now.

    One row however many they are; `tell_followers` writes the mails. Of a case that is not public nothing is noted.
    """
    public = public_copy(case)
    if public is None:
        return
    public.told_at = at
    public.save(update_fields=["told_at"])
    if case.followers.filter(confirmed_at__isnull=False).exists():
        News.objects.create(complaint=case, state=case.state)


@transaction.atomic
def tell_followers() -> bool:
    """Write the next mails of the oldest news; False when there is none. A case taken down meanwhile is kept silent.

    One at a time, so that news come in their order. Killed and begun again it writes no mail twice: a follower and
    a piece of news make the mail's key.
    """
    news = News.objects.select_for_update().order_by("pk").first()
    if news is None:
        return False
    followers = _tell_next(news)
    if len(followers) < BATCH:
        news.delete()
    else:
        news.after = followers[-1].pk
        news.save(update_fields=["after"])
    return True


def _tell_next(news: News) -> list[Follower]:
    public = (
        Publication.objects.live().filter(complaint=news.complaint_id).select_related("complaint").first()
    )
    if public is None:
        return []
    waiting = Follower.objects.filter(
        complaint=news.complaint_id, confirmed_at__lte=news.at, pk__gt=news.after
    )
    followers = list(waiting.order_by("pk")[:BATCH])
    for follower in followers:
        _tell(follower, "follow_news", str(news.pk), public, news.state)
    return followers


def _tell(follower: Follower, mail: str, event: str, publication: Publication, state: str) -> None:
    case = publication.complaint
    send_mail(
        follower.email,
        f"complaints/{mail}",
        {
            "number": case.number,
            "title": publication.title,
            "state": State(state).label,
            "url": link_of(follower),
            "confirmed": follower.confirmed_at is not None,
        },
        key=f"{subject_key(follower)}/{mail}/{event}",
        subject_key=subject_key(case),
        language=follower.language,
        stop=link_of(follower),
    )
