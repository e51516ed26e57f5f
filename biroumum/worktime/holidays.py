"""Indonesian days off as the pinned package `holidays` knows them, for the first filling of the table."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from holidays import country_holidays

ESTIMATED = " (perkiraan)"
LEAVE = "Cuti Bersama"
# Only decrees whose numbers were read; the others keep plain words until someone enters them.
DECREES = {
    2023: "SKB 3 Menteri Nomor 1066 Tahun 2022, Nomor 3 Tahun 2022, Nomor 3 Tahun 2022, dan perubahannya",
    2024: "SKB 3 Menteri Nomor 855 Tahun 2023, Nomor 3 Tahun 2023, Nomor 4 Tahun 2023, dan perubahannya",
    2025: "SKB 3 Menteri Nomor 1017 Tahun 2024, Nomor 2 Tahun 2024, Nomor 2 Tahun 2024, dan perubahannya",
    2026: "SKB 3 Menteri Nomor 1497 Tahun 2025, Nomor 2 Tahun 2025, Nomor 5 Tahun 2025",
}
LAST_DECREED = 2026


class DayOff(NamedTuple):
    date: dt.date
    name: str
    kind: str
    decree: str
    estimated: bool


def days_off(years: Iterable[int]) -> Iterator[DayOff]:
    """Public holidays and collective leave of those years, in order."""
    found = country_holidays("ID", years=years, categories=("public", "government"), language="id")
    for date, name in sorted(found.items()):
        kind = "collective_leave" if LEAVE in name else "public"
        plain = name.replace(ESTIMATED, "").replace("Pegangti", "Pengganti")  # the package's misspelling
        yield DayOff(date, plain, kind, decree_of(date.year, plain), ESTIMATED in name)


def decree_of(year: int, name: str) -> str:
    """What declares the day off: voting days have a decree of their own, the rest the yearly one."""
    if "Pemilihan" in name:
        return "Keputusan Presiden"
    return DECREES.get(year, "SKB 3 Menteri" if year <= LAST_DECREED else "belum ditetapkan")
