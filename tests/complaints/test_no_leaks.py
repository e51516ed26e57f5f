"""A confidential and an anonymous case with a marker in all that is typed: it stands in no log line, no address, no
title of a page, and in no mail."""

import logging
import re
import uuid

import pytest
from django.core import mail as sent
from django.db import transaction

from biroumum.accounts.models import Position
from biroumum.notifications.delivery import deliver_due
from biroumum.notifications.models import Message
from biroumum.web.logs import Formatter
from complaints.models import Category, Complaint
from complaints.services import intake
from tests.complaints.citizen import Citizen

NAME, NIK = "Mertosono Widyakrama", "3374012305780001"
MARKERS = ("mertosono", "widyakrama", NIK)
TYPED = f"{NAME}, NIK {NIK}, menunggu di loket."
TITLE = f"Antrean {NAME}"


class Watcher:
    """One person at the pages; keeps every address and title they come to."""

    def __init__(self, client, seen):
        self.client, self.seen = client, seen

    def get(self, path, **query):
        return self._keep(path, self.client.get(path, query, follow=True))

    def post(self, path, **data):
        return self._keep(path, self.client.post(path, data, follow=True))

    def _keep(self, path, response):
        page = response.content.decode(errors="replace")
        self.seen["addresses"] += [path, *(url for url, _status in response.redirect_chain)]
        self.seen["addresses"] += re.findall(r'(?:href|src|action)="([^"]*)"', page)
        self.seen["titles"] += re.findall(r"<title>(.*?)</title>", page, re.S)
        return response


def step(watcher, case, name, **data):
    address = f"{case.get_absolute_url()}{name}/"
    page = watcher.get(address).content.decode()
    state = re.search(r'name="expected_state" value="([^"]+)"', page)
    response = watcher.post(address, expected_state=state[1] if state else "", **data)
    assert response.status_code == 200, (name, response.content.decode())


@pytest.fixture
def seen():
    return {"addresses": [], "titles": []}


@pytest.fixture
def walked(real_db, cast, client_for, settings, tmp_path, caplog, seen):
    """Files a case of that visibility and walks it to a question for its reporter, through the pages; mails are sent."""
    settings.MEDIA_ROOT, settings.EMAIL_BACKEND = tmp_path, "django.core.mail.backends.locmem.EmailBackend"

    def walk(visibility):
        caplog.set_level(logging.DEBUG)
        citizen = Citizen()
        case, code = citizen.file(
            title=TITLE, description=TYPED, place=f"Rumah {NAME}", visibility=visibility,
            name=NAME, email="warga@contoh.id", phone="081234567890",
        )  # fmt: skip
        public = Watcher(citizen.client, seen)
        sekar, bagas = (Watcher(client_for(person), seen) for person in (cast.sekar, cast.bagas))
        page = citizen.track(case, code)
        public.get(page)
        sekar.get("/kerja/")
        sekar.get(case.get_absolute_url())
        kind = {"kind": "complaint", "oversight": "", "category": Category.objects.first().pk}
        step(sekar, case, "verify", title=TITLE, visibility=visibility, **kind)
        seat = Position.objects.get(title="Pengelola Rumah Tangga")
        step(sekar, case, "assign", unit=seat.unit_id, position=seat.pk, instruction=TYPED)
        step(bagas, case, "start", text=TYPED)
        bagas.post(f"{case.get_absolute_url()}pesan/", text=TYPED)
        step(bagas, case, "ask_reporter", text=TYPED)
        public.get(page)
        sekar.post(f"{case.get_absolute_url()}identitas/", reason=TYPED)
        with transaction.atomic():
            Message.objects.update(next_attempt_at="2020-01-01T00:00Z")
        deliver_due()
        return Complaint.objects.get(pk=case.pk)

    return walk


def with_marker(texts):
    return [text for text in texts if any(marker in text.lower() for marker in MARKERS)]


