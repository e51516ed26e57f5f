"""Regions for choices and for reading."""

from django.conf import settings
from django.db.models import QuerySet

from biroumum.regions.models import Region


def regencies() -> QuerySet[Region]:
    """Regencies and cities of the province."""
    return children(settings.PROVINCE["code"])


def children(code: str) -> QuerySet[Region]:
    """The regions directly below, by name."""
    return Region.objects.filter(parent=code).order_by("name")


def with_parents(code: str | None) -> QuerySet[Region]:
    """The region and those it lies in, smallest first, without the province."""
    parts = (code or "").split(".")
    codes = [".".join(parts[:n]) for n in range(2, len(parts) + 1)]
    return Region.objects.filter(code__in=codes).order_by("-level")


def full_name(code: str) -> str:
    """ "Purwosari, Laweyan, Kota Surakarta": from the smallest up to the regency, in one statement."""
    return ", ".join(with_parents(code).values_list("name", flat=True))
