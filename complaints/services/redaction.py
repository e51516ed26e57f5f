"""Personal data that must not be published: where it stands in a text, and the text with it taken out.

It finds what has a form: numbers, addresses, plates, and names behind a form of address ("Pak Budi"). Other names
have none, so a person still reads every text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GAP = r"[ .\-]?"
# Letters of registration districts (Perkap 5/2012), longest first so that AB is not read as A.
DISTRICTS = (
    "AA AB AD AE AG BA BB BD BE BG BH BK BL BM BN BP DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT DW EA EB ED "
    "KB KH KT KU PA PB PG PS PT PY A B D E F G H K L M N P R S T W Z"
).split()
ADDRESSED = (
    r"bapak|bpk\.?|pak|ibu|bu|saudar[ai]|sdri?\.?|mas|mbak|tuan|tn\.?|nyonya|ny\.?|atas[ ]nama|a\.n\.|bernama"
)
# Who is addressed by an office, and capitals that follow without being a name.
NAME = r"[A-Z][a-z’']+"
OFFICES = (
    "Biro Bupati Bidan Camat Dan Direktur Dokter Dosen Dukuh Gubernur Guru Hakim Kades Kadus Kabag Kabid Kapolda "
    "Kapolres Kapolsek Kasi Kasubbag Kepala Ketua Kota Lurah Menteri Pejabat Perwakilan Petugas Pimpinan Polisi "
    "Presiden Satpam Sekda Sekdes Sekretaris Wakil Wali Walikota Yang Yth"
).split()
# One pattern, tried from left to right: the longer number first, or a phone would be found inside a NIK.
PATTERN = re.compile(
    rf"""
    (?P<email>(?<![\w.+\-])[\w.+\-]{{1,64}}[ ]?(?:@|\[at\]|\(at\))[ ]?[\w\-]{{1,63}}(?:\.[\w\-]{{1,63}})+)
    | (?P<nik>(?<!\d)\d(?:{GAP}\d){{15,17}}(?!\d))
    | (?P<phone>(?<!\d)(?!\d\d[./\- ]\d\d[./\- ]\d{{4}}(?!\d))(?:\+?62|\(?0)(?:[ .\-()]{{0,2}}\d){{8,12}}(?!\d))
    | (?P<number>(?<!\d)\d{{10,}}(?!\d))
    | (?P<name>(?<![^\W_])(?:{ADDRESSED})[ _]+(?!(?:{"|".join(OFFICES)})\b)(?-i:{NAME}(?:[ _]{NAME}){{0,3}}))
    | (?P<plate>(?<![^\W_])(?:{"|".join(DISTRICTS)}){GAP}\d{{1,4}}{GAP}[A-Z]{{1,3}}(?![^\W_]))
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What it is, and what stands in its place: among Indonesian words, so in Indonesian.
WORDS: dict[str, tuple[str | Promise, str]] = {
    "email": (_("alamat surel"), "[surel disembunyikan]"),
    "nik": (_("NIK atau NIP"), "[nomor induk disembunyikan]"),
    "phone": (_("nomor telepon"), "[telepon disembunyikan]"),
    "number": (_("nomor panjang"), "[nomor disembunyikan]"),
    "name": (_("nama orang"), "[nama disembunyikan]"),
    "plate": (_("nomor kendaraan"), "[nomor kendaraan disembunyikan]"),
}
# What follows a number in running text: "K 5 dan" and "BLOK B 12 RT 5" are no plates.
NO_SUFFIX = frozenset(
    {"RT", "RW", "KM", "M", "CM", "MM", "KG", "JAM", "DAN", "HR", "WIB", "X", "S", "SD", "DI", "KE"}
)


@dataclass(frozen=True)
class Finding:
    kind: str
    start: int
    end: int
    text: str

    @property
    def label(self) -> str | Promise:
        return WORDS[self.kind][0]


def find(text: str) -> list[Finding]:
    """Every match, in the order of the text; they do not overlap."""
    found = []
    for match in PATTERN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "plate" and not _is_plate(match[0]):
            continue
        found.append(Finding(kind, match.start(), match.end(), match[0]))
    return found


def find_typed(*texts: str) -> list[Finding]:
    """What a citizen is told of before sending, each once. Names are not among it: a story may need them."""
    found = {(row.kind, row.text): row for text in texts for row in find(text) if row.kind != "name"}
    return list(found.values())


def split(text: str) -> list[tuple[str, Finding | None]]:
    """The whole text in pieces, each with the finding it is, if it is one."""
    pieces: list[tuple[str, Finding | None]] = []
    at = 0
    for finding in find(text):
        pieces += [(text[at : finding.start], None), (finding.text, finding)]
        at = finding.end
    return [piece for piece in [*pieces, (text[at:], None)] if piece[0]]


def masked(text: str) -> str:
    """The text with a plain word in the place of each finding."""
    return "".join(WORDS[finding.kind][1] if finding else piece for piece, finding in split(text))


def _is_plate(text: str) -> bool:
    """`H 1234 AB` in any case; with a word behind it in capitals alone, and then `K 12 DAN` is an address or a list."""
    district, digits, suffix = re.split(r"[ .\-]*(\d+)[ .\-]*", text)
    if suffix.upper() not in NO_SUFFIX:
        return True
    return not suffix.islower() and (len(district) > 1 or len(digits) > 2 or len(suffix) == 1)
