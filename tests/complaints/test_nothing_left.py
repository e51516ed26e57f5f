"""A marker in every column with words that belongs to a case, in names and bytes of its files: after all times it
stands nowhere in the database, the log and the searches included, and nowhere in the store."""

import base64
import json

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from biroumum.documents import store
from biroumum.documents.models import Attachment
from biroumum.documents.tasks import sweep_store
from biroumum.notifications import delivery, models as mail
from biroumum.notifications.queries import outbox
from biroumum.web.sealing import in_use
from biroumum.worktime.models import Clock, ClockEvent
from biroumum.worktime.services import HIDDEN, hide_reasons
from complaints.models import (
    Answer,
    Complaint,
    Follower,
    Handover,
    Hold,
    Message,
    Reporter,
    Subtask,
    Unsealing,
)
from complaints.services import personal
from complaints.services.redaction import masked
from tests.complaints.test_anonymising import (
    EMAIL,
    NAME,
    NIK,
    PHONE,
    PLATE,
    SIX_YEARS,
    TEXT,
    clean_up,
    ended,
    everything,
)
from tests.complaints.test_personal_columns import CLEANED, FORGOTTEN, KEPT, WHOLE, words_of_tables
from tests.kernel.test_audit_erasure import unproven

__all__ = ["ended"]
OTHER = "Sastrowiryo Kertodimejo"  # whom the reporter writes of
OFFICER = "Bagas Umpama"
LEAKS = (NAME, "mertosono", "kertodimejo", "81234567890", "8987654321", NIK, PLATE, "110.412345", "-6.987654")
MARKED = f"{NAME} {NIK} {PLATE} 08987654321 Pak {OTHER}"
LATER = "2100-01-01T00:00Z"
SHORT = {
    "name": NAME,
    "email": EMAIL,
    "to": EMAIL,
    "phone": PHONE,
    "change_word": "x",
    "entry_word": "x",
    "language": "id",
    "media_type": "x/y",
    "caption": f"Foto {PLATE} {NAME}",
}
# Columns that hold what a person wrote, or a contact; the others are codes, numbers and fixed words.
WRITTEN = (WHOLE, FORGOTTEN, CLEANED)


def own_rows(model, road):
    """The rows of a table that belong to the case."""
    rows, keys = model._base_manager, [road.key]
    if model is Attachment:
        return rows.filter(subject__in=keys)
    if model is mail.Message:
        return rows.filter(subject_key__in=keys)
    if model in (mail.MessageAttachment, mail.Delivery):
        return rows.filter(message__subject_key__in=keys)
    if model is ClockEvent:
        return rows.none()  # a ledger: planted as a new line
    return personal.rows_of(model, road.case)


def planted_columns():
    for key, model, name in words_of_tables():
        if name in personal.WORDS.get(model, ()) or KEPT.get(key) in WRITTEN:
            yield key, model, name


def longest(model, name):
    field = model._meta.get_field(name)
    return {"a": [MARKED]} if name == "details" else SHORT.get(name, MARKED)[: field.max_length]


@transaction.atomic
def plant(road):
    """What no step of this road writes, and then the marker into every column."""
    case, officer, at = road.case, road.cast.bagas, road.at
    handed = {"agency": "x", "reason": "x", "follow_up": "x", "handed_by": officer, "handed_at": at}
    Handover.objects.create(complaint=case, **handed)
    Hold.objects.create(complaint=case, reason="x", placed_at=at, lifted_at=at)
    Unsealing.objects.create(complaint=case, reason="x", decision="x", asked_by=officer, asked_at=at)
    clock = Clock.objects.filter(subject=road.key).first()
    line = {"kind": "retime", "at": at, "due_before": at, "due_after": at, "reason": MARKED}
    ClockEvent.objects.create(clock=clock, **line)
    sent = mail.Message.objects.filter(subject_key=road.key).first()
    mail.MessageAttachment.objects.create(message=sent, name="x", media_type="x/y", content=MARKED.encode())
    mail.Delivery.objects.create(message=sent, started_at=at, finished_at=at, outcome="accepted")
    for key, model, name in planted_columns():
        if key not in ("complaints.complaint.letter_ref", "worktime.clockevent.reason"):
            assert own_rows(model, road).update(**{name: longest(model, name)}), f"{key}: nothing to plant in"
    point = {"latitude": "-6.987654", "longitude": "110.412345", "accused_officer": officer}
    letter = {"source": "letter", "letter_date": at.date(), "letter_ref": MARKED[:80]}
    Complaint.objects.filter(pk=case.pk).update(**point, **letter)
    words = store.put(f"isi {MARKED}".encode())
    Attachment.objects.filter(subject=road.key).update(sha256=words, name=f"ktp_{NAME} {PLATE}.png")


def dumped(db):
    """Every row of every table, what is packed unpacked."""
    yield from everything(db)
    for session in Session.objects.all():
        yield "django_session", json.dumps(session.get_decoded())
    for (value,) in db.execute("SELECT value FROM web_cache").fetchall():
        yield "web_cache", base64.b64decode(value).decode(errors="replace")


