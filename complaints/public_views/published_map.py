"""Where the published complaints are: a number for each regency, drawn on the map of the province and as a table."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from django.db.models import Count
from django.db.models.functions import Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from biroumum.regions.map import region_map
from biroumum.regions.queries import regencies
from biroumum.web.kept import kept
from complaints.models import Publication

CODE = 5  # letters of a regency's code, with which those below it begin
SMALLEST, LARGEST = 6, 15  # pixels


class Spot(NamedTuple):
    x: int
    y: int
    radius: int
    number: int


@require_safe
def published_map(request: HttpRequest) -> HttpResponse:
    counts = kept("complaints.published_map", count)
    drawn = region_map()
    context = {
        "map": drawn,
        "spots": spots(drawn.regencies, counts) if drawn else [],
        "rows": [(region, counts[region.pk]) for region in regencies() if region.pk in counts],
        "nowhere": counts.get("", 0),
    }
    return render(request, "complaints/public/published_map.html", context)


def count() -> dict[str, int]:
    """How many are published of each regency, by its code; "" of those that name none."""
    live = Publication.objects.live().order_by()
    rows = live.values(regency=Substr("region_id", 1, CODE)).annotate(n=Count("pk"))
    return {row["regency"] or "": row["n"] for row in rows}


def spots(places: dict[str, Any], counts: dict[str, int]) -> list[Spot]:
    """A disc of each regency, its area by its number; the larger first, so that none lies wholly under another."""
    most = max((counts.get(code, 0) for code in places), default=0)
    found = [
        Spot(x, y, round(max(SMALLEST, LARGEST * math.sqrt(counts[code] / most))), counts[code])
        for code, (x, y) in places.items()
        if counts.get(code)
    ]
    return sorted(found, key=lambda spot: -spot.radius)
