"""What is taken, what becomes of it, and what is refused with which sentence."""

import io
import re

import pikepdf
import pytest
from PIL import Image

from biroumum.documents import intake
from biroumum.documents.intake import FileRefused, accept, accept_all
from biroumum.documents.names import MAX_LENGTH, clean_name
from tests.kernel import documents_corpus as corpus
from tests.kernel.documents_corpus import SECRET, upload


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "extension", "media_type"),
    [("JPEG", "jpg", "image/jpeg"), ("PNG", "png", "image/png"), ("WEBP", "webp", "image/webp")],
)
def test_a_picture_keeps_its_kind_and_loses_place_maker_comment_and_profile(
    kind, extension, media_type
) -> None:
    taken = accept(upload("foto.bin", corpus.photo(kind)))
    image = opened(taken.content)
    assert (taken.name, taken.media_type, image.format) == (f"foto.{extension}", media_type, kind)
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp", "XML:com.adobe.xmp"} & set(image.info)
    assert SECRET.encode() not in taken.content


def test_a_picture_taken_sideways_stands_upright() -> None:
    image = opened(accept(upload("foto.jpg", corpus.photo(orientation=6))).content)
    assert image.size == (30, 40)


def test_a_picture_is_at_most_4096_a_side() -> None:
    image = opened(accept(upload("besar.png", corpus.photo("PNG", size=(6000, 3000)))).content)
    assert image.size == (4096, 2048)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_taken(mode: str) -> None:
    out, picture = (
        io.BytesIO(),
        Image.new("I;16", (40, 30)) if mode == "I;16" else corpus.picture().convert(mode),
    )
    if mode == "I;16":
        picture.paste(65535, (0, 0, 20, 15))
    picture.save(out, "PNG")
    image = opened(accept(upload("a.png", out.getvalue())).content).convert("RGB")
    assert image.getpixel((2, 2)) != image.getpixel((38, 28))


def test_what_follows_a_picture_does_not_stay() -> None:
    content = accept(upload("a.jpg", corpus.photo() + b"<script>alert(1)</script>PK\x03\x04")).content
    assert b"script" not in content
    assert b"PK\x03\x04" not in content


def test_the_same_file_twice_gives_the_same_bytes() -> None:
    for content in (corpus.photo(), corpus.active_pdf()):
        assert accept(upload("a", content)).content == accept(upload("b", content)).content


def test_of_an_active_pdf_only_the_page_stays() -> None:
    taken = accept(upload("surat.pdf", corpus.active_pdf()))
    with pikepdf.open(io.BytesIO(taken.content)) as document:
        flat = corpus.saved(
            document,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )
        assert b"(Surat) Tj" in document.pages[0].obj.Contents.read_bytes()
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert not document.docinfo
        opened(document.pages[0].obj.Resources.XObject.Im0.read_raw_bytes())
    names = "JavaScript JS OpenAction AA Launch EmbeddedFiles EF XFA RichMedia URI Annots Metadata PieceInfo"
    assert not re.findall(rb"/(?:%s)\b" % names.replace(" ", "|").encode(), flat)
    assert SECRET.encode() not in flat
    assert b"jahat" not in flat


