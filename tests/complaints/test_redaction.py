"""The detector of personal data: every match, in every shape people type, and little else."""

import pytest
from hypothesis import given, strategies as st

from complaints.services.redaction import find, masked, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hubungi 0812-3456-7890 atau +62 857 1234 5678.", ["phone", "phone"]),
        ("HP:081234567890/085712345678", ["phone", "phone"]),
        ("Kantor (024) 8311174", ["phone"]),
        ("NIK 3374 0112 0190 0001", ["nik"]),
        ("3374011201900001 dan NIP 19900112 201903 1 001", ["nik", "nik"]),
        ("H 1234 AB, b1234xyz, AD-99-C", ["plate", "plate", "plate"]),
        ("H 1234 SD, H 1234 S, AD 4321 KE, G 12 X", ["plate"] * 4),
        ("budi.s@contoh.go.id dan ani(at)contoh.com", ["email", "email"]),
        ("foto_081234567890.jpg", ["phone"]),
        ("rekening 8812345678901", ["number"]),
        ("Pak Budi Santoso dan Bu Ani, a.n. Rini", ["name", "name", "name"]),
        ("SDR. Joko bernama Joko Susilo", ["name", "name"]),
    ],
)
def test_finds_every_one(text, found):
    assert [finding.kind for finding in find(text)] == found
    assert find(masked(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "di RT 5 RW 2, jam 10 dan 12, B 5 dan, k 120 km, ab 12 sd 15",
        "BLOK B 12 RT 5, PASAL K 5 DAN K 6",
        "Rp 1.500.000 pada 12-03-2026 pukul 08.30-10.00",
        "Sejak 09/11/2026, ADU-2026-000147, surat 800/1234/2026",
        "100 m2, kertas A4 80 gsm",
        "Yth. Bapak Gubernur, Ibu Kota, Pak RT, bu mau tanya, sambil menunggu Senin",
    ],
)
def test_leaves_ordinary_numbers_alone(text):
    assert find(text) == []


@given(st.text(max_size=300))
def test_the_pieces_are_the_whole_text(text):
    assert "".join(piece for piece, _finding in split(text)) == text
