"""Past cases with their category, from a file: what the suggestions learn from and are measured with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from complaints.exchange.laporgub import SECTORS, laporgub_rows
from complaints.models import Category
from complaints.services.training import Example


def examples(path: Path) -> Iterator[tuple[int, Example | None]]:
    """Each row (no, kategori, token_dasar) with its line; None for an unknown category or a row without words.

    The category is a code of ours, its name, or the word of the governor's channel. Raises ValueError and OSError.
    """
    codes = dict(SECTORS)
    for code, name in Category.objects.values_list("code", "name"):
        codes |= {code: code, name.casefold(): code}
    known = set(Category.objects.values_list("code", flat=True))
    for line, row in laporgub_rows(path):
        sector = (row.get("kategori") or "").strip().casefold()
        code, text = codes.get(sector, ""), (row.get("token_dasar") or "").strip()
        yield line, Example(text, code) if code in known and text else None