@pytest.mark.parametrize("visibility", ["confidential", "anonymous"])
def test_what_was_typed_stands_in_no_log_line_address_or_title(walked, seen, caplog, visibility):
    case = walked(visibility)
    assert case.state == "awaiting_reporter"
    assert with_marker([TYPED, TITLE]) == [TYPED, TITLE]
    assert len(seen["addresses"]) > 100
    assert len(seen["titles"]) > 10
    assert with_marker(seen["addresses"]) == []
    assert with_marker(seen["titles"]) == []
    assert with_marker(f"{record.getMessage()} {record.args}" for record in caplog.records) == []


def test_no_mail_of_a_confidential_case_says_more_than_its_number(walked):
    case = walked("confidential")
    mails = [f"{mail.subject}\n{mail.message().as_string()}" for mail in sent.outbox]
    words = [f"{mail.subject_line}\n{mail.text}\n{mail.html}" for mail in Message.objects.all()]
    assert len(mails) >= 3
    assert all(case.number in text for text in words)
    assert with_marker(mails + words) == []


def test_no_mail_of_an_anonymous_case_names_who_filed_it(walked):
    walked("anonymous")
    subjects = [mail.subject_line for mail in Message.objects.all()]
    assert subjects
    assert with_marker(subjects) == []
    assert NIK not in "".join(mail.text + mail.html for mail in Message.objects.all())


PRIVATE = {
    "title": TITLE, "description": TYPED, "place": f"Rumah {NAME}", "name": NAME, "email": "mertosono@contoh.id",
    "phone": "081234567890",
}  # fmt: skip


def lines(caplog):
    """The log as the console has it, tracebacks and all."""
    return [Formatter("%(name)s %(message)s").format(record) for record in caplog.records]


def enter(watcher, **changes):
    """The desk's two pages at once, as its second page sends them."""
    sent = {
        "submit_token": str(uuid.uuid4()),
        "source": "desk",
        "kind": "complaint",
        "visibility": "confidential",
    }
    sector = {"category": Category.objects.first().pk, "more": "1"}
    return watcher.post("/kerja/pengaduan/catat/", **PRIVATE | sent | sector | changes)


def test_the_desks_form_and_its_errors_leave_nothing_in_log_address_or_title(
    real_db, cast, client_for, caplog, seen, settings
):
    caplog.set_level(logging.DEBUG)
    danu = Watcher(client_for(cast.danu), seen)
    assert enter(danu, kind="").status_code == 422
    assert enter(danu).status_code == 201
    assert Complaint.objects.get().description == TYPED
    assert caplog.records
    assert with_marker(lines(caplog) + seen["addresses"] + seen["titles"]) == []


def test_a_wrong_number_or_code_at_the_tracking_page_is_not_logged(real_db, caplog, seen):
    caplog.set_level(logging.DEBUG)
    visitor = Watcher(Citizen().client, seen)
    for number, code in [(NIK, NAME), ("ADU-2026-000001", NIK)]:
        assert visitor.post("/pengaduan/lacak/", number=number, code=code).status_code == 422
    assert visitor.get(f"/pengaduan/lacak/{'x' * 20}/").status_code in (403, 404)
    assert with_marker(lines(caplog) + seen["addresses"] + seen["titles"]) == []


@pytest.mark.parametrize("broken", ["in the code", "in the database"])
def test_a_sending_that_breaks_logs_where_and_not_what(real_db, caplog, monkeypatch, broken):
    """The worst case of the form: an error that repeats the row it broke at."""
    real = intake.next_number

    def number(*args):
        if broken == "in the code":
            raise ValueError(f"cannot file {TYPED}")
        real(*args)
        return None  # NOT NULL: the database tells the whole failing row

    monkeypatch.setattr(intake, "next_number", number)
    caplog.set_level(logging.INFO)
    citizen = Citizen()
    citizen.client.raise_request_exception = False
    citizen.fill_in(visibility="confidential", **PRIVATE)
    assert citizen.send().status_code == 500
    raw = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert with_marker(raw)  # the error did tell
    assert with_marker(lines(caplog)) == []
    assert any("Traceback" in line and "intake.py" in line for line in lines(caplog))
