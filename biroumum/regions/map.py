"""The small map of the province: a drawing in `static/img`, and where its edges lie."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.conf import settings

from biroumum.regions.services import DATA

COARSE = Decimal("0.01")  # degrees, about a kilometre: what a finger hits on a phone, and all that is kept


class Point(NamedTuple):
    latitude: Decimal
    longitude: Decimal


class RegionMap(NamedTuple):
    """Edges in degrees, width and height in CSS pixels of `image`, which is always drawn in that size.

    `regencies`: the pixel of each regency's dot, x and y, by its code.
    """

    west: float
    east: float
    south: float
    north: float
    width: int
    height: int
    regencies: dict[str, tuple[int, int]]

    @property
    def image(self) -> str:
        return f"img/peta-{settings.PROVINCE['code']}.svg"

    def holds(self, point: Point) -> bool:
        inside = self.west <= float(point.longitude) <= self.east
        return inside and self.south <= float(point.latitude) <= self.north

    def point_at(self, x: int, y: int) -> Point:
        """The coarse point under a pixel of the image, counted from its upper left corner."""
        latitude = self.north - y / self.height * (self.north - self.south)
        longitude = self.west + x / self.width * (self.east - self.west)
        return Point(coarse(Decimal(latitude)), coarse(Decimal(longitude)))

    def place_of(self, point: Point) -> tuple[int, int]:
        """The pixel of a point, x and y."""
        x = (float(point.longitude) - self.west) / (self.east - self.west) * self.width
        y = (self.north - float(point.latitude)) / (self.north - self.south) * self.height
        return round(x), round(y)


def coarse(degrees: Decimal) -> Decimal:
    return degrees.quantize(COARSE)


def region_map() -> RegionMap | None:
    """None for a province whose map nobody has drawn; its citizens choose regions from the lists."""
    return _read(settings.PROVINCE["code"])


@cache
def _read(province: str) -> RegionMap | None:
    file = DATA / f"{province}-map.json"
    return RegionMap(**json.loads(file.read_text())) if file.exists() else None
