"""One row changed with its actor known, in a transaction of its own, by the ORM: what each way of logging costs.

Prints JSON: name -> [milliseconds of one write, bytes of one entry with its indexes]. Run by `make bench`.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import django
from django.apps import apps

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.rivals.settings"
django.setup()

import pghistory  # noqa: E402
import pgtrigger  # noqa: E402
from auditlog.context import set_actor  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from simple_history.models import HistoricalRecords  # noqa: E402

from bench.rivals import models  # noqa: E402
from biroumum.audit import capture, registry, wrapper  # noqa: E402
from biroumum.web import context  # noqa: E402

TURNS, WARM = 1_500, 100
OURS = ("audit.entry", "audit.payload", "audit.context", "audit.leaf")
THEIRS = {
    "django-pghistory": ("public.rivals_pghistoryevent", "public.pghistory_context"),
    "django-simple-history": ("public.rivals_historicalsimplehistory",),
    "django-auditlog": ("public.auditlog_logentry",),
}
STATES = ("received", "verified", "assigned", "in_progress", "answered", "closed")


def main() -> None:
    prepare()
    user = User.objects.create(username="petugas")
    ways: dict[str, tuple[Any, Callable[[], AbstractContextManager]]] = {
        "bare": (models.Bare, nullcontext),
        "our log": (models.Ours, lambda: _our_own(user)),
        "django-pghistory": (models.PgHistory, lambda: pghistory.context(user=user.pk, url="/rivals/write/")),
        "django-simple-history": (models.SimpleHistory, lambda: _simple(user)),
        "django-auditlog": (models.AuditLog, lambda: set_actor(actor=user)),
    }
    rows = {name: _first(model, said) for name, (model, said) in ways.items()}
    before = sizes()
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(TURNS + WARM):
        for name, (_model, said) in ways.items():
            start = time.perf_counter()
            with said(), transaction.atomic():
                rows[name].state = STATES[turn % len(STATES)]
                rows[name].save()
            took[name].append((time.perf_counter() - start) * 1000)
    give_places()
    grown = sizes()
    print(
        json.dumps(
            {
                name: [
                    statistics.median(times[WARM:]),
                    (grown.get(name, 0) - before.get(name, 0)) / (TURNS + WARM),
                ]
                for name, times in took.items()
            }
        )
    )


def prepare() -> None:
    """Tables, and what watches each of them."""
    for label in ("contenttypes", "auth", "pghistory", "auditlog"):
        call_command("migrate", label, verbosity=0)
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("rivals").get_models():
            editor.create_model(model)
    pgtrigger.install()
    others = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)} - {
        "rivals.ours"
    }
    registry.UNCAPTURED |= dict.fromkeys(others, "not ours")
    (ours,) = registry.captured()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit.shape (ent, columns) VALUES (%s, %s) RETURNING id",
            [ours.label, list(ours.classes)],
        )
        shape = cursor.fetchone()[0]
        for op in capture.OPS:
            cursor.execute(capture.function_sql(ours, op, shape))
        cursor.execute(capture.triggers_sql(ours))


def _content() -> dict[str, Any]:
    return {
        "number": "ADU-2026-000001",
        "title": "Lampu lorong gedung B mati",
        "description": "Lampu lorong gedung B mati sejak Senin, sudah dilaporkan ke satpam. " * 6,
        "state": "received",
        "place": "Gedung B lantai dua",
        "unit": 1,
        "received_at": timezone.now(),
    }


def _first(model: Any, said: Callable[[], AbstractContextManager]) -> Any:
    with said(), transaction.atomic():
        return model.objects.create(**_content())


@contextmanager
def _our_own(user: User) -> Iterator[None]:
    """As our middleware and the wrapper of each connection do; the others' statements do not pass the wrapper."""
    said = context.fresh(user_id=user.pk, unit_id=1, view="rivals:write")
    with said, connection.execute_wrapper(wrapper.wrap):
        yield


@contextmanager
def _simple(user: User) -> Iterator[None]:
    """As its middleware does: the request's user stands in a context of the package."""
    HistoricalRecords.context.request = SimpleNamespace(user=user)
    try:
        yield
    finally:
        del HistoricalRecords.context.request


def give_places() -> None:
    """Each entry of ours has its leaf too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit.leaf (idx, entry_id, at, opaque, hash) SELECT row_number() OVER (ORDER BY id) - 1, id, "
            "at, true, commitment FROM audit.entry"
        )


def sizes() -> dict[str, int]:
    """Bytes each way of logging has taken, indexes and all."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        return {name: _size(cursor, tables) for name, tables in (THEIRS | {"our log": OURS}).items()}


def _size(cursor: Any, tables: tuple[str, ...]) -> int:
    cursor.execute(
        "SELECT sum(pg_total_relation_size(part.relid)) FROM unnest(%s::regclass[]) t (id), "
        "LATERAL (SELECT relid FROM pg_partition_tree(t.id) UNION SELECT t.id) part",
        [list(tables)],
    )
    return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
