"""One step of a case: who, from where, under which guard, with which effect, and what a failure leaves."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM as THE_SYSTEM, Actor
from biroumum.audit.models import Entry
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import (
    HOLDER,
    SYSTEM,
    WORKFLOWS,
    Forbidden,
    Refused,
    Stale,
    Transition,
    Workflow,
)
from complaints.models import Category, Complaint
from complaints.services import submit_complaint
from complaints.states import Source, State

pytestmark = pytest.mark.django_db
VERIFY = "complaints.verify_complaint"


class S(models.TextChoices):
    """Two states of the real column are enough to see the engine work."""

    RECEIVED = State.RECEIVED.value, "Diterima"
    INCOMPLETE = State.INCOMPLETE.value, "Menunggu kelengkapan"


def not_secret(case, *, actor, at, title="", **data):
    if title == "rahasia":
        raise Refused("Judul ini tidak boleh.")


def asked(case, *, good=True, **data):
    """The column the database wants filled in that state."""
    case.reason_code = "place" if good else ""


def answered(case, **data):
    case.reason_code = ""


def rename(case, *, actor, at, title):
    case.title, case.first_answered_at = title, at
    asked(case)
    return {"title": title}


def chosen(case, *, good):
    return S.INCOMPLETE if good else S.RECEIVED


def broken(case, *, actor, at):
    case.title = "setengah jadi"
    raise RuntimeError


def row(name, source, target, permission=VERIFY, **more):
    return Transition(name=name, label=name, sources=(source,), target=target, permission=permission, **more)


@pytest.fixture
def workflow(monkeypatch):
    monkeypatch.setitem(WORKFLOWS, "complaints.complaint", WORKFLOWS["complaints.complaint"])
    return Workflow(
        "complaints.Complaint",
        row("verify", S.RECEIVED, S.INCOMPLETE, guard=not_secret, effect=rename),
        row("undo", S.INCOMPLETE, S.RECEIVED, confirm=True, effect=answered),
        row("choose", S.RECEIVED, chosen, targets=(S.INCOMPLETE, S.RECEIVED), effect=asked),
        row("stray", S.RECEIVED, lambda case, **data: S.RECEIVED, targets=(S.INCOMPLETE,)),
        row("break", S.RECEIVED, S.INCOMPLETE, effect=broken),
        row("lapse", S.RECEIVED, S.INCOMPLETE, SYSTEM, effect=asked),
        row("reply", S.RECEIVED, S.INCOMPLETE, HOLDER, effect=asked),
        initial=S.RECEIVED,
        terminal=(S.INCOMPLETE,),
    )


@pytest.fixture
def case(now):
    content = {
        "kind": "complaint",
        "title": "Lampu lorong mati",
        "description": "Lampu lorong gedung B mati sejak Senin.",
        "category": Category.objects.first(),
    }
    return submit_complaint(actor=Actor.holder(), source=Source.WEB, content=content, at=now).complaint


@pytest.fixture
def sekar(cast):
    return Actor.staff(cast.sekar)


def stored(case):
    return Complaint.objects.get(pk=case.pk)


def logged(case, name):
    """What the log says of each such step, without who took it."""
    entries = Entry.objects.filter(subject=subject_key(case), verb=f"complaints.complaint.{name}").order_by(
        "id"
    )
    told = [json.loads(entry.body)["data"] for entry in entries]
    return [{key: value for key, value in data.items() if key not in ("actor", "at")} for data in told]


def test_a_step_moves_the_case_keeps_the_effect_and_returns_the_saved_row(workflow, case, sekar, now):
    done = workflow.perform(case, "verify", actor=sekar, at=now, title="Lampu mati")
    assert (done.state, done.title, done.first_answered_at) == ("incomplete", "Lampu mati", now)
    assert (stored(case).state, stored(case).title) == ("incomplete", "Lampu mati")
    assert case.state == "received"  # the caller's copy says only which case


def test_a_step_is_an_entry_with_from_to_and_what_the_effect_tells(workflow, case, sekar):
    workflow.perform(case, "verify", actor=sekar, title="Lampu mati")
    [entry] = logged(case, "verify")
    assert entry == {"from": "received", "to": "incomplete", "title": "Lampu mati"}


def test_only_touched_columns_are_written(workflow, case, sekar):
    Complaint.objects.filter(pk=case.pk).update(place="Gedung B")  # since this copy was read
    with CaptureQueriesContext(connection) as queries:
        workflow.perform(case, "verify", actor=sekar, title="Lampu mati")
    [update] = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "complaints_complaint"')]
    assert '"title"' in update
    assert '"description"' not in update
    assert stored(case).place == "Gedung B"


def test_the_row_is_locked_before_anything_is_judged(workflow, case, sekar):
    with CaptureQueriesContext(connection) as queries:
        workflow.perform(case, "verify", actor=sekar, title="x")
    first = next(query["sql"] for query in queries if "complaints_complaint" in query["sql"])
    assert first.endswith('FOR UPDATE OF "complaints_complaint"')


@pytest.mark.parametrize("who", ["danu", "hartono", "tamu"])
def test_without_the_permission_a_step_is_forbidden(workflow, case, cast, who):
    with pytest.raises(Forbidden):
        workflow.perform(case, "verify", actor=Actor.staff(getattr(cast, who)), title="x")
    assert stored(case).state == "received"


def test_neither_holder_nor_system_take_an_officers_step(workflow, case):
    for actor in (Actor.holder(subject_key(case)), THE_SYSTEM):
        with pytest.raises(Forbidden):
            workflow.perform(case, "verify", actor=actor, title="x")


def test_a_holders_step_needs_the_code_of_this_very_case(workflow, case, sekar):
    for actor in (sekar, THE_SYSTEM, Actor.holder(), Actor.holder(f"complaints.complaint/{case.pk + 1}")):
        with pytest.raises(Forbidden):
            workflow.perform(case, "reply", actor=actor)
    assert workflow.perform(case, "reply", actor=Actor.holder(subject_key(case))).state == "incomplete"


def test_a_timed_step_is_the_systems_alone(workflow, case, sekar):
    for actor in (sekar, Actor.holder(subject_key(case))):
        with pytest.raises(Forbidden):
            workflow.perform(case, "lapse", actor=actor)
    assert workflow.perform(case, "lapse", actor=THE_SYSTEM).state == "incomplete"


def test_a_case_that_moved_on_is_stale_and_comes_along_as_it_is(workflow, case, sekar):
    workflow.perform(case, "verify", actor=sekar, title="x")
    with pytest.raises(Stale) as error:
        workflow.perform(case, "verify", actor=sekar, title="y")
    assert (error.value.case.state, error.value.name) == ("incomplete", "verify")
    assert stored(case).title == "x"


def test_a_page_opened_in_another_state_is_stale_even_if_the_step_would_fit(workflow, case, sekar):
    with pytest.raises(Stale):
        workflow.perform(case, "verify", actor=sekar, expected_state="incomplete", title="x")


def test_right_comes_before_state(workflow, case, cast, sekar):
    workflow.perform(case, "verify", actor=sekar, title="x")
    with pytest.raises(Forbidden):
        workflow.perform(case, "verify", actor=Actor.staff(cast.danu), title="x")


def test_a_guard_refuses_with_its_sentence_and_nothing_is_kept(workflow, case, sekar):
    with pytest.raises(Refused) as error:
        workflow.perform(case, "verify", actor=sekar, title="rahasia")
    assert error.value.message == "Judul ini tidak boleh."
    assert stored(case).title == "Lampu lorong mati"


def test_a_broken_effect_leaves_nothing_behind(workflow, case, sekar):
    with pytest.raises(RuntimeError):
        workflow.perform(case, "break", actor=sekar)
    assert (stored(case).state, stored(case).title) == ("received", "Lampu lorong mati")
    assert logged(case, "break") == []


def test_what_cannot_be_undone_needs_a_reason_and_logs_it(workflow, case, sekar):
    workflow.perform(case, "verify", actor=sekar, title="x")
    for nothing in ({}, {"reason": ""}):
        with pytest.raises(Refused):
            workflow.perform(case, "undo", actor=sekar, **nothing)
    workflow.perform(case, "undo", actor=sekar, reason="Salah baca")
    assert logged(case, "undo") == [{"from": "incomplete", "to": "received", "reason": "Salah baca"}]


def test_a_step_may_choose_among_its_declared_targets(workflow, case, sekar):
    assert workflow.perform(case, "choose", actor=sekar, good=False).state == "received"
    assert workflow.perform(case, "choose", actor=sekar, good=True).state == "incomplete"


def test_a_target_that_was_not_declared_is_a_programming_error(workflow, case, sekar):
    with pytest.raises(ImproperlyConfigured):
        workflow.perform(case, "stray", actor=sekar)


def test_a_row_of_another_table_is_a_programming_error(workflow, case, sekar, cast):
    with pytest.raises(TypeError):
        workflow.perform(cast.sekar, "verify", actor=sekar, title="x")


def test_listeners_hear_every_step_they_asked_for(workflow, case, sekar):
    heard = []
    workflow.on("verify", lambda case, step, actor, data: heard.append((case.state, step.name, dict(data))))
    workflow.on("*", lambda case, step, actor, data: heard.append(step.name))
    at = timezone.now() - dt.timedelta(days=1)
    workflow.perform(case, "verify", actor=sekar, at=at, title="x")
    workflow.perform(case, "undo", actor=sekar, reason="y")
    assert heard == [("incomplete", "verify", {"title": "x", "at": at}), "verify", "undo"]


def test_a_listener_that_fails_takes_the_step_back(workflow, case, sekar):
    def listener(case, step, actor, data):
        raise Refused("Ruang sudah dipinjam.")

    workflow.on("verify", listener)
    with pytest.raises(Refused):
        workflow.perform(case, "verify", actor=sekar, title="x")
    assert stored(case).state == "received"


def test_available_are_the_steps_of_this_state_and_this_actor(workflow, case, sekar, cast):
    def names(actor):
        return [step.name for step in workflow.available(case, actor)]

    assert names(sekar) == ["verify", "choose", "stray", "break"]
    assert names(Actor.staff(cast.danu)) == []
    assert names(Actor.holder(subject_key(case))) == ["reply"]
    assert names(THE_SYSTEM) == ["lapse"]


def test_a_step_inside_a_larger_transaction_goes_back_with_it(workflow, case, sekar):
    with pytest.raises(RuntimeError), transaction.atomic():
        workflow.perform(case, "verify", actor=sekar, title="x")
        raise RuntimeError
    assert stored(case).state == "received"
