"""A confidential case with a marker in all its words: not a byte of it at any door, for who may not see it.

It was public once, with a picture and a follower, and was taken down; its officer works for rini, who is accused in it.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.documents.services import attach
from biroumum.notifications.models import Message, MessageAttachment, Notification
from biroumum.reports.models import Schedule
from biroumum.reports.registry import REPORTS, Params
from biroumum.reports.services import mail
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import Clock
from complaints import services, tasks
from complaints.models import Complaint, Publication, Reporter
from complaints.reports import LONGEST_LATE
from complaints.states import Visibility
from tests.complaints.inert import pdf_text
from tests.complaints.road import Road
from tests.complaints.test_following import follow
from tests.complaints.test_intake import content, file
from tests.kernel.documents_corpus import photo, upload
from tests.kernel.doors import GROUPS
from tests.kernel.test_urls_by_role import holder, objects, path_of, visitors

__all__ = ["holder", "objects", "visitors"]
# A word to search by, which a page may repeat, and the word that must not come with it: as typed, and as published.
TYPED, SHOWN = "Zirkonia Wadasmertani", "Kalsedon Randualas"
MARKERS = (b"wadasmertani", b"randualas")
STRANGERS = "anonymous tamu danu rini wulan admin laras irma galih".split()
LAST = (dt.date(2026, 10, 1), dt.date(2027, 1, 1))
LIST, OPEN311 = "/kerja/pengaduan/", "/open311/v2"


class Marked(Road):
    """The road with the marker in the words of all who write on it."""

    def __init__(self, cast: Any, now: Any) -> None:
        self.cast, self.at = cast, now
        typed = content(title=TYPED, description=TYPED, place=TYPED)
        filed = file(now, content=typed)
        self.case, self.code = filed.complaint, filed.code
        self.holder = Actor.holder(subject_key(self.case))


@pytest.fixture
def road(cast: Any, now: Any) -> Road:
    road = Marked(cast, now)
    road.verify(title=TYPED)
    road.assign(cast.bagas.assignments.get().position)
    road.go("bagas", "start", text=TYPED)
    road.go("bagas", "ask_reporter", text=TYPED)
    return road


@pytest.fixture
def hidden(road: Road, objects: dict[str, Any]) -> dict[str, Any]:
    """What leads to the case by address. Public it was; now it is confidential, and late."""
    sekar, case = Actor.staff(road.cast.sekar), road.case
    Reporter.objects.create(complaint=case, name=TYPED, email="warga@contoh.id")
    picture = attach(subject_key(case), upload(f"{TYPED}.jpg", photo()), actor=road.holder)
    words = {"title": SHOWN, "description": SHOWN, "captions": {picture: SHOWN}}
    public = services.publish(case, actor=sekar, **words)
    follow(road)
    shown = public.files.get()
    address = public.get_absolute_url()
    assert SHOWN in Client().get(address).content.decode()
    services.unpublish(case, actor=sekar, reason=TYPED)
    Complaint.objects.filter(pk=case.pk).update(
        visibility=Visibility.CONFIDENTIAL, accused_officer=road.cast.rini
    )
    road.case.refresh_from_db()
    road.go(road.holder, "reply", text=TYPED)
    services.send_message(road.case, actor=road.holder, text=TYPED)
    tasks.tell_followers()
    began, due = (timezone.now() - dt.timedelta(days=days) for days in (40, 9))
    Clock.objects.filter(pk=road.case.clock_id).update(started_at=began, due_at=due)
    return objects | {
        "pengaduan/daftar/<slug:number>": f"pengaduan/daftar/{case.number}",
        "pengaduan/daftar/<slug:number>/berkas/<int:pk>": f"{address[1:]}berkas/{shown.pk}",
        "berkas/<uuid:pk>": f"berkas/{picture.pk}",
        "kerja/surel/<int:pk>": f"kerja/surel/{Message.objects.filter(subject_key=subject_key(case)).last().pk}",
    }


def more_doors(case: Complaint) -> Iterator[str]:
    """What the table of addresses does not ask: a search, a number, a kind of file, a mailed link."""
    for query in (TYPED.split()[0], SHOWN.split()[0], case.number, case.number[-6:]):
        yield from (f"{LIST}?q={query}", f"/pengaduan/daftar/?q={query}")
        yield from (f"{LIST}ekspor.{kind}?q={query}" for kind in ("csv", "xlsx"))
    yield from (
        f"{LIST}?{query}" for query in ("progress=late", "visibility=confidential", "state=in_progress")
    )
    for code in REPORTS:
        yield f"/kerja/laporan/{code}/"
        yield from (f"/kerja/laporan/{code}.{kind}" for kind in ("csv", "xlsx", "pdf"))
    for form in ("json", "xml"):
        yield f"{OPEN311}/requests.{form}?service_request_id={case.number}"
        yield f"{OPEN311}/requests/{case.number}.{form}"
        yield f"{OPEN311}/servicerequestupdates.{form}?service_request_id={case.number}"
    yield from (f"/pengaduan/statistik/?unit={case.unit_id}", "/sitemap.xml", "/robots.txt")
    yield f"{LIST}bersama/?pilih={case.pk}"


def posts(case: Complaint) -> Iterator[tuple[str, dict[str, Any]]]:
    rooms = Unit.objects.get(code="subbag-aset").pk
    yield "/pengaduan/baru/mirip/", {"title": TYPED, "description": TYPED}
    yield "/pengaduan/baru/mirip/", {"title": SHOWN, "description": SHOWN}
    yield f"{LIST}bersama/", {"pilih": case.pk, "unit": rooms, "instruction": "Periksa"}
    yield f"/pengaduan/daftar/{case.number}/ikuti/", {"email": "orang@contoh.id"}
    yield "/pengaduan/lacak/tautan/", {"number": case.number, "email": "orang@contoh.id"}
    yield "/pengaduan/lacak/", {"number": case.number, "code": "AAAA-AAAA-AAAA-AAAA"}


def plain(body: bytes) -> bytes:
    """Everything that can be read in an answer: sheets of a workbook and lines of a PDF too."""
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    if body[:5] == b"%PDF-":
        with pikepdf.open(io.BytesIO(body)) as document:
            return str(pdf_text(document)).encode()
    return body


def told(answer: Any) -> bool:
    """Whether a marker stands in body, name of a file, or address."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    whole = plain(body) + repr(sorted(answer.headers.items())).encode()
    return any(marker in whole.lower() for marker in MARKERS)


