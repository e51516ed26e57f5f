"""PDF pages: tagged, titled, with a code; and no text can break or steer them."""

import io
import threading

import pikepdf
import pytest
import typst

from biroumum.documents import pdf
from biroumum.documents.codes import LENGTH, grouped, new_code, normal_code

DATA = {
    "title": "Tanda terima pengaduan UJI-2026-000147",
    "facts": [["Nomor", "UJI-2026-000147"], ["Perihal", "Lampu lorong mati"]],
    "paragraphs": ["Simpan tanda terima ini.\nBaris kedua.\n\nParagraf kedua."],
    "tables": [{"title": "Berkas", "head": ["Nama", "Ukuran"], "rows": [["foto.jpg", "1,2 MB"]]}],
}


def opened(**changes) -> pikepdf.Pdf:
    options = {key: changes.pop(key) for key in ("language", "code", "at") if key in changes}
    return pikepdf.open(io.BytesIO(pdf.render("plain.typ", DATA | changes, **options)))


def test_a_page_is_tagged_titled_and_knows_its_language(now) -> None:
    document = opened(at=now)
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == DATA["title"]
    assert document.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in document.Root
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert str(document.Root.Lang) == "id"
    assert str(opened(language="en").Root.Lang) == "en"


def test_the_same_document_has_the_same_bytes(now) -> None:
    assert pdf.render("plain.typ", DATA, at=now, code="7K3M9PQR2WXY4ABC") == pdf.render(
        "plain.typ", DATA, at=now, code="7K3M9PQR2WXY4ABC"
    )


def test_a_code_comes_with_a_picture_of_its_address() -> None:
    without, coded = opened(), opened(code="7K3M9PQR2WXY4ABC")
    assert alternatives(coded) - alternatives(without) == {
        "Periksa keaslian dokumen ini dengan kode QR, atau ketik kodenya di: "
        "http://127.0.0.1:8000/verifikasi/7K3M9PQR2WXY4ABC"
    }


def alternatives(document: pikepdf.Pdf) -> set[str]:
    """The texts that stand for pictures, for who cannot see them."""
    found = set()
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and "/Alt" in item:
            found.add(str(item.Alt))
    return found


HOSTILE = {
    "markup": '#panic("x") #read("/etc/passwd") *b* _i_ $x$ `c` @a <l> // k /* k */ = j',
    "quotes": '"\\"}]) #{',
    "html": "<script>alert(1)</script>",
    "nul": "a\0b\x07\x1b[31m",
    "emoji": "Tolong 😀 👍🏽 👨‍👩‍👧 🇮🇩",
    "rtl": "السلام عليكم \u202egpj.exe שלום",
    "cjk": "汉字 かな 한국어",
    "javanese": "ꦲꦤꦕꦫꦏ",
    "surrogate": "a\ud800b",
    "byte order": "\ufeffa\ufffe\uffff",
    "private": "\ue000\U0010ffff",
    "long": "panjang" * 1500,
    "combining": "a" + "\u0301" * 300,
    "every sign": "".join(map(chr, range(0x3100))),
    "signs that end the compiler": "".join(map(chr, range(0x5C0, 0x600))),
    "formula": "=cmd|'/c calc'!A1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_can_break_or_steer_a_page(name: str) -> None:
    text = HOSTILE[name]
    document = opened(
        title=text,
        facts=[[text, text]],
        paragraphs=[text],
        tables=[{"title": text, "head": [text], "rows": [[text]]}],
    )
    assert len(document.pages) >= 1


def test_markup_in_a_title_stays_text() -> None:
    with opened(title='#panic("x") *b*').open_metadata() as metadata:
        assert metadata["dc:title"] == '#panic("x") *b*'


def test_a_sign_without_a_letterform_costs_no_other_its_own() -> None:
    pdf.render("plain.typ", DATA | {"paragraphs": ["a\U0001f600"]})
    again = pdf.render("plain.typ", DATA | {"title": "a"})
    with pikepdf.open(io.BytesIO(again)) as document, document.open_metadata() as metadata:
        assert metadata["dc:title"] == "a"


def test_a_mistake_in_a_template_is_said_and_not_hidden() -> None:
    with pytest.raises(typst.TypstError):
        pdf.render("plain.typ", {"title": "Tanpa isi", "facts": [["satu"]]})


def test_several_threads_may_render_at_once() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(pdf.render("plain.typ", DATA))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6


def test_a_long_table_repeats_on_pages_with_its_head() -> None:
    rows = [[f"{number}.jpg", "1 MB"] for number in range(200)]
    assert len(opened(tables=[{"title": "Berkas", "head": ["Nama", "Ukuran"], "rows": rows}]).pages) > 3


# -- codes


def test_codes_hold_80_bits_and_do_not_repeat() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {LENGTH}
    assert len(set("".join(codes))) == 32


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7k3m-9pqr-2wxy-4abc", "7K3M9PQR2WXY4ABC"),
        (" 7K3M 9PQR–2WXY 4ABC\n", "7K3M9PQR2WXY4ABC"),
        ("OILO000000000000", "0110000000000000"),
        ("7K3M9PQR2WXY4AB", ""),
        ("7K3M9PQR2WXY4ABU", ""),
        ("' OR 1=1 --      ", ""),
        ("\0" * 16, ""),
        ("x" * 10_000, ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, meant: str) -> None:
    assert normal_code(typed) == meant


def test_a_code_is_shown_in_fours() -> None:
    assert grouped("7K3M9PQR2WXY4ABC") == "7K3M-9PQR-2WXY-4ABC"
