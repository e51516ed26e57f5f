"""Two officers take a step of one case at the same moment, each on a connection of their own."""

from functools import partial

import pytest
from django.db import models

from biroumum.accounts.actors import Actor
from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import WORKFLOWS, Stale, Transition, Workflow
from complaints.models import Category, Complaint
from complaints.services import submit_complaint
from complaints.states import Source, State
from tests.races import at_once, meeting


class S(models.TextChoices):
    RECEIVED = State.RECEIVED.value, "Diterima"
    INCOMPLETE = State.INCOMPLETE.value, "Menunggu kelengkapan"


@pytest.fixture
def verify_at_once(monkeypatch, real_db, cast, now):
    """Lets sekar take one step twice at once and returns how each try ended, and the case.

    The guard waits a moment for the other try, so that without a lock both pass the state check.
    """
    met = meeting(1)

    def meet(case, **data):
        met()

    def retitle(case, *, actor, at, title):
        case.title, case.reason_code = title, "place"

    monkeypatch.setitem(WORKFLOWS, "complaints.complaint", WORKFLOWS["complaints.complaint"])
    workflow = Workflow(
        "complaints.Complaint",
        Transition(
            name="verify",
            label="Verifikasi",
            sources=(S.RECEIVED,),
            target=S.INCOMPLETE,
            permission="complaints.verify_complaint",
            guard=meet,
            effect=retitle,
        ),
        initial=S.RECEIVED,
        terminal=(S.INCOMPLETE,),
    )
    content = {
        "kind": "complaint",
        "title": "Lampu",
        "description": "Mati.",
        "category": Category.objects.first(),
    }
    case = submit_complaint(actor=Actor.holder(), source=Source.WEB, content=content, at=now).complaint

    def attempt(title):
        try:
            workflow.perform(case, "verify", actor=Actor.staff(cast.sekar), title=title)
        except Stale as stale:
            return f"stale, now {stale.case.state}"
        return "won"

    def run():
        ends = at_once(*[partial(attempt, title) for title in ("satu", "dua")])
        return sorted(ends), Complaint.objects.get(pk=case.pk)

    return run


def steps(case):
    return [step.verb for step in history(subject_key(case))].count("complaints.complaint.verify")


def test_one_wins_and_the_other_sees_the_case_as_it_is_now(verify_at_once):
    ends, case = verify_at_once()
    assert ends == ["stale, now incomplete", "won"]
    assert case.title in {"satu", "dua"}
    assert steps(case) == 1


def test_without_the_lock_both_would_win(verify_at_once, no_row_locks):
    ends, case = verify_at_once()
    assert ends == ["won", "won"]
    assert steps(case) == 2