def leaks(visitor: Callable[[str], Client], name: str, hidden: dict[str, Any], case: Complaint) -> list[str]:
    """Where this person comes upon the case."""
    addresses = [path_of(address, hidden) for group in GROUPS for address in group.rows]
    found = [path for path in (*addresses, *more_doors(case)) if told(visitor(name).get(path))]
    asked = [(path, {}) for path in addresses] + list(posts(case))
    return found + [f"POST {path}" for path, data in asked if told(visitor(name).post(path, data))]


@pytest.mark.parametrize("name", STRANGERS)
def test_no_byte_of_it_at_any_door(
    name: str, hidden: dict[str, Any], road: Road, visitors: Callable[[str], Client]
) -> None:
    assert leaks(visitors, name, hidden, road.case) == []


def test_the_same_walk_comes_upon_it_as_the_officer_who_handles_it(
    hidden: dict[str, Any], road: Road, visitors: Callable[[str], Client]
) -> None:
    """Or the test above would find nothing because it looks nowhere."""
    found = " ".join(leaks(visitors, "bagas", hidden, road.case))
    for door in (
        f"{LIST}{road.case.pk}/",
        "?q=Zirkonia",
        "ekspor.csv?q=",
        "ekspor.xlsx?q=",
        "complaints-due.pdf",
    ):
        assert door in found


def test_neither_picture_nor_file_opens_for_strangers(hidden: dict[str, Any], visitors: Any) -> None:
    for name in STRANGERS:
        for address in ("pengaduan/daftar/<slug:number>/berkas/<int:pk>/", "berkas/<uuid:pk>/"):
            assert visitors(name).get(path_of(address, hidden)).status_code == 404, (name, address)


def mailed(reader: Any, code: str) -> bytes:
    """What stands in the mail of this report and in its PDF and workbook."""
    today = timezone.localdate()
    days = (today - dt.timedelta(days=30), today + dt.timedelta(days=1))
    mail(Schedule.objects.get(code=code), REPORTS[code], Params(reader, *days), f"{code}:{reader.pk}")
    sent = Message.objects.filter(to=reader.email).latest("pk")
    files = [plain(bytes(row.content)) for row in MessageAttachment.objects.filter(message=sent)]
    assert len(files) == 2
    return b"".join(files) + f"{sent.subject_line} {sent.text} {sent.html}".encode()


def test_no_report_that_is_mailed_to_who_is_accused_tells_of_it(hidden: dict[str, Any], road: Road) -> None:
    for code in Schedule.objects.values_list("code", flat=True):
        if not REPORTS[code].empty_mail and not list(REPORTS[code].rows(Params(road.cast.rini, *LAST))):
            continue  # no mail at all
        words = mailed(road.cast.rini, code)
        assert road.case.number.encode() not in words
        assert not any(marker in words.lower() for marker in MARKERS)


def test_the_longest_late_names_it_to_the_head_of_the_bureau_and_not_to_who_is_accused(
    hidden: dict[str, Any], road: Road
) -> None:
    late = {who: [row["number"] for row in LONGEST_LATE.rows(Params(who, *LAST))] for who in heads(road)}
    assert [road.case.number in str(late[who]) for who in heads(road)] == [True, False]


def heads(road: Road) -> tuple[Any, Any]:
    return road.cast.hartono, road.cast.rini


def test_no_mail_and_no_line_of_an_inbox_says_more_than_its_number(
    hidden: dict[str, Any], road: Road
) -> None:
    said = [
        f"{row.subject_line} {row.text} {row.html}"
        for row in Message.objects.exclude(to__startswith="tetangga")
    ]
    said += Notification.objects.values_list("text", flat=True)
    assert len(said) > 3
    assert not [text for text in said if any(marker.decode() in text.lower() for marker in MARKERS)]
    assert not Publication.objects.live().exists()
