"""Good and hostile files, made here so that each says what is in it."""

import io
import zipfile
import zlib

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

SECRET = "RAHASIA-JEJAK"
OOXML = "application/vnd.openxmlformats-officedocument"
MAIN = f"{OOXML}.wordprocessingml.document.main+xml"


def upload(name: str, content: bytes, claim: str = "application/octet-stream") -> SimpleUploadedFile:
    file = SimpleUploadedFile("berkas", content, claim)
    file._name = name  # as a browser sent it, before Django's own cleaning
    return file


def picture(size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, size)
    image.paste(255, (0, 0, size[0] // 2, size[1] // 2))
    return image


def photo(kind: str = "JPEG", *, orientation: int = 1, size: tuple[int, int] = (40, 30), **more) -> bytes:
    """A picture with a place, a maker, a comment and a profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET
    exif.get_ifd(0x8825)[2] = (IFDRational(7), IFDRational(3), IFDRational(1))  # latitude
    out = io.BytesIO()
    options = {"exif": exif, "icc_profile": SECRET.encode()} | more
    if kind == "JPEG":
        options["comment"] = SECRET
    picture(size).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def pixel_flood(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it has 3.6 billion pixels."""
    header = side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9000))
        + chunk(b"IEND", b"")
    )


def saved(document: pikepdf.Pdf, **options) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def plain_pdf(text: bytes = b"BT /F1 12 Tf 20 50 Td (Surat) Tj ET") -> pikepdf.Pdf:
    document = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page = document.add_blank_page(page_size=(200, 100))
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
    page.obj.Contents = document.make_stream(text)
    return document


def active_pdf() -> bytes:
    """Everything a PDF can do to its reader, on one page that still says Surat."""
    document = plain_pdf()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://jahat.example/"))
    root, page = document.Root, document.pages[0].obj
    root.OpenAction = document.make_indirect(script)
    root.AA = pikepdf.Dictionary(WC=script)
    root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=document.make_stream(b"<xdp/>"))
    root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", script])))
    document.attachments["virus.exe"] = b"MZ" + SECRET.encode()
    page.AA = pikepdf.Dictionary(O=launch)
    page.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private=pikepdf.String(SECRET)))
    box = pikepdf.Array([0, 0, 50, 50])
    page.Annots = pikepdf.Array(
        [
            document.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=subtype, Rect=box, A=action)
            )
            for subtype, action in (
                (pikepdf.Name.Link, link),
                (pikepdf.Name.Screen, launch),
                (pikepdf.Name.RichMedia, script),
            )
        ]
    )
    page.Resources.XObject = pikepdf.Dictionary(Im0=_photo_object(document))
    document.docinfo["/Author"] = SECRET
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [SECRET]
    return saved(document, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def _photo_object(document: pikepdf.Pdf) -> pikepdf.Object:
    stream = document.make_stream(photo())
    stream.Type, stream.Subtype, stream.Filter = (
        pikepdf.Name.XObject,
        pikepdf.Name.Image,
        pikepdf.Name.DCTDecode,
    )
    stream.Width, stream.Height, stream.BitsPerComponent = 40, 30, 8
    stream.ColorSpace = pikepdf.Name.DeviceRGB
    return stream


def bomb_pdf(megabytes: int) -> bytes:
    """A valid PDF of one page whose objects lie in one stream that unpacks to this much."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[5 0 R]/Count 1>>",
        5: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    }
    index, body = b"", b""
    for number, spelt in objects.items():
        index += b"%d %d " % (number, len(body))
        body += spelt + b" "
    packer = zlib.compressobj(9)
    packed = packer.compress(index + body)
    packed += b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()
    head = b"%PDF-1.5\n"
    stream = b"3 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    stream %= (len(index), len(packed), packed)
    at = len(head) + len(stream)
    rows = [(0, 0, 255), (2, 3, 0), (2, 3, 1), (1, len(head), 0), (1, at, 0), (2, 3, 2)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([last]) for kind, where, last in rows)
    xref = b"4 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    return head + stream + xref % (len(table), table) + b"startxref\n%d\n%%%%EOF" % at


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def docx(main: str = MAIN, **more: bytes) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'.encode()
    return packed({"[Content_Types].xml": types, "word/document.xml": b"<w:document/>"} | more)


def odt(**more: bytes) -> bytes:
    return packed(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"} | more
    )