def leaks(db):
    return [(table, word) for table, row in dumped(db) for word in LEAKS if word.lower() in row.lower()]


def sealed(db):
    """Rows that hold something the keys in use would open."""
    return [table for table, row in dumped(db) if f"{in_use()}." in row]


def in_store(root):
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() for word in LEAKS)]


def test_the_marker_stands_nowhere_in_database_and_store(ended, owner_db, tmp_path):
    plant(ended)
    tables = {table for table, _word in leaks(owner_db)}
    planted = {model for _key, model, _name in planted_columns()} - {Reporter}  # which lies sealed
    assert tables >= {model._meta.db_table.join(("public.", "")) for model in planted}
    assert {"public.complaints_publishedword"} <= tables
    assert len(in_store(tmp_path)) == 1
    assert "public.complaints_reporter" in sealed(owner_db)
    assert clean_up(ended) == 1
    sweep_store((timezone.now() + timezone.timedelta(days=2)).isoformat())
    assert leaks(owner_db) == sealed(owner_db) == []
    assert in_store(tmp_path) == []
    assert unproven(owner_db) == []


def test_what_stays_of_the_place_is_the_region(ended):
    plant(ended)
    before = Complaint.objects.get(pk=ended.case.pk)
    clean_up(ended)
    case = Complaint.objects.get(pk=ended.case.pk)
    assert (case.latitude, case.longitude, case.place) == (None, None, "")
    assert (case.region_id, case.category_id, case.unit_id) == (
        before.region_id,
        before.category_id,
        before.unit_id,
    )


def test_contact_takes_the_reporters_words_however_they_are_spaced_and_leaves_the_rest(ended):
    with transaction.atomic():
        text = "mertosono_widyakrama, MERTOSONO  WIDYAKRAMA, 0812-3456-7890, (0812) 34567890, 08987654321"
        Message.objects.update(text=text)
        Attachment.objects.update(name=f"{NAME.replace(' ', '_')}_0898.png")
        personal.forget_contact(ended.case)
    hidden = personal.HIDDEN
    assert set(Message.objects.values_list("text", flat=True)) == {
        f"{hidden}, {hidden}, {hidden}, {hidden}, 08987654321"
    }
    assert Attachment.objects.get(subject=ended.key).name == f"{hidden}_0898.png"


def test_the_accused_officers_name_goes_with_the_words(ended):
    with transaction.atomic():
        Complaint.objects.filter(pk=ended.case.pk).update(accused_officer=ended.cast.bagas)
        Answer.objects.update(text=f"{OFFICER} sudah ditegur.")
        personal.mask_words(Complaint.objects.get(pk=ended.case.pk))
    assert Answer.objects.get().text == "[nama disembunyikan] sudah ditegur."


def test_a_reason_in_the_ledger_of_clocks_gives_way_to_fixed_words_and_to_no_others(ended):
    with transaction.atomic():
        plain = ClockEvent.objects.filter(clock__subject=ended.key).exclude(reason="").count()
        clock = Clock.objects.filter(subject=ended.key).first()
        line = {"at": ended.at, "due_before": ended.at, "due_after": ended.at, "kind": "retime"}
        told = ClockEvent.objects.create(clock=clock, reason=f"telepon {PHONE}", **line)
        assert hide_reasons(ended.key, lambda reason: masked(reason) != reason) == 1
    told.refresh_from_db()
    assert told.reason == HIDDEN
    assert (
        ClockEvent.objects.exclude(reason__in=("", HIDDEN)).filter(clock__subject=ended.key).count() == plain
    )


def test_no_mail_goes_out_after_the_forgetting_whatever_its_state_and_none_is_anybodys_trouble(ended):
    with transaction.atomic():
        mails = mail.Message.objects.filter(subject_key=ended.key).order_by("pk")
        for message, state in zip(mails, ("pending", "pending", "failed"), strict=False):
            mails.filter(pk=message.pk).update(state=state, sent_at=None)
        mail.Message.objects.filter(state="pending").exclude(pk=mails[0].pk).update(next_attempt_at=LATER)
    held = delivery.claim()
    assert held.message == mails[0]
    with transaction.atomic():
        personal.forget_contact(ended.case)
    delivery.finish(held, mail.Delivery.Outcome.REFUSED, f"450 {EMAIL}")
    told = list(mails.values_list("state", "to", "text", "lease_until")[:3])
    assert told == [("dropped", "", "", None)] * 3
    line = mail.Delivery.objects.get(pk=held.pk)
    assert (line.outcome, line.reply, bool(line.finished_at)) == ("unknown", "", True)
    assert not outbox().filter(subject_key=ended.key).exists()
    assert not mail.Delivery.objects.filter(outcome="started").exists()


@pytest.mark.parametrize("model", [Reporter, Follower, Subtask])
def test_rows_of_people_go_and_rows_of_work_stay(ended, model):
    clean_up(ended, SIX_YEARS)
    assert model.objects.filter(complaint=ended.case).exists() is (model is Subtask)
    assert TEXT not in str(list(Subtask.objects.values_list("text", "result")))
