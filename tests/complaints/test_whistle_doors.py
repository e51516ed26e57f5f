"""A whistle-blower's report at every address of the portal, for everyone but the examiners: no byte of it.

The marker is typed into all a reporter can type; case and address are looked for in what each page, file, table of a
report, mail and line of an inbox says.
"""

import datetime as dt
import io
import logging
import re
import zipfile
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.documents.services import attach
from biroumum.notifications.models import Message as Mail, Notification
from biroumum.reports.registry import REPORTS, Params
from biroumum.web.subjects import subject_key
from complaints import tasks
from complaints.models import Category
from complaints.services.similar import Told, similar_cases
from complaints.states import Kind
from complaints.workflow import COMPLAINT
from tests.complaints.citizen import Citizen
from tests.complaints.test_intake import content, file
from tests.kernel.documents_corpus import photo, upload
from tests.kernel.test_urls_by_role import addresses

READERS = ("irma", "galih")
MARKS = ("Zamrud", "zamrud@contoh.example", "0812555777")
TYPED = {
    "title": "Uang Zamrud diminta",
    "description": "Zamrud meminta uang di loket Zamrud.",
    "place": "Ruang Zamrud",
    "name": "Zamrud Permata",
    "email": "zamrud@contoh.example",
    "phone": "0812555777",
}


