"""A request that two persons agreed on: nothing is left of what was asked, and everything says so."""

import json
from io import BytesIO

import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit import ledger
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.documents import services as documents
from biroumum.documents.models import Attachment, IssuedDocument
from biroumum.notifications.models import Message as Mail
from biroumum.privacy import certificate, guards, services
from biroumum.privacy.models import ErasureRequest, LegalBasis
from biroumum.privacy.workflow import ERASURE
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused, Stale
from biroumum.worktime.models import Clock
from complaints.models import Complaint, Erasure, Reporter
from complaints.services import hold
from tests.complaints.road import Road
from tests.complaints.test_anonymising import EMAIL, NAME, NIK, PHONE
from tests.complaints.test_nothing_left import in_store, leaks, plant, sealed
from tests.kernel.test_audit_erasure import unproven
from tests.privacy.conftest import WHY, YES, Asking, mails_have_left
from tests.races import at_once, meeting, no_row_locks, went

__all__ = ["no_row_locks"]


def test_nothing_is_left_in_database_log_mails_and_store(asking, ended, owner_db, tmp_path):
    plant(ended)
    assert leaks(owner_db)
    assert len(in_store(tmp_path)) == 1
    done = asking.erase()
    assert [table for table, _word in leaks(owner_db)] == [
        "public.notifications_message"
    ]  # the letter of goodbye
    mails_have_left()
    assert leaks(owner_db) == sealed(owner_db) == []
    assert in_store(tmp_path) == []
    assert unproven(owner_db) == []
    assert done.state == "done"


def test_what_was_not_asked_for_stays(asking, ended):
    asking.erase("contact")
    assert not Reporter.objects.exists()
    case = Complaint.objects.get(pk=ended.case.pk)
    assert NIK in case.description
    assert NAME not in case.description
    assert Attachment.objects.get(subject=ended.key).is_clean
    assert list(Erasure.objects.values_list("what", flat=True)) == ["contact"]


def test_number_state_dates_offices_and_steps_stay(asking, ended):
    kept = "number kind state received_at first_answered_at ended_at unit_id category_id rating".split()
    before = Complaint.objects.filter(pk=ended.case.pk).values(*kept).get()
    walked = [(step.verb, step.at, step.who) for step in history(ended.key)]
    asking.erase()
    assert Complaint.objects.filter(pk=ended.case.pk).values(*kept).get() == before
    assert [(step.verb, step.at, step.who) for step in history(ended.key)][1:] == walked


def test_the_trace_names_request_ground_and_count_and_the_case_tells_its_holder(asking, ended):
    done = asking.erase()
    step = history(ended.key)[0]
    assert (step.label, step.public) == ("Data pribadi dihapus atas permohonan", True)
    assert step.data["request"] == subject_key(done)
    assert step.data["rule"] == subject_key(done.basis)
    assert "UU 27/2022" in step.data["basis"]
    assert step.data["payloads"] > 5
    assert {line.verb for line in ledger.read()} == {"complaints.complaint.erase"}


def test_the_data_subject_is_told_before_the_address_goes_and_then_forgotten(asking, ended):
    asking.erase()
    mail = Mail.objects.get(key__endswith="/approved")
    assert (mail.to, "Data pribadi Anda dihapus" in mail.subject_line) == (EMAIL, True)
    mails_have_left()
    mail.refresh_from_db()
    assert (mail.to, mail.text, mail.html) == ("", "", "")


def test_a_confidential_case_sends_fixed_words_and_a_sealed_one_nothing(asking, ended):
    with transaction.atomic():
        Complaint.objects.update(visibility="confidential")
        services._write_to(
            asking.record(), Complaint.objects.get(pk=ended.case.pk), "refused", asking.at, reason="x"
        )
    assert "rahasia" in Mail.objects.get(key__endswith="/refused").text
    with transaction.atomic():
        Complaint.objects.update(sealed=True)
        ErasureRequest.objects.update(number="HPD-2026-000009")
        services._write_to(
            ErasureRequest.objects.get(), Complaint.objects.get(pk=ended.case.pk), "approved", asking.at
        )
    assert not Mail.objects.filter(key__endswith="/approved").exists()


def test_nobody_decides_what_they_recorded_neither_by_the_step_nor_in_the_database(asking):
    request = asking.record()
    for step in ("approve", "refuse"):
        with pytest.raises(Refused, match="petugas lain"):
            asking.take(request, step, actor=asking.nadia)
    decided = {"decided_by": asking.cast.nadia, "decided_at": asking.at, "decision": "x", "state": "refused"}
    with pytest.raises(IntegrityError, match="erasurerequest_takes_two"), transaction.atomic():
        ErasureRequest.objects.update(**decided)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"state": "refused"}, "erasurerequest_decided_whole"),
        ({"state": "erasing", "decision": "x"}, "erasurerequest_decided_whole"),
        ({"completed_at": "2026-11-24T00:00Z"}, "erasurerequest_done_is_dated"),
        ({"whats": []}, "erasurerequest_of_something"),
    ],
)
def test_the_database_lets_nothing_half_decided(asking, change, rule):
    asking.record()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ErasureRequest.objects.update(**change)


