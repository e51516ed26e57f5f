"""Every page of the table of addresses in English, read for Indonesian words that are nobody's data."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from tests.kernel.doors import GROUPS
from tests.kernel.test_urls_by_role import holder, objects, path_of, road, visitors

__all__ = ["holder", "objects", "road", "visitors"]
WORDS = """
    Aktif Alasan Anda Bantuan Batal Berikutnya Buka Bulan Cari Daftar Dari Galat Halaman Hapus Hari Isi Jam Kami Kata
    Kembali Keadaan Keluar Kirim Kode Kotak Lacak Laporan Lanjut Layanan Lewat Masuk Menit Minggu Nama Nomor Orang
    Pelapor Pengaduan Perihal Petugas Pilih Portal Sandi Selesai Semua Senin Simpan Surel Tanggal Tambah Telepon
    Tidak Tutup Ubah Uraian Waktu adalah agar atau belum bila dan dapat dari dengan hari hanya ini itu jam kami ke
    kepada lagi menit oleh opsional pada paling sesudah sudah tanpa tiap tidak untuk yang
""".split()
INDONESIAN = re.compile(rf"\b(?:{'|'.join(set(WORDS) - {'Portal'})})\b")
SHOWN = ("alt", "aria-label", "placeholder", "title")
DATA = {
    "accounts": {"Unit": ["name", "short_name"], "Position": ["title"], "User": ["name"]},
    "complaints": {
        "Complaint": ["title", "description", "place"],
        "Message": ["text"],
        "Disposition": ["instruction"],
        "Question": ["label"],
        "ApiKey": ["name"],
        "AnswerTemplate": ["name", "text"],
    },
    "notifications": {"Message": ["subject_line"]},  # mails are Indonesian
    "regions": {"Region": ["name"]},
    "worktime": {"Holiday": ["name", "decree"]},
}
SEEDS = {  # the tables themselves show what is stored, which is Indonesian
    "complaints": {"ArchiveRule": ["legal_basis"], "Category": ["name", "hint"]},
    "privacy": {"LegalBasis": ["name", "legal_basis"]},
    "worktime": {"TimeLimit": ["name", "legal_basis"]},
}


class Reader(HTMLParser):
    """What eyes and screen readers get; what is marked as Indonesian is meant to be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        marked = known.get("lang") == "id" or "text-user" in (known.get("class") or "")
        if self.silent:
            self.silent += [tag] * (tag == self.silent[-1])
        elif marked or tag in ("script", "style"):
            self.silent.append(tag)
        else:
            self.said += [value for name in SHOWN if (value := known.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[-1]:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def stored(tables: dict[str, dict[str, list[str]]]) -> set[str]:
    """The texts of these columns."""
    found = set()
    for app, models in tables.items():
        for model, columns in models.items():
            for row in apps.get_model(app, model).objects.values_list(*columns):
                found.update(value for value in row if value)
    return found


def known() -> set[str]:
    """Everybody's own words, and those of the settings."""
    return stored(DATA) | {str(value) for value in settings.PROVINCE.values() if value}


def indonesian(page: str, data: set[str]) -> list[str]:
    """Pieces of a page with an Indonesian word that is no data."""
    found = []
    for piece in Reader(page).said:
        rest = " ".join(piece.split())
        for text in sorted(data, key=len, reverse=True):
            rest = rest.replace(" ".join(text.split()), "")
        if INDONESIAN.search(rest):
            found.append(rest.strip())
    return found


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_an_english_page_speaks_english(group: Any, visitors: Any, objects: dict[str, Any]) -> None:
    data = known()
    wrong = []
    for address in group.rows:
        path = path_of(address, objects)
        for name in (*group.who.split()[:1], "anonymous"):
            client = visitors(name)
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
            answer = client.get(path)
            if not answer.get("Content-Type", "").startswith("text/html"):
                continue
            page = answer.content.decode()
            if page:
                assert '<html lang="en' in page, path
            said = indonesian(page, data | (stored(SEEDS) if path.startswith("/admin/") else set()))
            wrong += [f"{path} ({name}): {piece}" for piece in said]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Kirim laporan</p>", ["Kirim laporan"]),
        ('<a aria-label="Lihat yang lain">x</a>', ["Lihat yang lain"]),
        ('<p lang="id">Kirim <b>yang</b> ini</p><p>Send</p>', []),
        ('<p class="text-user">Kirim yang ini</p><p>untuk</p>', ["untuk"]),
        ("<p>Bagian Keuangan dan Aset, Semarang</p>", []),
        ("<script>var dan</script><title>Complaints</title>", []),
    ],
)
def test_the_reader_hears_a_word_that_is_nobodys_data(page: str, found: list[str]) -> None:
    assert indonesian(page, {"Bagian Keuangan dan Aset"}) == found
