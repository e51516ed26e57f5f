"""The list of watched senders: what is written down of them, and whether one of them is sending now."""

import hmac

from django.conf import settings
from django.utils import timezone

from biroumum.web.names import Momentary
from complaints.models import WatchedSender

Kind = WatchedSender.Kind


def hash_sender(kind: str, value: str) -> bytes:
    """`value` as its form field gives it back: a mail address, +62…, or what `ratelimit.household` makes of one."""
    plain = f"watched sender\0{kind}\0{value.strip().lower()}"
    return hmac.digest(settings.SECRET_KEY.encode(), plain.encode(), "sha256")


# The list is short, and every sending asks it; a row just written counts a moment later.
WATCHED = Momentary(lambda: list(WatchedSender.objects.on(timezone.localdate())))


def watched_sender(email: str, phone: str, address: str) -> WatchedSender | None:
    """The row that is in force today for any of the three; the latest of several."""
    if not WATCHED.get():
        return None
    given = ((Kind.EMAIL, email), (Kind.PHONE, phone), (Kind.ADDRESS, address))
    hashes = {hash_sender(kind, value) for kind, value in given if value}
    return next((row for row in WATCHED.get() if bytes(row.value_hash) in hashes), None)