def test_a_refusal_leaves_everything_and_tells_why(asking, ended, owner_db):
    before = leaks(owner_db)
    request = asking.record()
    asking.take(request, "refuse", reason="Masih diperlukan pengadilan.")
    assert {word for _table, word in leaks(owner_db)} == {word for _table, word in before}
    assert "Masih diperlukan pengadilan." in Mail.objects.get(key__endswith="/refused").text
    with pytest.raises(Stale):
        asking.take(request, "approve")


def test_who_recorded_it_withdraws_it_and_nobody_else(asking):
    request = asking.record()
    with pytest.raises(Forbidden):  # the head of the bureau records nothing
        asking.take(request, "withdraw")
    asking.take(request, "withdraw", actor=asking.nadia)
    assert asking.record().state == "requested"


def test_while_one_waits_there_is_no_other_for_the_same_case(asking):
    asking.record()
    with pytest.raises(Refused, match="belum selesai"):
        asking.record()


@pytest.mark.parametrize("text", [f"Diminta {NAME}", "Telepon 081234567890", f"Surat dari {EMAIL}"])
def test_what_officers_write_may_not_repeat_what_goes(asking, text):
    with pytest.raises(Refused, match="tanpa data pribadi") as refused:
        asking.record(reason=text)
    assert refused.value.field == "reason"
    request = asking.record()
    for step in ("approve", "refuse"):
        with pytest.raises(Refused, match="tanpa data pribadi"):
            asking.take(request, step, reason=text)


def test_while_the_answer_may_be_objected_to_nothing_goes(asking, ended):
    asking.at = ended.at
    with pytest.raises(Refused, match="disanggah"):
        asking.take(asking.record(), "approve")


def test_a_held_case_is_recorded_and_not_erased_and_a_hold_of_this_moment_counts(asking, ended, owner_db):
    request = asking.record()
    hold(ended.case, actor=Actor.staff(ended.cast.sekar), reason="Perkara 12")
    before = leaks(owner_db)
    with pytest.raises(Refused, match="ditahan"):
        asking.take(request, "approve")
    assert leaks(owner_db) == before


def test_what_may_not_go_yet_is_offered_to_nobody_for_approval(asking, ended, client_for):
    page = asking.record().get_absolute_url()
    hold(ended.case, actor=Actor.staff(ended.cast.sekar), reason="Perkara 12")
    told = client_for(ended.cast.hartono).get(page).content.decode()
    assert "Belum boleh dihapus." in told
    assert f"{page}refuse/" in told
    assert f"{page}approve/" not in told


