"""Bringing complaints in from other channels, through the same service as the form."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from biroumum.accounts.actors import SYSTEM
from biroumum.web.forms import plain_text
from complaints.models import Category
from complaints.services import submit_complaint
from complaints.states import Kind, Source, Visibility

COLUMNS = ("no", "kategori", "token_dasar")
# Sectors as the governor's channel spells them, where its words differ from ours.
SECTORS = {
    "ekonomi dan industri": "ekonomi-industri",
    "forkominda": "forkopimda",
    "kategori lain-lain": "lain-lain",
    "keuangan dan aset": "keuangan-aset",
    "pariwisata dan budaya": "pariwisata-budaya",
    "pembangunan daerah": "pembangunan-daerah",
    "permades dan kependudukan": "desa-kependudukan",
    "saberpungli": "saber-pungli",
    "sosial masyarakat": "sosial-masyarakat",
}
NUMBER = re.compile("[0-9]{1,12}")
TITLE_WORDS, MOST_LETTERS = 8, 10_000


class RowRefused(Exception):
    """One row is not taken; the message is a sentence for whoever runs the import."""


class Imported(NamedTuple):
    """What became of a row: whether it is a case only now, and how many letters of its text were left out of it."""

    new: bool
    cut: int


def laporgub_rows(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Rows of a LaporGub file (no, kategori, token_dasar), each with the line it ends on.

    Raises ValueError for other columns, and for bytes that are no UTF-8.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"kolom harus {', '.join(COLUMNS)}")
        try:
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            raise ValueError(f"baris {reader.line_num}: {error}") from error


def import_row(row: dict[str, str | None], categories: dict[str, Category]) -> Imported:
    """File one row as a case of its own, in its own transaction; not new when it was brought in before."""
    number, sector, words = (plain_text(row.get(name) or "").strip() for name in COLUMNS)
    if not NUMBER.fullmatch(number):
        raise RowRefused("nomor bukan angka")
    if None in row:  # what DictReader calls cells beyond the columns
        raise RowRefused("kolom berlebih")
    if not words:
        raise RowRefused("uraian kosong")
    category = categories.get(SECTORS.get(sector, sector))
    if category is None:
        raise RowRefused(f"kategori {sector!r} tidak dikenal")
    filed = submit_complaint(
        actor=SYSTEM,
        source=Source.LAPORGUB,
        external_ref=f"laporgub:{number}",
        content={
            "kind": Kind.COMPLAINT,
            "title": " ".join(words.split()[:TITLE_WORDS])[:120].capitalize(),
            "description": words[:MOST_LETTERS],
            "category": category,
            "visibility": Visibility.CONFIDENTIAL,
        },
    )
    return Imported(not filed.again, max(len(words) - MOST_LETTERS, 0))
