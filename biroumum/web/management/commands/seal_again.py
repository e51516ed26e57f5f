from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from biroumum.web.sealing import in_use, sealed_fields

BATCH = 500


class Command(BaseCommand):
    help = "Seal again, under the first of SEAL_KEYS, what an older key has sealed; then the older may go."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if names := [field.name for field in sealed_fields(model)]:
                done = sum(_older(model, names))
                self.stdout.write(f"{model._meta.label}: {done} rows sealed again")


def _older(model: type[Model], names: list[str]) -> Iterator[int]:
    """How many rows each batch sealed again; each batch stands by itself, so one may stop and begin again."""
    raw = {f"raw_{name}": Cast(name, TextField()) for name in names}
    stale = Q()
    for name in raw:
        stale |= ~Q(**{name: ""}) & ~Q(**{f"{name}__startswith": f"{in_use()}."})
    rows = model._base_manager.alias(**raw).filter(stale).order_by("pk").select_for_update()
    done = BATCH
    while done == BATCH:
        with transaction.atomic():
            found = list(rows[:BATCH])
            for row in found:
                row.save(update_fields=names)
        done = len(found)
        yield done
