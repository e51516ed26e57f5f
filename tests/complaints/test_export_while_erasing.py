"""A case is anonymised or destroyed while a file with it is being written: the file has the old row or the new one,
whole, and never breaks off."""

import csv
import io
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client

from biroumum.accounts.actors import SYSTEM
from complaints import reports, services
from complaints.exchange import bulk
from complaints.models import ArchiveRule, Complaint, Publication
from complaints.services.personal import EMPTIED
from complaints.views import cases
from tests.complaints.road import Road
from tests.complaints.test_anonymising import NIK, SIX_YEARS, ended

__all__ = ["ended"]
AT_A_TIME, MANY = 10, 15  # so the last row is not among those read first
OLD = f"Mobil {NIK}"


@pytest.fixture
def listed(ended, cast, now, monkeypatch):
    """The case is the oldest, so its row is not among those read first."""
    for files in (cases, bulk):
        monkeypatch.setattr(files, "AT_A_TIME", AT_A_TIME)
    road = Road(cast, now)
    with transaction.atomic():
        Complaint.objects.filter(pk=ended.case.pk).update(title=OLD)
        Publication.objects.update(title=OLD)
        rows = [Complaint.objects.get(pk=road.case.pk) for _n in range(MANY)]
        for n, row in enumerate(rows):
            row.pk, row.number, row.submit_hash = None, f"ADU-2026-1{n:05}", f"{n}".zfill(32).encode()
        Complaint.objects.bulk_create(rows)
    return ended


def anonymise(road):
    services.anonymise(road.case, actor=SYSTEM, at=road.at + SIX_YEARS)


def destroy(road):
    with transaction.atomic():
        ArchiveRule.objects.update(verified=True)
    services.dispose(road.case, actor=SYSTEM, at=road.at + SIX_YEARS)


NEW = {anonymise: "Mobil [nomor induk disembunyikan]", destroy: EMPTIED}
acts = pytest.mark.parametrize("act", [anonymise, destroy])


@acts
def test_the_staff_csv_has_every_row_whole(listed, client_for, act):
    stream = client_for(listed.cast.sekar).get("/kerja/pengaduan/ekspor.csv").streaming_content
    first = next(iter(stream))
    act(listed)
    rows = list(csv.reader(io.StringIO((first + b"".join(stream)).decode())))
    assert len(rows) == 1 + MANY + 2
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[-1][1] in (OLD, NEW[act])
    assert Complaint.objects.get(pk=listed.case.pk).title == NEW[act]


@acts
def test_the_workbook_has_every_row_whole(listed, client_for, act, monkeypatch):
    def rows_of(*args):
        for n, row in enumerate(reports.rows_of(*args)):
            if n == 1:
                act(listed)
            yield row

    monkeypatch.setattr(cases, "rows_of", rows_of)
    answer = client_for(listed.cast.sekar).get("/kerja/pengaduan/ekspor.xlsx")
    book = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 1 + MANY + 2
    assert (OLD in sheet) is not (NEW[act] in sheet)


@acts
def test_the_public_csv_has_the_row_whole_or_not_at_all(listed, act):
    stream = iter(Client().get("/open311/bulk/requests.csv").streaming_content)
    first = next(stream)
    act(listed)
    text = (first + b"".join(stream)).decode()
    assert "service_request_id" in text
    assert (OLD in text) + (NEW[act] in text) <= 1
    after = b"".join(Client().get("/open311/bulk/requests.csv").streaming_content).decode()
    assert OLD not in after
