"""Filing: one transaction, one case, one number, a code that only the citizen has."""

import uuid

import pytest
from django.db import IntegrityError
from django.utils import translation

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.notifications.models import Message
from biroumum.web.subjects import subject_key
from complaints import services
from complaints.models import Category, Complaint, Reporter
from complaints.services import codes
from complaints.states import Kind, Source, State, Visibility


def content(**changes):
    return {
        "kind": Kind.COMPLAINT,
        "title": "Lampu lorong mati",
        "description": "Lampu lorong gedung B mati sejak Senin.",
        "category": Category.objects.get(code="infrastruktur"),
        "visibility": Visibility.CONFIDENTIAL,
    } | changes


def file(now, **changes):
    values = {"actor": Actor.holder(), "source": Source.WEB, "content": content(), "at": now} | changes
    return services.submit_complaint(**values)


def test_a_case_is_born_with_number_clock_and_log_entry(db, now):
    filed = file(now)
    case = filed.complaint
    assert (case.number, case.state) == ("ADU-2026-000001", State.RECEIVED)
    assert case.clock.code == "complaint.verification"
    assert case.clock.due_at.date().isoformat() == "2026-11-27"
    (step,) = history(subject_key(case))
    assert (step.verb, step.who) == ("complaints.complaint.submit", "Pelapor")


@pytest.mark.parametrize(("who", "reads"), [("citizen", "en"), ("officer", "id")])
def test_mails_are_in_the_language_the_citizen_chose_and_never_in_the_officers(cast, now, who, reads):
    actor = Actor.holder() if who == "citizen" else Actor.staff(cast.danu)
    with translation.override("en"):
        file(now, actor=actor, contact=services.Contact(email="warga@contoh.id"))
    assert (Reporter.objects.get().language, Message.objects.get().language) == (reads, reads)


def test_the_log_has_one_insert_of_the_case_and_no_update(db, now):
    case = file(now).complaint
    ops = Entry.objects.filter(ent="complaints.complaint", pk_text=str(case.pk), verb=None).values_list(
        "op", flat=True
    )
    assert list(ops) == ["insert"]


def test_the_code_has_80_bits_is_stored_hashed_and_opens_only_its_case(db, now):
    filed = file(now)
    plain = filed.code.replace("-", "")
    assert len(plain) == 16
    assert set(plain) <= set(codes.ALPHABET)
    assert filed.code.encode() not in bytes(filed.complaint.code_hash)
    typed = filed.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert services.tracked_complaint(filed.complaint.number, typed) == filed.complaint
    other = file(now).complaint
    assert services.tracked_complaint(other.number, filed.code) is None
    assert services.tracked_complaint("ADU-2026-999999", filed.code) is None


def test_the_same_form_sent_again_is_the_same_case_and_code(db, now):
    token = uuid.uuid4()
    first, second = file(now, submit_token=token), file(now, submit_token=token)
    assert (first.complaint, first.code, second.again) == (second.complaint, second.code, True)
    assert Complaint.objects.count() == 1


def test_contact_lies_apart_and_is_absent_when_nothing_was_given(db, now):
    file(now, contact=services.Contact())
    assert not Reporter.objects.exists()
    filed = file(now, contact=services.Contact(name="Sari Contoh", email="sari@contoh.example"))
    assert Reporter.objects.get().complaint == filed.complaint


def test_the_mail_of_a_confidential_case_tells_nothing_of_it(db, now):
    file(now, contact=services.Contact(email="sari@contoh.example"))
    message = Message.objects.get()
    assert "ADU-2026-000001" in message.subject_line + message.text
    assert "lorong" not in message.subject_line + message.text + message.html


def test_a_number_is_not_lost_when_filing_fails(real_db, now):
    with pytest.raises(IntegrityError):
        file(now, content=content(visibility="lain"))
    assert file(now).complaint.number == "ADU-2026-000001"