def says(answer):
    """What an answer says, a workbook unpacked."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(book.read(name) for name in book.namelist())
    return " ".join([body.decode(errors="replace"), str(answer.headers)])


def paths(case, file_url):
    """Every address, its places filled with what belongs to the case, and the ways to ask for it by name."""
    for address in addresses():
        path = re.sub(r"<slug:number>|<number>", case.number, f"/{address}")
        path = re.sub(r"<uuid:pk>", file_url.strip("/").rpartition("/")[2], path)
        path = re.sub(r"<int:pk>|<path:object_id>", str(case.pk), path)
        path = path.replace("<slug:name>", "inspect").replace("<month>.<kind>", "2026-11.csv")
        if "<slug:code>" in path or "<code>.<kind>" in path:
            for code in REPORTS:
                yield path.replace("<slug:code>", code).replace("<code>.<kind>", f"{code}.csv")
                yield path.replace("<slug:code>", code).replace("<code>.<kind>", f"{code}.xlsx")
            continue
        path = (
            path.replace("<code>", "infrastruktur")
            .replace("<form>", "json")
            .replace("<app_label>", "complaints")
        )
        yield re.sub(r"<[^>]+>", "1", path)
    yield from (
        f"/kerja/pengaduan/?{ask}"
        for ask in ("progress=late", "progress=open", "state=received", "memilih=1")
    )
    yield f"/kerja/pengaduan/bersama/?pilih={case.pk}"
    yield from ("/open311/v2/requests.xml", f"/open311/v2/requests.json?service_request_id={case.number}")
    yield from ("/sitemap.xml", "/robots.txt", "/kerja/surel/?keadaan=sent", "/kerja/surel/?keadaan=pending")


@pytest.fixture
def case(cast, settings, tmp_path):
    """Filed through the pages, with a file, a message, and its deadline missed; the timers have run."""
    settings.MEDIA_ROOT = tmp_path
    citizen = Citizen()
    case, code = citizen.file(kind="whistle", **TYPED)
    case.file_url = attach(
        subject_key(case), upload("zamrud.jpg", photo()), actor=Actor.holder(subject_key(case))
    ).get_absolute_url()
    citizen.client.post(citizen.track(case, code), {"text": "Zamrud lagi."})
    later = (timezone.now() + dt.timedelta(days=9)).isoformat()
    for task in (tasks.warn_of_deadlines, tasks.keep_statistics, tasks.close_silent):
        task(later)
    return case


def marks(case):
    return (case.number, *MARKS)


def test_no_address_tells_anyone_else_a_byte_of_it(case, cast, client_for, caplog):
    caplog.set_level(logging.CRITICAL)
    told, asked = [], 0
    outsiders = [name for name in vars(cast) if name not in READERS]
    for name in (*outsiders, "anonymous"):
        client = Client() if name == "anonymous" else client_for(getattr(cast, name))
        client.raise_request_exception = False
        client.defaults["REMOTE_ADDR"] = f"10.1.0.{len(name) + asked % 200}"
        for path in paths(case, case.file_url):
            cache.clear()
            answer, asked = client.get(path), asked + 1
            assert answer.status_code != 500, (name, path)
            text = says(answer).replace(path, "")
            told += [f"{name} {path}: {mark}" for mark in marks(case) if mark.lower() in text.lower()]
            if path.startswith(("/akun/keluar", "/admin/logout")):
                client = Client() if name == "anonymous" else client_for(getattr(cast, name))
    assert asked > 1500
    assert told == []


def test_the_same_addresses_show_it_to_an_examiner_but_give_it_to_no_file(case, cast, client_for, caplog):
    """So that the test above can fail: what it looks for is there to be seen."""
    caplog.set_level(logging.CRITICAL)
    client = client_for(cast.irma)
    page = f"/kerja/pengaduan/{case.pk}/"
    seen = {path for path in ("/kerja/", "/kerja/pengaduan/", page) if case.number in says(client.get(path))}
    assert seen == {"/kerja/", "/kerja/pengaduan/", page}
    assert "Zamrud" in says(client.get(page))
    assert client.get(case.file_url).status_code == 200
    for kind in ("csv", "xlsx"):
        assert case.number not in says(client.get(f"/kerja/pengaduan/ekspor.{kind}"))
    assert f"{page}ringkasan/" not in says(client.get(page))
    assert client.post(f"{page}ringkasan/").status_code == 403


def test_no_row_of_a_report_mail_or_inbox_of_anyone_else_tells_of_it(case, cast):
    day = timezone.localdate()
    for report in REPORTS.values():
        for user in vars(cast).values():
            rows = str(
                list(report.rows(Params(user, day - dt.timedelta(days=30), day + dt.timedelta(days=1))))
            )
            assert not [mark for mark in marks(case) if mark in rows], (report.code, user)
    assert not Mail.objects.exists()
    assert {line.user for line in Notification.objects.filter(text__contains=case.number)} == {
        cast.irma,
        cast.galih,
    }


def test_numbers_of_dashboards_and_of_the_public_do_not_move(cast, now):
    def counted():
        day, found = timezone.localdate(), {}
        for code, report in REPORTS.items():
            if code not in ("complaints-due", "complaints-late"):
                for who in ("hartono", "rini"):
                    cache.clear()
                    params = Params(
                        getattr(cast, who), day - dt.timedelta(days=30), day + dt.timedelta(days=1)
                    )
                    found[code, who] = [
                        {key: str(value) for key, value in row.items()} for row in report.rows(params)
                    ]
        return found

    file(now)
    before = counted()
    case = file(now, content=content(kind=Kind.WHISTLE)).complaint
    COMPLAINT.perform(case, "inspect", actor=Actor.staff(cast.irma), text="")
    assert counted() == before


@pytest.mark.parametrize(
    "door", ["list", "search", "a step", "several", "saved view", "similar", "bulk data"]
)
def test_by_name_it_is_found_by_no_one_else(case, cast, client_for, door):
    with transaction.atomic():
        category = Category.objects.first()
    for name in (name for name in vars(cast) if name not in READERS):
        client = client_for(getattr(cast, name))
        client.raise_request_exception = False
        found = {
            "list": lambda client=client: client.get("/kerja/pengaduan/", {"q": case.number}),
            "search": lambda client=client: client.get("/kerja/pengaduan/", {"q": "loket"}),
            "a step": lambda client=client: client.post(
                f"/kerja/pengaduan/{case.pk}/hand_in/", {"reason": "x"}
            ),
            "several": lambda client=client: client.post(
                "/kerja/pengaduan/bersama/", {"pilih": case.pk, "unit": cast.bagas.live[0].position.unit_id}
            ),
            "saved view": lambda client=client: client.post(
                "/kerja/pengaduan/tampilan/", {"name": "Pelanggaran", "query": "kind=whistle"}, follow=True
            ),
            "similar": lambda client=client: client.post("/pengaduan/baru/mirip/", {"title": TYPED["title"]}),
            "bulk data": lambda client=client: client.get("/open311/bulk/requests.csv"),
        }[door]()
        text = says(found)
        assert "Ruang Zamrud" not in text
        assert f"/kerja/pengaduan/{case.pk}/" not in text.replace(f"/kerja/pengaduan/{case.pk}/hand_in/", "")
    case.refresh_from_db()
    assert (case.kind, case.state) == ("whistle", "received")
    assert similar_cases(Told(TYPED["title"], TYPED["description"], "", category)) == []


def test_every_report_begins_with_what_may_be_counted():
    """One that read the cases themselves would count whistle-blowing, and no other test need notice."""
    code = "".join(path.read_text() for path in (Path(tasks.__file__).parent / "reports").glob("*.py"))
    begun = re.findall(r"Complaint\s*\.objects\s*\.(\w+)", code)
    assert len(begun) == len(re.findall(r"Complaint\.\w*(?:objects|manager)", code)) > 5
    assert set(begun) == {"for_reports", "counted_for"}
