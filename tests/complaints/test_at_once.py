"""Two sendings in one moment through the pages: of one citizen's draft, and of one case's step by two officers.

Each meeting stands where both have looked and neither has written, so without the lock both would go through.
"""

import re
import threading
from dataclasses import replace

import pytest
from django.db import transaction

from biroumum.accounts.actors import Actor
from biroumum.audit.queries import history
from biroumum.notifications.models import Message as Mail
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused, Workflow
from complaints import services
from complaints.models import Complaint
from complaints.services import codes
from complaints.workflow import COMPLAINT
from tests.complaints.citizen import Citizen, code_on
from tests.complaints.road import Road
from tests.complaints.test_intake import file
from tests.races import at_once, meeting, overtake

TYPED = ("Di lantai berapa?", "Sejak kapan lampunya mati?")


@pytest.fixture
def send_from_two_tabs(real_db, settings, monkeypatch):
    """Both have the form in hand before either files; by default as a browser sends it, its test worked out."""
    settings.WORK_NUMBERS = 5
    citizen, hash_token, meet = Citizen(), codes.hash_token, meeting(20)
    citizen.fill_in(email="sari@contoh.id")
    given = citizen.work()

    def both_came(token):
        meet()
        return hash_token(token)

    def run():
        with monkeypatch.context() as patched:
            patched.setattr(codes, "hash_token", both_came)
            return at_once(*[lambda: citizen.tab().send(**given)] * 2)

    return run


def test_a_double_click_is_one_case_with_one_code_one_mail_and_no_number_lost(send_from_two_tabs, now):
    one, other = send_from_two_tabs()
    assert (one.status_code, other.status_code) == (201, 201)
    assert code_on(one) == code_on(other)
    case = Complaint.objects.get()
    assert case.number in one.text
    assert case.untested is False  # the work is done once, and neither sending takes it from the other
    assert Mail.objects.filter(to="sari@contoh.id").count() == 1
    assert file(now).complaint.number == "ADU-2026-000002"


def test_without_the_unique_hash_a_double_click_would_be_two_cases(send_from_two_tabs, owner_db):
    found = "SELECT conname FROM pg_constraint WHERE conrelid = 'complaints_complaint'::regclass AND contype = 'u'"
    (unique,) = [name for (name,) in owner_db.execute(found) if "submit_hash" in name]
    owner_db.execute(f'ALTER TABLE complaints_complaint DROP CONSTRAINT "{unique}"')
    send_from_two_tabs()
    assert Complaint.objects.count() == Mail.objects.filter(to="sari@contoh.id").count() == 2


@pytest.fixture
def ask_twice(real_db, cast, client_for, now, monkeypatch):
    """Sekar asks the reporter from two desks; how each page answered, by what was typed there, and the case."""
    case, arrive, meet = file(now).complaint, meeting(20), meeting(1)
    step, perform = COMPLAINT["ask_completion"], Workflow.perform

    def guard(found, **data):
        meet()
        if step.guard:
            step.guard(found, **data)

    def together(*args, **data):
        arrive()
        return perform(*args, **data)

    monkeypatch.setitem(COMPLAINT.transitions, "ask_completion", replace(step, guard=guard))
    monkeypatch.setattr(Workflow, "perform", together)
    address = f"{case.get_absolute_url()}ask_completion/"

    def officer(text):
        client = client_for(cast.sekar)
        client.raise_request_exception = False
        page = client.get(address).content.decode()
        state = re.search(r'name="expected_state" value="([^"]+)"', page)[1]
        data = {"expected_state": state, "reason_code": "place", "text": text}
        return lambda: client.post(address, data)

    desks = [officer(text) for text in TYPED]

    def run():
        answers = dict(zip(TYPED, at_once(*desks), strict=True))
        verbs = [each.verb for each in history(subject_key(case))]
        return answers, verbs.count("complaints.complaint.ask_completion"), case

    return run


def test_of_two_officers_one_is_first_and_the_other_reads_why_with_the_text_kept(ask_twice):
    answers, taken, case = ask_twice()
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    assert taken == 1
    late = next(text for text, answer in answers.items() if answer.status_code == 409)
    page = answers[late].content.decode()
    assert late in page
    assert "Minta kelengkapan" in page
    assert [message.text for message in case.messages.all()] == [text for text in TYPED if text != late]


def test_without_the_row_lock_the_second_officer_would_lose_text_and_reason(ask_twice, no_row_locks):
    """Both pass the state; a last net in the database still keeps the second clock out, with an error page."""
    answers, taken, _case = ask_twice()
    assert sorted(answer.status_code for answer in answers.values()) == [302, 500]
    lost = next(text for text, answer in answers.items() if answer.status_code == 500)
    assert lost not in answers[lost].content.decode()
    assert taken == 1


def test_joining_to_a_case_that_another_is_changing_is_refused_at_once(real_db, cast, now):
    """Two officers joining A to B and B to A would each wait for the other; here the second is told instead."""
    first, second = Road(cast, now), Road(cast, now)
    held, done = threading.Event(), threading.Event()

    def change_the_first():
        with transaction.atomic():
            Complaint.objects.select_for_update().get(pk=first.case.pk)
            held.set()
            done.wait(timeout=10)  # a merge that waited would go through after this, and the test fail

    def join_to_it():
        held.wait(timeout=10)
        try:
            with pytest.raises(Refused, match="sedang diubah"):
                second.merge(first.case)
        finally:
            done.set()

    at_once(change_the_first, join_to_it)
    assert second.merge(first.case).duplicate_of == first.case


@pytest.fixture
def message_while_closing(real_db, cast, now, monkeypatch):
    """The office writes, and the citizen closes the case once that message was let through and before it is kept.

    Gives the case as it stands after both, and the log's verbs of the two in their order.
    """
    road = Road(cast, now)
    road.work()
    road.answer()

    def close():
        COMPLAINT.perform(road.case, "accept", actor=road.holder)

    def run():
        closed = overtake(monkeypatch, Actor, "has_perm", close)
        services.send_message(road.case, actor=Actor.staff(cast.bagas), text="Lampunya LED.")
        closed()
        verbs = [each.verb.rpartition(".")[2] for each in history(subject_key(road.case), limit=2)]
        return Complaint.objects.get(pk=road.case.pk), verbs[::-1]

    return run


def test_a_message_and_a_closing_at_once_are_both_kept_and_the_message_comes_first(message_while_closing):
    case, verbs = message_while_closing()
    assert verbs == ["message", "accept"]
    assert (case.state, case.messages.last().text) == ("closed", "Lampunya LED.")
    with pytest.raises(Refused, match="sudah berakhir"):
        services.send_message(case, actor=Actor.staff(case.answers.last().author), text="Satu lagi.")


def test_without_the_row_lock_the_office_would_write_into_a_closed_case(message_while_closing, no_row_locks):
    case, verbs = message_while_closing()
    assert verbs == ["accept", "message"]
    assert (case.state, case.messages.last().text) == ("closed", "Lampunya LED.")