def test_a_running_case_is_not_erased(real_db, cast, now, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    road = Road(cast, now)
    road.key = subject_key(road.case)
    asking = Asking(road)
    with pytest.raises(Refused, match="masih berjalan"):
        asking.take(asking.record(), "approve")


def test_the_clock_runs_72_hours_from_receipt_and_stops_with_the_answer(asking):
    request = asking.record()
    clock = Clock.objects.get(subject=subject_key(request))
    assert (clock.due_at - request.received_at).total_seconds() == 72 * 3600
    assert not clock.limit.verified
    asking.take(request, "refuse")
    clock.refresh_from_db()
    assert clock.outcome == "answered"


def test_the_numbers_run_without_gaps_and_the_seeded_grounds_say_that_nobody_checked_them(asking):
    assert asking.record().number == "HPD-2027-000001"
    assert not LegalBasis.objects.filter(verified=True).exists()
    assert LegalBasis.objects.filter(legal_basis__contains="belum diperiksa").count() == 2


def test_a_ground_something_rests_on_stays_as_it_was(asking):
    asking.record()
    with pytest.raises(IntegrityError, match="a request rests on this line"), transaction.atomic():
        LegalBasis.objects.filter(code="request").update(legal_basis="lain")
    LegalBasis.objects.filter(code="request")
    with transaction.atomic():
        LegalBasis.objects.filter(code="request").update(verified=True)  # this may change


class Killed(BaseException):
    pass


@pytest.mark.parametrize(
    "where", [(documents.store, "remove"), (services, "finish"), (certificate, "issue_pdf")]
)
def test_killed_before_the_files_are_gone_nothing_says_they_are_and_the_timer_ends_it(
    asking, ended, tmp_path, monkeypatch, where
):
    plant(ended)
    request = asking.record()
    with monkeypatch.context() as patched:
        patched.setattr(*where, lambda *args, **how: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            asking.take(request, "approve")
    request.refresh_from_db()
    assert request.state == "erasing"
    assert not IssuedDocument.objects.filter(kind=certificate.KIND).exists()
    assert bool(in_store(tmp_path)) is (Attachment.objects.get(subject=ended.key).state == "removed")
    assert services.finish_all() == 1
    request.refresh_from_db()
    assert (request.state, in_store(tmp_path)) == ("done", [])
    assert Attachment.objects.get(subject=ended.key).state == "destroyed"


def test_a_store_that_fails_holds_up_no_other_request_and_no_mail_and_is_told(asking, monkeypatch, caplog):
    def full(subject):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services, "destroy_removed", full)
    request = asking.record()
    asking.take(request, "approve")
    with transaction.atomic():
        Mail.objects.filter(subject_key=subject_key(request)).update(
            state="sent", sent_at="2026-11-24T00:00Z"
        )
    assert services.finish_all() == 0
    assert not Mail.objects.filter(subject_key=subject_key(request)).exclude(to="").exists()
    assert request.number in caplog.text
    assert "No space left on device" in caplog.text
    assert services.each_alone(lambda number: 1 // number, [0, 1, 0, 1]) == 2


def test_while_bytes_are_there_it_cannot_be_declared_complete(asking, monkeypatch):
    monkeypatch.setattr(documents, "destroy_removed", lambda subject: 0)
    monkeypatch.setattr(services, "destroy_removed", lambda subject: 0)
    request = asking.record()
    asking.take(request, "approve")
    with pytest.raises(Refused, match="belum musnah"):
        ERASURE.perform(ErasureRequest.objects.get(pk=request.pk), "complete", actor=SYSTEM)
    assert guards.files_left(request)


def test_the_certificate_says_what_when_by_whom_and_on_which_ground_and_is_verified(asking, client):
    done = asking.erase()
    document, content = certificate.issue(done, actor=SYSTEM)
    assert IssuedDocument.objects.filter(kind=certificate.KIND).count() == 1  # the same again
    with pikepdf.open(BytesIO(content)) as pdf:
        assert done.number in str(pdf.docinfo["/Title"])
    page = client.get(f"/verifikasi/{document.code}/")
    assert (page.status_code, "masih berlaku" in page.text) == (200, True)
    facts = dict(certificate._facts(done))
    assert facts["Nomor perkara"] == asking.road.case.number
    assert facts["Entri log penghapusan"] == ", ".join(map(str, done.report["entries"]))
    assert "belum dicocokkan" in facts["Dasar"]
    assert facts["Dicatat oleh"].startswith("Pejabat Pelindungan Data Pribadi")
    assert facts["Disetujui oleh"].startswith("Kepala Biro Umum")
    assert done.report["log"]["entries"] == done.report["payloads"]
    for word in (NAME, EMAIL, PHONE, NIK):
        assert word not in json.dumps(done.report)


def test_what_the_two_wrote_names_nobody_and_stays(asking):
    done = asking.erase()
    assert (done.reason, done.decision) == (WHY, YES)
    verbs = Entry.objects.filter(subject=subject_key(done), verb__startswith="privacy.").order_by("id")
    assert [verb.rpartition(".")[2] for verb in verbs.values_list("verb", flat=True)] == [
        "record",
        "approve",
        "complete",
    ]


@pytest.fixture
def two_approve(asking, monkeypatch):
    """Both press the button at once; answers how many of them began to erase."""
    begun, meet, request = [], meeting(1), asking.record()
    decide = services._decide

    def begin(*args):
        begun.append(1)
        meet()
        decide(*args)

    monkeypatch.setattr(services, "_decide", begin)
    act = went(lambda: asking.take(request, "approve"), Stale, DatabaseError)
    return lambda: (at_once(act, act), len(begun))


def test_of_two_who_approve_at_once_one_does(two_approve, asking):
    done, begun = two_approve()
    assert (sorted(done), begun) == ([False, True], 1)
    assert Entry.objects.filter(verb="complaints.complaint.erase", subject=asking.key).count() == 1


def test_without_the_lock_both_would_begin(two_approve, no_row_locks):
    assert two_approve()[1] == 2


def test_an_unknown_number_and_a_case_that_is_about_one_are_not_known(asking, ended):
    with pytest.raises(Refused, match="tidak dikenal"):
        services.record_request(
            "ADU-1999-000001",
            basis=LegalBasis.objects.first(),
            whats=["words"],
            reason="x",
            actor=asking.nadia,
        )
    with transaction.atomic():
        Complaint.objects.filter(pk=ended.case.pk).update(accused_officer=ended.cast.nadia)
    with pytest.raises(Refused, match="tidak dikenal"):
        asking.record()
    with pytest.raises(Forbidden):
        asking.record(actor=asking.hartono)


def test_a_whistle_blowers_request_is_the_inspektorats_alone(asking, ended):
    irma, galih = Actor.staff(ended.cast.irma), Actor.staff(ended.cast.galih)
    with pytest.raises(Refused, match="tidak dikenal"):
        asking.record(actor=irma)
    with transaction.atomic():
        Complaint.objects.filter(pk=ended.case.pk).update(
            kind="whistle", sealed=True, visibility="confidential"
        )
    with pytest.raises(Refused, match="tidak dikenal"):
        asking.record()
    request = asking.record(actor=irma)
    assert [
        name
        for name, user in vars(ended.cast).items()
        if ErasureRequest.objects.visible_to(user).filter(pk=request.pk).exists()
    ] == ["irma", "galih"]
    asking.take(request, "approve", actor=galih)
    assert not Reporter.objects.exists()
    assert not Mail.objects.filter(key__startswith="privacy.").exists()
