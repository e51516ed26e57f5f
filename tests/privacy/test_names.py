"""A person the case speaks of asks too: names that no detector finds go where they stand, and from the request."""

import pytest
from django.db import connection, transaction

from biroumum.documents.models import Attachment
from biroumum.privacy import services
from biroumum.privacy.models import ErasureRequest
from biroumum.workflow.engine import Refused
from biroumum.worktime.models import Clock, ClockEvent
from complaints.models import Answer, Complaint, Message, Reporter
from complaints.services import personal
from tests.complaints.test_anonymising import everything
from tests.complaints.test_nothing_left import sealed
from tests.conftest import drop, point_at
from tests.kernel.test_audit_erasure import unproven
from tests.privacy.conftest import mails_have_left
from tests.privacy.test_replay import Backup, run

OTHER = "Sastrowiryo Kertodimejo"  # stands alone, so that nothing tells that it is a name
SOUGHT = f"{OTHER}\nKertodimejo"


def leaks(db):
    return {
        table for table, row in everything(db) if "sastrowiryo" in row.lower() or "kertodimejo" in row.lower()
    }


@pytest.fixture
def named(asking, ended):
    with transaction.atomic():
        Message.objects.update(text=f"Yang saya maksud {OTHER}, bukan yang lain.")
        Answer.objects.update(text=f"{OTHER.upper()} sudah ditegur.")
        Complaint.objects.filter(pk=ended.case.pk).update(details={"siapa": [OTHER]})
        Attachment.objects.filter(subject=ended.key).update(name=f"foto {OTHER}.png")
        clock = Clock.objects.filter(subject=ended.key).first()
        line = {"kind": "retime", "at": ended.at, "due_before": ended.at, "due_after": ended.at}
        ClockEvent.objects.create(clock=clock, reason=f"Menunggu {OTHER}", **line)
    return asking


def test_without_its_words_a_name_that_stands_alone_stays(named, owner_db):
    named.erase()
    assert {"public.complaints_message", "public.complaints_answer"} <= leaks(owner_db)


def test_with_them_it_stands_nowhere_and_the_rest_of_each_text_stays(named, owner_db):
    request = named.record("words", names=SOUGHT)
    assert "public.privacy_erasurerequest" not in leaks(owner_db)  # sealed
    named.take(request, "approve")
    mails_have_left()
    assert leaks(owner_db) == set()
    assert unproven(owner_db) == []
    assert set(Message.objects.values_list("text", flat=True)) == {
        f"Yang saya maksud {personal.NAMELESS}, bukan yang lain."
    }
    assert Reporter.objects.exists()


@pytest.mark.parametrize("step", ["approve", "refuse", "withdraw"])
def test_once_it_is_decided_the_request_and_its_log_know_them_no_more(named, owner_db, step):
    request = named.record("words", names=SOUGHT)
    before = sealed(owner_db)
    named.take(request, step, actor=named.nadia if step == "withdraw" else None)
    gone = [table for table in before if before.count(table) > sealed(owner_db).count(table)]
    assert "public.privacy_erasurerequest" in gone
    assert any(table.startswith("audit.payload") for table in gone)
    assert ErasureRequest.objects.get().names == ""
    assert unproven(owner_db) == []


def test_what_officers_write_may_not_repeat_them(named):
    with pytest.raises(Refused, match="tanpa data pribadi"):
        named.record(names=OTHER, reason=f"Diminta {OTHER}.")


def test_the_page_shows_them_while_it_waits_and_counts_where_they_stand(named, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: named.at)
    officer = client_for(named.cast.nadia)
    data = {"number": named.road.case.number, "basis": services.bases_on(named.at.date())[0].pk}
    data |= {"whats": ["words"], "reason": "Di loket."}
    assert officer.post("/kerja/penghapusan/catat/", data | {"names": "Al"}).status_code == 422
    page = officer.post("/kerja/penghapusan/catat/", data | {"names": f" {OTHER} \n\n"})["Location"]
    shown = client_for(named.cast.hartono).get(page).text
    assert OTHER in shown
    assert "dalam 6 isian" in shown
    named.take(ErasureRequest.objects.get(), "refuse")
    assert OTHER not in client_for(named.cast.hartono).get(page).text


@pytest.fixture
def waiting(cluster, real_db, named, tmp_path):
    """A request that waits, in a backup that was taken then; the test ends on it."""
    request = named.record("words", names=SOUGHT)
    taken = Backup(cluster, real_db, tmp_path)
    yield request, taken
    connection.close()
    point_at(cluster, real_db)
    drop(cluster, taken.name)


def test_after_a_restore_the_columns_they_stood_in_go_whole(named, ended, waiting):
    request, taken = waiting
    named.take(request, "approve")
    taken.restore()
    with taken.owner() as db:
        assert leaks(db)
        run()
        assert leaks(db) == set()
        assert unproven(db) == []
        assert [table for table in sealed(db) if "privacy" in table] == []
    assert set(Message.objects.values_list("text", flat=True)) == {personal.EMPTIED}
    assert Complaint.objects.get(pk=ended.case.pk).details == {}
