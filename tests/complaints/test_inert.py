"""Hostile words, taken in through the pages, come out as words at every door: page, log, mail, paper, table, feed."""

import csv
import html
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from types import SimpleNamespace

import openpyxl
import pikepdf
import pytest
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from biroumum.documents.models import Attachment
from biroumum.notifications.delivery import _as_mail
from biroumum.notifications.models import Message as Mail
from biroumum.web.forms import plain_text
from complaints.models import Category, Complaint
from tests.complaints.citizen import Citizen, code_on, make_regions
from tests.kernel.documents_corpus import photo

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
            if name.startswith("on") or (leads and (EVIL in value or value.startswith("javascript"))):
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


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def told(request, cast, client_for):
    """A case whose every text is hostile, from the citizen's form to the office's words for the public."""
    text = request.param
    said = SimpleNamespace(line=text[:70], long=text)
    with transaction.atomic():
        make_regions()
        Category.objects.filter(code="infrastruktur").update(hint=plain_text(said.line))
    citizen, sekar = Citizen(), client_for(cast.sekar)
    sector = Category.objects.get(code="infrastruktur")
    citizen.fill_in(
        title=said.line, description=said.long, place=said.line, category=sector.pk, name=said.line
    )
    name = said.line.replace("/", "").replace("\r\n", "%0D%0A") + ".jpg"  # as browsers spell it
    citizen.answer("lampiran", files=[SimpleUploadedFile(name, photo())], upload="1")
    sent = citizen.send()
    assert sent.status_code == 201
    case, code = Complaint.objects.get(), code_on(sent)

    def take(step, **data):
        case.refresh_from_db()
        answer = sekar.post(f"{case.get_absolute_url()}{step}/", data | {"expected_state": case.state})
        assert answer.status_code == 302, answer.content.decode()

    decided = {"title": said.line, "kind": "complaint", "category": sector.pk, "visibility": "open"}
    take("verify", **decided)
    public = {"title": said.line, "description": said.long, "answer": said.long, "checked": "on"}
    assert sekar.post(f"{case.get_absolute_url()}publikasi/", public).status_code == 302
    take("hand_over", agency=said.line, reason=said.line, follow_up=said.line, reason_code="regency")
    follow = {"email": "warga@contoh.id"}
    assert Client().post(f"/pengaduan/daftar/{case.number}/ikuti/", follow).status_code in (200, 302)
    case.refresh_from_db()
    return SimpleNamespace(
        case=case,
        code=code,
        citizen=citizen,
        sekar=sekar,
        admin=client_for(cast.admin),
        line=plain_text(said.line),
        long=plain_text(said.long),
        published=f"/pengaduan/daftar/{case.number}/",
    )


def test_whatever_was_typed_is_words_at_every_door(told):
    faults = {}
    for door in DOORS:
        try:
            door(told)
        except Exception as fault:
            faults[door.__name__] = f"{type(fault).__name__}: {fault}"[:600]
    assert not faults


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def tracking_page(told):
    in_page(page_of(told.citizen.client, told.citizen.track(told.case, told.code)), told.long)


def staff_page_with_its_log(told):
    page = page_of(told.sekar, told.case.get_absolute_url())
    in_page(page, told.long)
    in_page(page.partition('id="riwayat"')[2], told.line)


def staff_list(told):
    in_page(page_of(told.sekar, "/kerja/pengaduan/"), told.line)


def published_page(told):
    in_page(page_of(Client(), told.published), told.long)


def admin_list(told):
    in_page(page_of(told.admin, f"/admin/complaints/category/{told.case.category_id}/change/"), told.line)
    assert EVIL not in page_of(told.admin, "/admin/complaints/category/").replace(html.escape(told.line), "")


def mail(told):
    message = Mail.objects.get(to="warga@contoh.id")
    built = _as_mail(message).message()
    assert set(built.keys()) <= MAIL_HEADERS
    assert "\n" not in str(built["Subject"])
    assert built.get_all("To") == ["warga@contoh.id"]
    text, page = (part.get_payload(decode=True).decode() for part in built.walk() if not part.is_multipart())
    assert not HIDDEN.search(text.replace("\r\n", "\n"))
    assert squeezed(told.line) in squeezed(text)
    in_page(page, told.line)


MAIL_HEADERS = {
    "Content-Type",
    "MIME-Version",
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "X-Auto-Response-Suppress",
    "Reply-To",
}


def receipt(told):
    shown = {"number": told.case.number, "code": told.code}
    on_paper(told.citizen.client.post("/pengaduan/tanda-terima/", shown).content, told.long)


def proof_of_handing_over(told):
    address = told.citizen.track(told.case, told.code)
    on_paper(told.citizen.client.post(f"{address}pelimpahan/").content, told.line)


def table_as_csv(told):
    answer = told.sekar.get("/kerja/pengaduan/ekspor.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert not HIDDEN.search(text.replace("\r\n", "\n"))
    _head, row = csv.reader(io.StringIO(text, newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert squeezed(told.line) in squeezed("".join(row))


def table_as_xlsx(told):
    answer = told.sekar.get("/kerja/pengaduan/ekspor.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    _head, row = sheet.iter_rows()
    assert not any(cell.data_type == "f" for cell in row)
    outside = [cell.hyperlink.target for cell in row if cell.hyperlink]
    assert all(target.startswith(portal.PUBLIC_URL) for target in outside)
    assert squeezed(told.line) in squeezed("".join(str(cell.value) for cell in row))


def open311(told):
    address = f"/open311/v2/requests/{told.case.number}"
    as_json = Client().get(f"{address}.json")
    assert as_json["Content-Type"].startswith("application/json")
    (row,) = json.loads(as_json.content)
    tree = ET.fromstring(Client().get(f"{address}.xml").content)
    for description in (row["description"], tree.findtext(".//description")):
        assert squeezed(told.long) in squeezed(description)
        assert not HIDDEN.search(description)


def feeds(told):
    for kind in ("rss", "atom"):
        words = "".join(ET.fromstring(Client().get(f"/pengaduan/daftar/umpan.{kind}").content).itertext())
        assert squeezed(told.line) in squeezed(words)
        assert not HIDDEN.search(words)


def name_of_a_file(told):
    answer = told.sekar.get(Attachment.objects.get().get_absolute_url())
    assert answer.status_code == 200
    header = answer["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert not set(header) & set("\r\n\x00/\\<>")
    assert not HIDDEN.search(Attachment.objects.get().name)
    assert header.rstrip('"').endswith(".jpg")


DOORS = (
    tracking_page,
    staff_page_with_its_log,
    staff_list,
    published_page,
    admin_list,
    mail,
    receipt,
    proof_of_handing_over,
    table_as_csv,
    table_as_xlsx,
    open311,
    feeds,
    name_of_a_file,
)
