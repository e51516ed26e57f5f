"""A program of its own: rebuilds one untrusted file, read from stdin, under limits on memory and time.

`python -I decode.py jpg|png|webp|pdf|office`. Prints the real kind's extension, a newline and the new file; or,
with exit status 1, the reason for refusing: broken, pixels, encrypted, active, bomb, type. Imports nothing of
the portal, so that it starts fast and holds no secret when a decoder is broken into.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, NoReturn

MEMORY = 900 * 2**20  # 50 million pixels in four channels, their smaller copy, and the libraries
CPU_SECONDS = 20
MAX_PIXELS = 50_000_000  # the sharpest phones in common use
MAX_SIDE = 4096  # pixels; a page of text photographed stays readable
STREAM_MEMORY = 128 * 2**20  # one unpacked stream of a PDF: an A3 page scanned in colour at 300 dpi has 52 MB
MAX_PAGES = 500
UNPACKED = 150 * 2**20  # an office document's parts together
MAX_PARTS = 3000


class Refused(Exception):
    pass


def refuse(reason: str) -> NoReturn:
    raise Refused(reason)


# -- images


def image(data: bytes, kind: str) -> bytes:
    """The picture's pixels, upright and at most 4096 a side, in a new file without anything else."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # checked here, before any pixel is decoded
    with Image.open(io.BytesIO(data), formats=[{"jpg": "JPEG"}.get(kind, kind.upper())]) as source:
        if source.width * source.height > MAX_PIXELS:
            refuse("pixels")
        source.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(source)
    see_through = upright.has_transparency_data and kind != "jpg"
    if upright.mode.startswith("I"):  # 16-bit greys
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    upright = upright.convert("RGBA" if see_through else "L" if upright.mode in ("1", "L", "LA") else "RGB")
    clean = Image.new(upright.mode, upright.size)  # Pillow carries comments and profiles along in `info`
    clean.paste(upright)
    out = io.BytesIO()
    options: dict[str, Any] = {"jpg": {"quality": 85, "progressive": True}, "webp": {"quality": 85}}.get(
        kind, {}
    )
    clean.save(out, {"jpg": "JPEG"}.get(kind, kind.upper()), **options)
    return out.getvalue()


# -- PDF

PAGE_KEYS = {
    "/Type /Parent /Resources /Contents /MediaBox /CropBox /BleedBox /TrimBox /ArtBox /Rotate /UserUnit /Group"
}
PAGE_KEYS = set(" ".join(PAGE_KEYS).split())
# Where a PDF keeps what acts, hides, points outside or tells of its maker, wherever it stands.
DROPPED_KEYS = set(
    "/AA /AcroForm /AF /EF /EmbeddedFiles /JavaScript /JS /Launch /Metadata /Names /OPI /OpenAction /PieceInfo"
    " /Ref /RichMedia /RichMediaContent /URI /XFA /FFilter /FDecodeParms /Alternates /Annots /B /PS /LastModified".split()
)
ACTIONS = set(
    "/JavaScript /Launch /URI /GoTo /GoToR /GoToE /GoTo3DView /SubmitForm /ResetForm /ImportData /Rendition /Movie"
    " /Sound /Named /Hide /SetOCGState /Thread /Trans /RichMediaExecute".split()
)


def pdf(data: bytes) -> bytes:
    """The pages as they print: forms and notes are drawn onto them; links, actions and hidden parts are gone."""
    import pikepdf

    limits = dict.fromkeys(("flate", "png", "tiff", "run_length", "dct"), STREAM_MEMORY)
    pikepdf.settings.set_qpdf_limits(**{f"{name}_max_memory": size for name, size in limits.items()})  # type: ignore[arg-type]
    try:
        document = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        refuse("encrypted")
    with document:
        if document.is_encrypted:
            refuse("encrypted")
        if not 0 < len(document.pages) <= MAX_PAGES:
            refuse("broken" if not len(document.pages) else "bomb")
        _flatten(document)
        for key in set(document.trailer.keys()) - {"/Root", "/Size", "/ID", "/Prev", "/XRefStm"}:
            del document.trailer[key]
        for item in document.objects:
            _scrub(item, pikepdf)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _flatten(document: Any) -> None:
    """Draw what stands in form fields and notes, then leave of catalogue and pages only what shows."""
    document.generate_appearance_streams()
    document.flatten_annotations("screen")
    for key in set(document.Root.keys()) - {"/Type", "/Pages"}:
        del document.Root[key]
    for page in document.pages:
        for key in set(page.obj.keys()) - PAGE_KEYS:
            del page.obj[key]


