"""Figures that cost much: one request counts them, all others read what it kept, never older than a minute."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

SECONDS = 60  # nothing older is handed out
EARLY = 45  # from then on whoever asks first counts anew, and the others need not wait for it
T = TypeVar("T")


def code_in(base: Path, packages: Iterable[str]) -> str:
    """A digest of the modules in these packages, of those that lie in `base`."""
    digest = hashlib.sha256()
    for package in sorted(set(packages)):
        for source in sorted((base / package).rglob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


# As this process found it: after a deploy nothing is read that other code counted, perhaps in another shape.
CODE = code_in(settings.BASE_DIR, (name.partition(".")[0] for name in settings.INSTALLED_APPS))


def kept(key: str, count: Callable[[], T]) -> T:
    """What `count` gave, in this process or another; it must be picklable and not None.

    Where nothing young enough is kept, whoever comes while one counts waits for that one.
    """
    key = f"kept:{CODE}:{key}"
    found = cache.get(key)
    if found is not None and _young(found):
        return found[1]  # type: ignore[no-any-return]
    with transaction.atomic():
        if not _turn(key, wait=found is None):
            return found[1]  # type: ignore[no-any-return]
        found = cache.get(key)
        if found is None or not _young(found):
            found = (time.time(), count())
            cache.set(key, found, found[0] + SECONDS - time.time())
    return found[1]  # type: ignore[no-any-return]


def _young(found: tuple[float, object]) -> bool:
    return time.time() - found[0] < EARLY


def _turn(key: str, *, wait: bool) -> bool:
    """Whether it is ours to count; held until the transaction ends, when others see what was kept."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [key])
        return bool(wait or cursor.fetchone()[0])
