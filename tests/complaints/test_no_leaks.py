"""A confidential and an anonymous case with a marker in all that is typed: it stands in no log line, no address, no
title of a page, and in no mail."""

import logging
import re

import pytest
from django.core import mail as sent
from django.db import transaction

from biroumum.accounts.models import Position
from biroumum.notifications.delivery import deliver_due
from biroumum.notifications.models import Message
from complaints.models import Category, Complaint
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
