"""Every step × every state × every person: whose step it is, said here apart from roles and workflow."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.portal.demo.complaints import create_complaints
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.states import State
from complaints.workflow import COMPLAINT

INSPECTORATE = "irma galih"
VERIFIER, HANDLERS, JUDGES = "sekar", f"rini bagas wulan {INSPECTORATE}", "sekar hartono"
WHOSE = {
    "verify": VERIFIER,
    "ask_completion": VERIFIER,
    "hand_over": VERIFIER,
    "archive": VERIFIER,
    "mark_duplicate": VERIFIER,
    "withdraw": VERIFIER,
    "assign": "sekar rini hartono",
    "delegate": "sekar rini hartono",
    "return_assignment": HANDLERS,
    "start": HANDLERS,
    "ask_reporter": HANDLERS,
    "reclassify": VERIFIER,
    "reclassify_work": HANDLERS,
    "extend": HANDLERS,
    "schedule": HANDLERS,
    "continue_work": HANDLERS,
    "hand_over_work": HANDLERS,
    "answer": HANDLERS,
    "grant_reopening": JUDGES,
    "refuse_reopening": JUDGES,
    "resume_reopened": VERIFIER,
    "restore": JUDGES,
    "hand_in": VERIFIER,
    "inspect": INSPECTORATE,
    "dismiss": INSPECTORATE,
    "hand_back": INSPECTORATE,
    "uphold": INSPECTORATE,
    "overrule": INSPECTORATE,
    # the citizen with the code of this very case, and tasks
    "complete": "holder",
    "take_back": "holder",
    "reply": "holder",
    "accept": "holder",
    "object": "holder",
    "object_outcome": "holder",
    "release": "system",
    "lapse": "system",
    "close_silent": "system",
}
# Who sees the demo's cases by their office; the others with the right to view see none, the rest may not view.
SEES = {
    "": "sekar hartono",
    "subbag-rumah-tangga": "sekar hartono rini bagas",
    "subbag-aset": "sekar hartono wulan",
    "inspektorat": INSPECTORATE,
}
VIEWERS = f"danu sekar rini bagas wulan hartono {INSPECTORATE}"
OF_WHISTLES = {"inspect", "dismiss", "hand_back", "uphold", "overrule"}
NOT_OF_WHISTLES = {"hand_in", "reclassify", "reclassify_work", "archive", "return_assignment"} | {
    "grant_reopening",
    "refuse_reopening",
    "resume_reopened",
}


@pytest.fixture
def cases(db: None, cast: Any) -> list[Complaint]:
    """The demo's, one or more in every state."""
    return create_complaints(vars(cast))


def test_every_step_has_its_people_here() -> None:
    assert set(WHOSE) == set(COMPLAINT.transitions)


def test_each_is_offered_the_steps_that_are_theirs_in_this_state_and_no_other(cases: Any, cast: Any) -> None:
    assert {case.state for case in cases} == set(State.values)
    for case in cases:
        actors = {name: Actor.staff(user) for name, user in vars(cast).items()}
        actors |= {"holder": Actor.holder(subject_key(case)), "system": SYSTEM}
        actors |= {"another holder": Actor.holder("complaints.complaint/0"), "a new citizen": Actor.holder()}
        for name, actor in actors.items():
            offered = {step.name for step in COMPLAINT.available(case, actor)}
            in_state = {step.name for step in COMPLAINT if case.state in step.sources}
            in_state -= set() if case.documents else {"extend"}
            in_state -= NOT_OF_WHISTLES if case.is_whistle else OF_WHISTLES
            assert offered == {step for step in in_state if name in WHOSE[step].split()}, (case.state, name)


def expected(case: Complaint, step: str, name: str) -> int:
    """404 for whom the case is not there, 403 for the wrong person, 409 for the wrong state."""
    office = "inspektorat" if case.is_whistle else case.unit.code if case.unit else ""
    if name not in VIEWERS.split():
        return 403
    if name not in SEES[office].split():
        return 404
    if name not in WHOSE[step].split():
        return 403
    return 200 if case.state in COMPLAINT[step].sources else 409


def test_the_page_of_each_step_opens_to_whom_it_belongs(
    cases: list[Complaint], cast: Any, client_for: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR", "django.request")
    clients = {name: client_for(user) for name, user in vars(cast).items()}
    wrong = []
    for state in State:
        case = next(case for case in cases if case.state == state)
        for step in COMPLAINT:
            for name in clients if state in step.sources else clients.keys() & WHOSE[step.name].split():
                found = clients[name].get(f"/kerja/pengaduan/{case.pk}/{step.name}/").status_code
                if found != expected(case, step.name, name):
                    wrong.append(f"{state} {step.name}: {name} finds {found}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_refused_the_page_changes_nothing_by_sending_either(
    cases: list[Complaint], cast: Any, client_for: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR", "django.request")
    clients = {name: client_for(user) for name, user in vars(cast).items()}
    sent = 0
    for step in COMPLAINT:
        case = next(case for case in cases if case.state in step.sources)
        for name, client in clients.items():
            status = expected(case, step.name, name)
            if status in (403, 404):
                words = {"text": "x", "reason": "x", "expected_state": case.state}
                assert client.post(f"/kerja/pengaduan/{case.pk}/{step.name}/", words).status_code == status
                sent += 1
        assert Complaint.objects.get(pk=case.pk).state == case.state
    assert sent > 150


def test_the_holder_of_a_code_has_no_page_for_steps_of_the_office(db: None, cast: Any, now: Any) -> None:
    from tests.complaints.citizen import Citizen

    citizen = Citizen()
    case, code = citizen.file()
    address = citizen.track(case, code)
    for step in COMPLAINT:
        found = citizen.client.get(f"{address}{step.name}/").status_code
        open_now = 200 if case.state in step.sources else 409
        assert found == (open_now if WHOSE[step.name] == "holder" else 404), step.name
