"""A little computing that a browser does before it sends, so that a flood of made-up cases costs its maker something.

Like ALTCHA, but hosted here: a number is hidden in a hash that is slow to make, and the browser tries numbers until
one fits. The page carries the hash signed and dated. It is made over the draft's own token, and a token makes one case
(the database holds `submit_hash` unique), so a solution is good for one case and cannot be carried to another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import uuid

from django.conf import settings
from django.core import signing

SALT = "complaints.work"  # of the key that is derived for this
LIFETIME = dt.timedelta(hours=2)  # as long as a draft waits
ITERATIONS = 500  # of PBKDF2: slow for whoever tries numbers, half a millisecond for whoever checks one


def challenge(token: uuid.UUID) -> str:
    """`hash:time:signature`; the number behind it is below WORK_NUMBERS and is kept nowhere."""
    number = secrets.randbelow(settings.WORK_NUMBERS)
    return signing.TimestampSigner(salt=SALT).sign(hash_of(token, number))


def is_solved(token: uuid.UUID, signed: str, number: int) -> bool:
    """False for a signature that is not ours or too old, another draft's challenge, and a wrong number."""
    try:
        wanted = signing.TimestampSigner(salt=SALT).unsign(signed, max_age=LIFETIME)
    except signing.BadSignature:
        return False
    return hmac.compare_digest(wanted, hash_of(token, number))


def hash_of(token: uuid.UUID, number: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", str(token).encode(), str(number).encode(), ITERATIONS).hex()
