"""Hostile words, taken in through the pages, come out as words at every door: page, log, mail, paper, table, feed."""

import html
import json
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from biroumum.documents.models import Attachment
from biroumum.notifications.delivery import _as_mail
from biroumum.notifications.models import Message as Mail
from biroumum.web.forms import plain_text
from complaints.models import Category, Complaint
from tests.complaints.citizen import Citizen, code_on, make_regions
from tests.complaints.inert import (
    EVIL,
    HIDDEN,
    HOSTILE,
    faults_of,
    in_csv,
    in_page,
    in_xlsx,
    on_paper,
    squeezed,
)
from tests.kernel.documents_corpus import photo


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
    take("verify", **decided, visibility_reason=said.line)
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
    assert not faults_of(DOORS, told)


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
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
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
    in_csv(b"".join(answer.streaming_content).decode("utf-8-sig"), told.line)


def table_as_xlsx(told):
    answer = told.sekar.get("/kerja/pengaduan/ekspor.xlsx")
    in_xlsx(b"".join(answer.streaming_content), told.line)


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
    for address in (
        "/pengaduan/daftar/umpan.rss",
        "/pengaduan/daftar/umpan.atom",
        f"{told.published}umpan.atom",
    ):
        words = "".join(ET.fromstring(Client().get(address).content).itertext())
        assert squeezed(told.line) in squeezed(html.unescape(words))  # readers take titles as HTML
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
