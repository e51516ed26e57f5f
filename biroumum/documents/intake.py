"""What files the portal takes: by their first bytes, and only after a real decoder has rebuilt them.

Names, extensions and media types that a browser sends are the sender's claims; none of them is believed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from biroumum.documents.names import clean_name, shown_name

MAX_FILES = 5  # a call: evidence fits, and the sender does not wait long for five to be rebuilt
MAX_BYTES = 10 * 2**20  # a file: a phone's photo or a scan of some twenty pages
DECODE_SECONDS = 30  # a file that takes longer is meant to
DECODER = Path(__file__).with_name("decode.py")

IMAGES_AND_PDF = _("Kirim JPEG, PNG, WebP, atau PDF.")
WITH_OFFICE = _("Kirim JPEG, PNG, WebP, PDF, atau dokumen Word, Excel, PowerPoint, ODT, ODS.")
SENTENCES: dict[str, str | Promise] = {
    "empty": _("Berkas ini kosong."),
    "nameless": _("Berkas ini tidak bernama. Beri nama, lalu kirim lagi."),
    "huge": _("Berkas ini lebih besar dari 10 MB. Perkecil atau bagi dua."),
    "many": _("Paling banyak 5 berkas sekali kirim. Kirim yang ini kemudian."),
    "heic": _("Foto HEIC tidak dapat dibuka di sini. Simpan sebagai JPEG, lalu kirim lagi."),
    "broken": _("Berkas ini rusak atau terpotong. Simpan ulang, lalu kirim lagi."),
    "pixels": _("Gambar ini lebih dari 50 juta piksel. Perkecil, lalu kirim lagi."),
    "encrypted": _("Berkas ini dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu kirim lagi."),
    "active": _("Dokumen ini berisi makro atau objek tertanam. Simpan sebagai PDF, lalu kirim lagi."),
    "bomb": _("Isi berkas ini mengembang terlalu besar untuk diperiksa dengan aman."),
}


class FileRefused(Exception):
    """One file is not taken; `name` is fit for a page and `message` a sentence for its sender."""

    def __init__(self, name: str, message: str | Promise) -> None:
        super().__init__(name, message)
        self.name, self.message = name, message

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


@dataclass(frozen=True)
class Kind:
    extension: str
    media_type: str
    staff_only: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
KINDS = {
    kind.extension: kind
    for kind in (
        Kind("jpg", "image/jpeg"),
        Kind("png", "image/png"),
        Kind("webp", "image/webp"),
        Kind("pdf", "application/pdf"),
        Kind("docx", f"{_OOXML}.wordprocessingml.document", staff_only=True),
        Kind("xlsx", f"{_OOXML}.spreadsheetml.sheet", staff_only=True),
        Kind("pptx", f"{_OOXML}.presentationml.presentation", staff_only=True),
        Kind("odt", f"{_ODF}.text", staff_only=True),
        Kind("ods", f"{_ODF}.spreadsheet", staff_only=True),
    )
}


@dataclass(frozen=True)
class Accepted:
    """A file that was taken: its own decoder's output, a safe name, its real type."""

    name: str
    media_type: str
    content: bytes


def accept(file: File | Accepted, *, staff: bool = False) -> Accepted:
    """Rebuild one upload, or raise FileRefused; what was accepted before passes through."""
    if isinstance(file, Accepted):
        return file
    shown = shown_name(file.name or "")
    try:
        kind, content = _rebuild(file, staff)
        if not (name := clean_name(file.name or "", kind.extension)):
            raise _No("nameless")
    except _No as no:
        raise FileRefused(shown, no.sentence(staff)) from None
    return Accepted(name, kind.media_type, content)


def accept_all(
    files: Iterable[File | Accepted], *, staff: bool = False
) -> tuple[list[Accepted], list[FileRefused]]:
    """Each file by itself: one that is refused takes no other with it."""
    taken: list[Accepted] = []
    refused: list[FileRefused] = []
    for count, file in enumerate(files):
        try:
            if count >= MAX_FILES:
                raise FileRefused(shown_name(file.name or ""), SENTENCES["many"])
            taken.append(accept(file, staff=staff))
        except FileRefused as no:
            refused.append(no)
    return taken, refused


class _No(Exception):
    def sentence(self, staff: bool) -> str | Promise:
        kinds = WITH_OFFICE if staff else IMAGES_AND_PDF
        return SENTENCES.get(self.args[0]) or _("Jenis berkas ini tidak diterima. %(kinds)s") % {
            "kinds": kinds
        }


def _rebuild(file: File, staff: bool) -> tuple[Kind, bytes]:
    if not file.size:
        raise _No("empty")
    if file.size > MAX_BYTES:
        raise _No("huge")
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    extension, content = _decode(_family(data, staff), data)
    return KINDS[extension], content


def _family(data: bytes, staff: bool) -> str:
    """The decoder to ask, from the first bytes; a PDF or ZIP that begins later is two files in one."""
    for magic, family in ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf")):
        if data.startswith(magic):
            return family
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"PK\x03\x04") and staff:
        return "office"
    raise _No("heic" if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1") else "type")


def _decode(family: str, data: bytes) -> tuple[str, bytes]:
    """Run the decoder in a process of its own with little memory and time, so that a bomb bursts there."""
    command = [sys.executable, "-I", str(DECODER), family]
    try:
        child = subprocess.run(  # noqa: S603 - our own program, no text of the sender's among its arguments
            command, input=data, capture_output=True, timeout=DECODE_SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise _No("bomb") from None
    head, _newline, content = child.stdout.partition(b"\n")
    if child.returncode == 0 and content:
        return head.decode(), content
    reason = head.decode("ascii", "replace")
    raise _No(reason if reason in SENTENCES or reason == "type" else "bomb")
