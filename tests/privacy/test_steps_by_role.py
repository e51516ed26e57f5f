"""Every step of a request × every state × every person, its pages, and what a case of the Inspektorat changes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.privacy import services
from biroumum.privacy.models import ErasureRequest, State
from biroumum.privacy.workflow import ERASURE
from biroumum.workflow.worklist import work_of
from complaints.models import Complaint, Reporter
from tests.privacy.conftest import WHY, YES

INSPECTORATE = "irma galih"
DECIDERS, RECORDERS = f"nadia hartono {INSPECTORATE}", f"nadia {INSPECTORATE}"
WHOSE = {"approve": DECIDERS, "refuse": DECIDERS, "withdraw": RECORDERS, "complete": "system"}
OPEN_TO = {"complaint": "nadia hartono", "whistle": INSPECTORATE}  # by the class of the case


@pytest.fixture
def requests(asking, monkeypatch):
    """One in every state, each later one in place of the last."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: asking.at)

    def stand(state):
        request = asking.record()
        if state == State.WITHDRAWN:
            asking.take(request, "withdraw", actor=asking.nadia)
        elif state == State.REFUSED:
            asking.take(request, "refuse")
        elif state in (State.ERASING, State.DONE):
            with monkeypatch.context() as patched:
                if state == State.ERASING:
                    patched.setattr(services, "finish", lambda request: False)
                asking.take(request, "approve")
        return ErasureRequest.objects.get(pk=request.pk)

    return stand


def test_every_step_has_its_people_here():
    assert set(WHOSE) == set(ERASURE.transitions)


@pytest.mark.parametrize("state", State)
def test_each_is_offered_their_steps_in_this_state_and_no_other(requests, asking, client_for, caplog, state):
    caplog.set_level("ERROR", "django.request")
    request = requests(state)
    assert request.state == state
    people = {name: Actor.staff(user) for name, user in vars(asking.cast).items()} | {"system": SYSTEM}
    in_state = {step.name for step in ERASURE if state in step.sources}
    for name, actor in people.items():
        offered = {step.name for step in ERASURE.available(request, actor)}
        assert offered == {step for step in in_state if name in WHOSE[step].split()}, name
    wrong = []
    for name, user in vars(asking.cast).items():
        client = client_for(user)
        for step in ERASURE:
            found = client.get(f"{request.get_absolute_url()}{step.name}/").status_code
            if found != (wanted := expected(step, state, name)):
                wrong.append(f"{step.name}: {name} finds {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def expected(step, state, name, kind="complaint"):
    """403 for who has nothing to do with requests, 404 to whom the case is shut, 409 for another state."""
    if name not in DECIDERS.split():
        return 403
    if name not in OPEN_TO[kind].split():
        return 404
    if name not in WHOSE[step.name].split():
        return 403
    return 200 if state in step.sources else 409


def test_whoever_is_refused_the_page_changes_nothing_by_sending_either(requests, asking, client_for, caplog):
    caplog.set_level("ERROR", "django.request")
    request = requests(State.REQUESTED)
    for name, user in vars(asking.cast).items():
        client = client_for(user)
        for step in ERASURE:
            status = expected(step, State.REQUESTED, name)
            if status != 200:
                sent = {"reason": "x", "expected_state": "requested"}
                assert client.post(f"{request.get_absolute_url()}{step.name}/", sent).status_code == status
    assert ErasureRequest.objects.get().state == "requested"
    assert Reporter.objects.exists()


def test_of_a_whistle_blowers_case_only_examiners_find_the_request(asking, ended, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: asking.at)
    with transaction.atomic():
        Complaint.objects.update(kind="whistle", sealed=True, visibility="confidential")
    request = asking.record(actor=Actor.staff(asking.cast.irma))
    for name, user in vars(asking.cast).items():
        wanted = expected(ERASURE["approve"], State.REQUESTED, name, "whistle")
        assert client_for(user).get(f"{request.get_absolute_url()}approve/").status_code == wanted, name
        listed = client_for(user).get("/kerja/penghapusan/")
        assert (listed.status_code == 200 and request.number in listed.text) is (wanted == 200), name


def test_from_the_form_to_the_certificate(asking, ended, client_for, monkeypatch, tmp_path, settings):
    monkeypatch.setattr("django.utils.timezone.now", lambda: asking.at)
    officer, head = client_for(asking.cast.nadia), client_for(asking.cast.hartono)
    data = {"number": ended.case.number.lower(), "basis": services.bases_on(asking.at.date())[0].pk}
    data |= {"whats": ["contact", "words", "files"], "reason": WHY}
    assert officer.post("/kerja/penghapusan/catat/", data | {"reason": "Pak Budi"}).status_code == 422
    made = officer.post("/kerja/penghapusan/catat/", data)
    page = made["Location"]
    own, other = officer.get(page).text, head.get(page).text
    assert ("Setujui dan hapus" in own, "Tarik permohonan" in own) == (False, True)
    assert ("Setujui dan hapus" in other, "Tarik permohonan" in other) == (True, False)
    for words in ("3 keterangan pelapor", "1 berkas", "Jadwal retensi arsip", "Salinan dalam cadangan"):
        assert words in other
    (waiting,) = [item for item in work_of(asking.cast.hartono) if item.url == page]
    assert (waiting.action_label, waiting.due_at is None) == ("Putuskan", False)
    sent = {"reason": YES, "expected_state": "requested"}
    assert officer.post(f"{page}approve/", sent).status_code == 422
    assert head.post(f"{page}approve/", sent).status_code == 302
    assert "Unduh berita acara" in head.get(page).text
    paper = officer.post(f"{page}berita-acara/")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert paper.content == head.post(f"{page}berita-acara/").content
    assert not [item for item in work_of(asking.cast.hartono) if item.url == page]


def test_the_pages_ask_the_database_little_however_much_the_case_has(asking, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: asking.at)
    request, client = asking.record(), client_for(asking.cast.hartono)
    pages = ("/kerja/penghapusan/", request.get_absolute_url())
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert len(asked) <= 25, (page, len(asked))