def _scrub(item: Any, pikepdf: Any) -> None:
    """Take dropped keys and actions out of one indirect object and everything written inside it."""
    waiting = [item]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += [child for child in node if _is_inside(child, pikepdf)]
        elif isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
            doomed = set(node.keys()) if str(node.get("/S")) in ACTIONS else set(node.keys()) & DROPPED_KEYS
            if isinstance(node, pikepdf.Stream):
                doomed |= set(node.keys()) & {"/F"}  # a stream whose bytes lie in another file
                _scrub_photo(node)
            for key in doomed:
                del node[key]
            waiting += [node[key] for key in set(node.keys()) if _is_inside(node[key], pikepdf)]


def _is_inside(child: Any, pikepdf: Any) -> bool:
    return isinstance(child, (pikepdf.Array, pikepdf.Dictionary)) and not child.is_indirect


def _scrub_photo(stream: Any) -> None:
    """A photograph in a PDF is a whole JPEG, often with the place it was taken."""
    filters = stream.get("/Filter")
    names = [str(filters)] if str(filters).startswith("/") else [str(name) for name in filters or ()]
    if names == ["/DCTDecode"]:
        stream.write(
            b"".join(_jpeg_parts(stream.read_raw_bytes())),
            filter=filters,
            decode_parms=stream.get("/DecodeParms"),
        )


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    """The segments of a JPEG without comments and application data, but Adobe's, which says what colours mean."""
    yield data[:2]
    at = 2
    while match := re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL).search(data, at):
        yield data[at : match.start()]
        marker, at = match[1][0], match.end()
        if marker == 0xD9:
            break
        length = int.from_bytes(data[at : at + 2], "big")
        if marker == 0xEE or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            yield bytes((0xFF, marker)) + data[at : at + length]
        at += length
    yield b"\xff\xd9"


# -- office documents

OOXML_MAIN = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
ODF_TYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# Macros, controls and embedded objects, by the places both families keep them.
ACTIVE_PART = re.compile(
    r"vba|activex|oleobject|/embeddings/|macrosheets|customui|externallinks|^basic/|^scripts/|^object ?\d|\.bin$",
    re.IGNORECASE,
)
EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
DECLARATION = re.compile(rb"<\0?!\0?(D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)", re.IGNORECASE)


def office(data: bytes) -> tuple[str, bytes]:
    """The same document packed anew, so that nothing rides before, between or behind its parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = dict(_parts(source))
    kind = _office_kind(parts)
    if any(ACTIVE_PART.search(name) or _is_active(name, part) for name, part in parts.items()):
        refuse("active")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            packed.writestr(zipfile.ZipInfo(name), part, compress_type=method)
    return kind, out.getvalue()


def _parts(source: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = source.infolist()
    if len(entries) > MAX_PARTS:
        refuse("bomb")
    left = UNPACKED
    for entry in sorted(entries, key=lambda entry: entry.filename != "mimetype"):  # ODF wants it first
        name = entry.filename
        if entry.flag_bits & 1:
            refuse("encrypted")
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            refuse("broken")
        if name.endswith("/"):
            continue
        with source.open(entry) as packed:
            part = packed.read(left + 1)
        left -= len(part)
        if left < 0:
            refuse("bomb")
        yield name, part


def _office_kind(parts: dict[str, bytes]) -> str:
    if kind := ODF_TYPES.get(parts.get("mimetype", b"").strip()):
        return kind
    types = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types:
        refuse("active")
    return next((kind for kind, main in OOXML_MAIN.items() if main in types), "") or refuse("type")


def _is_active(name: str, part: bytes) -> bool:
    """External templates and data, entity declarations, DDE fields, scripts in ODF."""
    if name.endswith(".rels") and any(b"/hyperlink" not in link for link in EXTERNAL.findall(part)):
        return True
    if not name.endswith((".xml", ".rels")):
        return False
    return bool(DECLARATION.search(part)) or b"DDEAUTO" in part or b"<script:event-listener" in part


# -- the program


def rebuild(family: str, data: bytes) -> tuple[str, bytes]:
    """Real kind and new content; raises Refused."""
    if family == "office":
        return office(data)
    return family, pdf(data) if family == "pdf" else image(data, family)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        kind, content = rebuild(sys.argv[1], sys.stdin.buffer.read())
    except (Refused, MemoryError) as no:
        reason = str(no) if isinstance(no, Refused) else "bomb"
    except Exception:  # any decoder may stumble in its own way over what is not really its format
        reason = "broken"
    else:
        sys.stdout.buffer.write(kind.encode() + b"\n" + content)
        return 0
    sys.stdout.write(reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())