def test_what_someone_typed_into_a_form_is_drawn_onto_the_page() -> None:
    document = corpus.plain_pdf()
    look = document.make_stream(b"/Tx BMC BT /F1 9 Tf (Nama saya) Tj ET EMC")
    look.Type, look.Subtype, look.BBox = (
        pikepdf.Name.XObject,
        pikepdf.Name.Form,
        pikepdf.Array([0, 0, 90, 20]),
    )
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T=pikepdf.String("nama"),
        V=pikepdf.String("Nama saya"),
        Rect=pikepdf.Array([10, 10, 100, 30]),
        AP=pikepdf.Dictionary(N=look),
        F=4,
    )
    field = document.make_indirect(field)
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    document.pages[0].obj.Annots = pikepdf.Array([field])
    taken = accept(upload("isian.pdf", corpus.saved(document)))
    with pikepdf.open(io.BytesIO(taken.content)) as flat:
        drawn = flat.pages[0].obj.Resources.XObject
        assert any(b"Nama saya" in drawn[name].read_bytes() for name in set(drawn.keys()))


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LOCKED = corpus.saved(corpus.plain_pdf(), encryption=pikepdf.Encryption(owner="o", user="u"))
OWNER_LOCKED = corpus.saved(corpus.plain_pdf(), encryption=pikepdf.Encryption(owner="o", user=""))
HOSTILE = {
    "kosong.jpg": (b"", "empty"),
    "besar.jpg": (b"\xff\xd8\xff" + b"\0" * intake.MAX_BYTES, "huge"),
    "halaman.jpg": (HTML, None),
    "gambar.svg": (SVG, None),
    "program.pdf": (b"MZ\x90\0" * 40, None),
    "tersamar.pdf": (b"MZ" + corpus.saved(corpus.plain_pdf()), None),
    "film.gif": (b"GIF89a" + b"\0" * 40, None),
    "foto.heic": (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
    "potong.jpg": (corpus.photo(size=(400, 300))[:900], "broken"),
    "palsu.png": (b"\x89PNG\r\n\x1a\n" + HTML, "broken"),
    "palsu.webp": (b"RIFF\x20\0\0\0WEBP" + HTML, "broken"),
    "palsu.pdf": (b"%PDF-1.7\n" + HTML, "broken"),
    "banjir.png": (corpus.pixel_flood(), "pixels"),
    "kunci.pdf": (LOCKED, "encrypted"),
    "kunci-pemilik.pdf": (OWNER_LOCKED, "encrypted"),
    "bom.pdf": (corpus.bomb_pdf(1500), "broken"),
    "surat.docx": (corpus.docx(), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name_with_its_sentence(name: str) -> None:
    content, reason = HOSTILE[name]
    with pytest.raises(FileRefused) as refused:
        accept(upload(name, content, "image/jpeg"))
    assert refused.value.name == name
    wanted = (
        intake.SENTENCES[reason] if reason else f"Jenis berkas ini tidak diterima. {intake.IMAGES_AND_PDF}"
    )
    assert str(refused.value.message) == str(wanted)


def test_a_bursting_pdf_is_refused_for_its_size_alone() -> None:
    assert accept(upload("kecil.pdf", corpus.bomb_pdf(1))).media_type == "application/pdf"
    with pytest.raises(FileRefused):
        accept(upload("bom.pdf", corpus.bomb_pdf(300)))


def test_staff_send_office_documents_packed_anew() -> None:
    taken = accept(upload("rapat.docx", corpus.docx() + b"MZ trailing"), staff=True)
    assert (taken.name, taken.content[:4]) == ("rapat.docx", b"PK\x03\x04")
    assert b"trailing" not in taken.content
    taken = accept(upload("rapat.zip", corpus.odt()), staff=True)
    assert taken.name == "rapat.odt"
    assert taken.content[30:38] == b"mimetype"


EXTERNAL = b'<Relationship Type="http://x/attachedTemplate" Target="http://jahat" TargetMode="External"/>'
LINK = b'<Relationship Type="http://x/hyperlink" Target="https://jateng.example" TargetMode="External"/>'
OFFICE = {
    "makro": (corpus.docx(**{"word/vbaProject.bin": b"x"}), "active"),
    "docm": (corpus.docx("application/vnd.ms-word.document.macroEnabled.main+xml"), "active"),
    "templat luar": (corpus.docx(**{"word/_rels/settings.xml.rels": EXTERNAL}), "active"),
    "objek": (corpus.docx(**{"word/embeddings/a.xlsx": b"x"}), "active"),
    "entitas": (corpus.docx(**{"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "active"),
    "dde": (corpus.docx(**{"word/a.xml": b"<w:instrText>DDEAUTO cmd</w:instrText>"}), "active"),
    "odt basic": (corpus.odt(**{"Basic/Standard/a.xml": b"x"}), "active"),
    "bom": (corpus.docx(**{"word/media/a.xml": b"\0" * 200 * 2**20}), "bomb"),
    "keluar": (corpus.docx(**{"../../etc/passwd": b"x"}), "broken"),
    "zip": (corpus.packed({"a.txt": b"x"}), "type"),
    "rusak": (corpus.docx()[:200], "broken"),
}


@pytest.mark.parametrize("name", OFFICE)
def test_an_office_document_that_acts_or_bursts_is_refused(name: str) -> None:
    content, reason = OFFICE[name]
    with pytest.raises(FileRefused) as refused:
        accept(upload(f"{name}.docx", content), staff=True)
    wanted = intake.SENTENCES.get(reason) or f"Jenis berkas ini tidak diterima. {intake.WITH_OFFICE}"
    assert str(refused.value.message) == str(wanted)


def test_a_plain_link_does_not_make_a_document_active() -> None:
    accept(upload("a.docx", corpus.docx(**{"word/_rels/document.xml.rels": LINK})), staff=True)


def test_one_refused_file_takes_no_other_with_it_and_the_sixth_waits() -> None:
    files = [upload("buruk.jpg", HTML), *(upload(f"{at}.jpg", corpus.photo()) for at in range(6))]
    taken, refused = accept_all(files)
    assert [file.name for file in taken] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    assert [file.name for file in refused] == ["buruk.jpg", "4.jpg", "5.jpg"]
    assert str(refused[1].message) == str(intake.SENTENCES["many"])


def test_a_decoder_that_hangs_is_ended(monkeypatch) -> None:
    monkeypatch.setattr(intake, "DECODE_SECONDS", 0.001)
    with pytest.raises(FileRefused) as refused:
        accept(upload("a.jpg", corpus.photo()))
    assert str(refused.value.message) == str(intake.SENTENCES["bomb"])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("foto.JPG", "foto.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\a\\bukti.jpeg", "bukti.jpg"),
        ("tagihan.pdf.exe", "tagihan_pdf.jpg"),
        ("a.php.jpg", "a_php.jpg"),
        ("foto\u202egpj.exe", "fotogpj.jpg"),
        ("a\r\nSet-Cookie: x\0.jpg", "a Set-Cookie_ x.jpg"),
        ("Surat No. 12.3.jpg", "Surat No. 12_3.jpg"),
        ("<b>'\"|?*.png", "b_'.jpg"),
        ("…", "….jpg"),
        ("....jpg", "jpg.jpg"),
        ("", ""),
        ("\u200b\u202e", ""),
        ("/", ""),
    ],
)
def test_a_name_is_cleaned_and_ends_as_the_file_really_is(sent: str, kept: str) -> None:
    assert clean_name(sent, "jpg") == kept


def test_a_long_name_keeps_its_beginning_and_its_extension() -> None:
    name = clean_name("panjang " * 400 + ".png", "jpg")
    assert len(name) <= MAX_LENGTH
    assert name.startswith("panjang panjang")
    assert name.endswith(".jpg")


@pytest.mark.parametrize("name", ["", "\u202e", "../", "..."])
def test_a_nameless_file_is_refused_however_good(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        accept(upload(name, corpus.photo()))
    assert str(refused.value.message) == str(intake.SENTENCES["nameless"])
    assert refused.value.name
