"""Files wait for the scanner, and what it says is final; without a verdict nothing opens."""

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone

from biroumum.audit.models import Entry
from biroumum.documents import queries, store, tasks
from biroumum.documents.models import Attachment
from biroumum.documents.services import attach
from tests.kernel.test_documents_store import CASE, HOLDER, _own_store, age, photo

__all__ = ["_own_store"]


class Clamd(socketserver.BaseRequestHandler):
    """Enough of ClamAV's INSTREAM to answer as it does."""

    def handle(self) -> None:
        reader = self.request.makefile("rb")
        assert reader.readline() == b"nINSTREAM\n"
        content = b""
        while size := int.from_bytes(reader.read(4), "big"):
            content += reader.read(size)
        self.server.seen.append(content)
        answer = self.server.answer or (b"stream: OK" if self.server.harmless else b"stream: Uji.Virus FOUND")
        self.request.sendall(answer + b"\n")


@pytest.fixture
def clamd(settings) -> Iterator[socketserver.TCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
    server.seen, server.harmless, server.answer = [], True, b""
    settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_with_a_scanner_a_file_waits_until_it_was_scanned(db, clamd) -> None:
    file = attach(CASE, photo(), actor=HOLDER)
    assert file.state == "quarantined"
    assert tasks.scan_waiting() == 1
    file.refresh_from_db()
    with store.open_content(file.sha256) as content:
        assert (file.state, clamd.seen) == ("clean", [content.read()])


def test_a_file_with_malware_is_refused_for_good_and_its_content_swept(db, clamd) -> None:
    clamd.harmless = False
    file = attach(CASE, photo(), actor=HOLDER)
    tasks.scan_waiting()
    clamd.harmless = True
    tasks.scan_attachment(str(file.pk))
    file.refresh_from_db()
    assert file.state == "refused"
    assert Entry.objects.filter(subject=CASE, verb="documents.attachment.refuse").count() == 1
    age(file.sha256)
    assert tasks.sweep_store() == 1


@pytest.mark.parametrize("answer", [b"stream: no space ERROR", b"nonsense", b""])
def test_without_a_verdict_a_file_stays_in_quarantine(db, clamd, answer: bytes) -> None:
    clamd.answer = answer or b"\0"
    file = attach(CASE, photo(), actor=HOLDER)
    tasks.scan_waiting()
    file.refresh_from_db()
    assert file.state == "quarantined"


def test_a_scanner_that_is_away_opens_nothing_and_shows_on_the_health_page(db, settings) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    file = attach(CASE, photo(), actor=HOLDER)
    tasks.scan_waiting()
    assert queries.scanner_trouble() is None
    Attachment.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    file.refresh_from_db()
    assert file.state == "quarantined"
    assert queries.scanner_trouble()


def test_files_are_taken_while_the_queue_is_away(real_db, clamd, settings) -> None:
    with transaction.atomic():
        file = attach(CASE, photo(), actor=HOLDER)
    assert Attachment.objects.get() == file
