"""Hostile words, and what a reader's program makes of the places they come out at: page, paper, table."""

import csv
import io
import re
import traceback
from html.parser import HTMLParser

import openpyxl
import pikepdf
from django.conf import settings as portal

EVIL = "jahat.example"
HOSTILE = {
    "ten thousand characters": "panjang" * 1428 + "naik",
    "emoji": "Mati 😡🇮🇩👩‍👩‍👧 lagi",
    "nul": "sa\x00tu\x1b[31m dua\x07",
    "direction": "foto\u202egpj.exe \u2066lampu\u2069 \u200fmati",
    "html": f"\"'><img src=x onerror=alert(1)><script src=//{EVIL}></script></title></textarea>",
    "address": f"javascript:alert(1) <a href='https://{EVIL}/'>klik</a>",
    "template": "{{ settings.SECRET_KEY }}{% now 'Y' %} #panic() $x$ %(number)s {0} ]]> &lt;b&gt;",
    "formula": f'=HYPERLINK("https://{EVIL}";"klik")',
    "another formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "header": f"Perihal\r\nBcc: semua@{EVIL}\r\n\r\n<b>isi</b>",
}
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def squeezed(text):
    return re.sub(r"\s+", "", text)


class Seen(HTMLParser):
    """What a browser would make of a page: its words, and whatever could act or lead away."""

    def __init__(self, page):
        super().__init__()
        self.words, self.deeds = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            value = value or ""
            if name == "value":
                self.words.append(value)
            leads = name in ("href", "src", "action", "formaction")
            if name.startswith("on") or (
                leads and (EVIL in value.partition("?")[0] or value.startswith("javascript"))
            ):
                self.deeds.append((tag, name, value))

    def handle_data(self, data):
        self.words.append(data)


def in_page(page, said):
    seen = Seen(page)
    assert not seen.deeds
    assert not HIDDEN.search(page.replace("\r\n", "\n"))
    assert squeezed(said) in squeezed("".join(seen.words))


def pdf_text(document):
    """The words on its pages, read through each font's own table of signs."""
    text = ""
    for page in document.pages:
        fonts = {name: signs_of(font) for name, font in page.Resources.get("/Font", {}).items()}
        signs = {}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                signs = fonts[str(operands[0])]
            elif str(operator) in ("Tj", "TJ"):
                parts = operands[0] if str(operator) == "TJ" else operands
                codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                text += "".join(signs.get(codes[at : at + 2], "") for at in range(0, len(codes), 2))
    return text


def signs_of(font):
    table = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, re.MULTILINE)
    return {bytes.fromhex(code): bytes.fromhex(sign).decode("utf-16-be") for code, sign in pairs}


def on_paper(content, said):
    with pikepdf.open(io.BytesIO(content)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary):
                assert not {"/JS", "/Launch", "/OpenAction", "/EmbeddedFile"} & set(item.keys())
                assert str(item.get("/URI", portal.PUBLIC_URL)).startswith(portal.PUBLIC_URL)
        shown = pdf_text(document)
        letters = re.findall(r"[\x21-\x7e]+", said)  # what has no letterform is shown as a box
        assert all(squeezed(part) in squeezed(shown) for part in letters), shown


def in_csv(text, said):
    """One of its rows says it, and no cell is a formula."""
    assert not HIDDEN.search(text.replace("\r\n", "\n"))
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert squeezed(said) in squeezed("".join(cells))


def in_xlsx(content, said):
    """The same of a workbook; no cell leads away from the portal."""
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    outside = [cell.hyperlink.target for cell in cells if cell.hyperlink]
    assert all(target.startswith(portal.PUBLIC_URL) for target in outside)
    assert squeezed(said) in squeezed("".join(str(cell.value) for cell in cells))


def faults_of(doors, told):
    """Every door is tried; what each that failed said."""
    faults = {}
    for door in doors:
        try:
            door(told)
        except Exception as fault:
            line = traceback.extract_tb(fault.__traceback__)[1].line
            faults[door.__name__] = f"{line}: {type(fault).__name__}: {fault}"[:600]
    return faults
