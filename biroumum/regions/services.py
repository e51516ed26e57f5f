"""Bringing the official list of regions into the table."""

import csv
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from biroumum.regions.models import Region

DATA = Path(__file__).parent / "data"


class Loaded(NamedTuple):
    created: int
    renamed: int
    same: int


@transaction.atomic
def load_regions(path: Path) -> Loaded:
    """Add and rename rows of a `code,name` file; a second run is idle. Rows it lacks stay for their cases.

    Raises IntegrityError when a row's parent is neither in the file nor in the table.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        names = {row["code"]: row["name"].strip() for row in csv.DictReader(lines)}
    known = Region.objects.in_bulk(list(names))
    renamed = [region for code, region in known.items() if region.name != names[code]]
    for region in renamed:
        region.name = names[region.code]
    new = [_region(code, name) for code, name in sorted(names.items()) if code not in known]
    Region.objects.bulk_update(renamed, ["name"], batch_size=1000)
    Region.objects.bulk_create(new, batch_size=5000)
    return Loaded(len(new), len(renamed), len(names) - len(new) - len(renamed))


def _region(code: str, name: str) -> Region:
    return Region(code=code, name=name, level=code.count(".") + 1, parent_id=code.rpartition(".")[0] or None)
