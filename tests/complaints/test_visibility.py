"""Whose eyes a case is for: at every door where it could show, whoever may not know of it finds nothing.

`SEES` names who knows of which case; all others of the list have the permission to view, and get 404.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit
from biroumum.audit.models import Entry
from biroumum.audit.queries import public_history
from biroumum.audit.services import record
from biroumum.documents.services import attach
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.states import Source, Visibility
from complaints.workflow import COMPLAINT
from tests.complaints.road import Road
from tests.complaints.test_intake import content, file
from tests.kernel.documents_corpus import photo, upload

VIEWERS = ("danu", "sekar", "rini", "bagas", "wulan", "hartono", "irma", "galih")
SEES = {
    "new": "sekar hartono",
    "told_at_the_desk": "sekar hartono danu",
    "open_at_the_office": "sekar hartono rini bagas",
    "confidential_at_the_office": "sekar hartono rini",
    "confidential_for_bagas": "sekar hartono rini bagas",
    "confidential_at_another_office": "sekar hartono wulan",
    "against_the_office_of_rini": "sekar hartono wulan",
    "against_the_verifiers_own": "hartono wulan",
    "against_the_bureau": "",
    "against_bagas_at_his_office": "sekar hartono rini",
    "against_wulan_for_her": "sekar hartono",
    "against_the_verifier": "hartono rini bagas",
    "against_the_head_of_the_bureau": "sekar rini bagas",
    "of_a_whistle_blower": "irma galih",
    "handed_in_from_the_office": "irma galih",
    "handed_in_from_the_desk": "irma galih",
    "against_irma_herself": "galih",
    "handed_back": "sekar hartono irma galih",
}
EVERYWHERE = {"page", "a step", "file", "list", "number", "words", "csv"}
WHISTLES = (
    "of_a_whistle_blower",
    "handed_in_from_the_office",
    "handed_in_from_the_desk",
    "against_irma_herself",
)


class Cases:
    """Makes the case of each line above."""

    def __init__(self, cast: Any, now: Any) -> None:
        self.cast, self.now = cast, now

    def new(self) -> Complaint:
        return Road(self.cast, self.now).case

    def told_at_the_desk(self) -> Complaint:
        return file(
            self.now, actor=Actor.staff(self.cast.danu), source=Source.DESK, content=content()
        ).complaint

    def held(self, unit: str, position: str = "", **verified: Any) -> Complaint:
        road = Road(self.cast, self.now)
        road.verify(**verified)
        chair = Position.objects.filter(title=position).first()
        office = Unit.objects.get(code=unit)
        return road.go("hartono", "assign", unit=office, position=chair, instruction="")

    def open_at_the_office(self) -> Complaint:
        return self.held("subbag-rumah-tangga", visibility=Visibility.OPEN)

    def confidential_at_the_office(self) -> Complaint:
        return self.held("subbag-rumah-tangga", visibility=Visibility.CONFIDENTIAL)

    def confidential_for_bagas(self) -> Complaint:
        return self.held("subbag-rumah-tangga", "Pengelola Rumah Tangga", visibility=Visibility.CONFIDENTIAL)

    def confidential_at_another_office(self) -> Complaint:
        return self.held("subbag-aset", "Pengelola Aset", visibility=Visibility.CONFIDENTIAL)

    def against(self, office: str) -> Complaint:
        """Here by a plain write, since a verifier can not say it of their own office."""
        case = self.confidential_at_another_office()
        Complaint.objects.filter(pk=case.pk).update(accused_unit=Unit.objects.get(code=office))
        return case

    def against_the_office_of_rini(self) -> Complaint:
        return self.against("subbag-rumah-tangga")

    def against_the_verifiers_own(self) -> Complaint:
        return self.against("tata-usaha")

    def against_the_bureau(self) -> Complaint:
        return self.against("biro-umum")

    def against_bagas_at_his_office(self) -> Complaint:
        return self.against_officer("bagas", self.open_at_the_office())

    def against_wulan_for_her(self) -> Complaint:
        return self.against_officer("wulan", self.confidential_at_another_office())

    def against_the_verifier(self) -> Complaint:
        return self.against_officer("sekar", self.confidential_for_bagas())

    def against_the_head_of_the_bureau(self) -> Complaint:
        return self.against_officer("hartono", self.confidential_for_bagas())

    def of_a_whistle_blower(self) -> Complaint:
        return file(self.now, content=content(kind="whistle")).complaint

    def handed_in_from_the_office(self) -> Complaint:
        return self.hand_in(self.confidential_for_bagas())

    def handed_in_from_the_desk(self) -> Complaint:
        return self.hand_in(self.told_at_the_desk())

    def against_irma_herself(self) -> Complaint:
        return self.against_officer("irma", self.of_a_whistle_blower())

    def handed_back(self) -> Complaint:
        case, irma = self.of_a_whistle_blower(), Actor.staff(self.cast.irma)
        return COMPLAINT.perform(case, "hand_back", actor=irma, at=self.now, reason="Ini keluhan layanan.")

    def hand_in(self, case: Complaint) -> Complaint:
        sekar = Actor.staff(self.cast.sekar)
        later = self.now + dt.timedelta(days=9)  # than the steps of a road
        return COMPLAINT.perform(case, "hand_in", actor=sekar, at=later, reason="Dugaan pungutan.")

    def against_officer(self, name: str, case: Complaint) -> Complaint:
        """By a plain write too: the service would take the case from whom it accuses."""
        Complaint.objects.filter(pk=case.pk).update(accused_officer=getattr(self.cast, name))
        return case


@pytest.fixture
def cases(cast: Any, now: Any, settings: Any, tmp_path: Any) -> dict[str, Complaint]:
    """All of them at once, each with a photograph."""
    settings.MEDIA_ROOT = tmp_path
    made = Cases(cast, now)
    cases: dict[str, Complaint] = {name: getattr(made, name)() for name in SEES}
    for case in cases.values():
        holder = Actor.holder(subject_key(case))
        case.photo = attach(subject_key(case), upload("foto.jpg", photo()), actor=holder).get_absolute_url()  # type: ignore[attr-defined]
    return cases


def doors(client: Client, cases: dict[str, Complaint]) -> dict[str, set[str]]:
    """By case, at which doors it shows."""
    csv = b"".join(client.get("/kerja/pengaduan/ekspor.csv").streaming_content).decode()
    listed = {"list": rows(client, {}), "words": rows(client, {"q": "lorong"}), "csv": csv}
    found = {}
    for name, case in cases.items():
        page = f"/kerja/pengaduan/{case.pk}/"
        own = {
            "page": client.get(page).status_code == 200,
            "a step": client.get(f"{page}start/").status_code != 404,
            "file": client.get(case.photo).status_code == 200,  # type: ignore[attr-defined]
            "number": case.number in rows(client, {"q": case.number}),
        } | {door: case.number in said for door, said in listed.items()}
        found[name] = {door for door, is_open in own.items() if is_open}
    return found


def rows(client: Client, asked: dict[str, str]) -> set[str]:
    return {row.number for row in client.get("/kerja/pengaduan/", asked).context["page"].rows}


def expected(name: str, reader: str) -> set[str]:
    if reader not in SEES[name].split():
        return set()
    # Nobody takes what whistle-blowers wrote away as a file, not even who reads it.
    return EVERYWHERE - ({"csv"} if name in WHISTLES else set())


def test_each_is_found_by_those_who_may_know_of_it_and_by_no_other(
    cases: dict[str, Complaint],
    cast: Any,
    client_for: Callable[..., Client],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("ERROR", "django.request")
    for reader in VIEWERS:
        found = doors(client_for(getattr(cast, reader)), cases)
        assert found == {name: expected(name, reader) for name in SEES}, reader


def test_the_verifier_opens_no_identity_in_a_case_against_her_own_office(
    cast: Any, now: Any, client_for: Callable[..., Client]
) -> None:
    case = Cases(cast, now).against_the_verifiers_own()
    answer = client_for(cast.sekar).post(f"/kerja/pengaduan/{case.pk}/identitas/", {"reason": "Ingin tahu."})
    assert answer.status_code == 404
    assert not Entry.objects.filter(verb__endswith=".open_identity").exists()


def looks(case: Complaint) -> list[int | None]:
    opened = Entry.objects.filter(subject=subject_key(case), verb="complaints.complaint.open", op="access")
    return list(opened.order_by("id").values_list("user_id", flat=True))


def test_opening_a_confidential_case_is_an_entry_for_each_person_and_quarter_of_an_hour(
    cast: Any, now: Any, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Cases(cast, now).confidential_for_bagas()
    page, bagas = f"/kerja/pengaduan/{case.pk}/", client_for(cast.bagas)
    assert "Pengaduan rahasia dibuka" in bagas.get(page).content.decode()
    bagas.get(f"{page}start/")
    bagas.get(page)
    assert looks(case) == [cast.bagas.pk]
    client_for(cast.rini).get(page)
    assert looks(case) == [cast.bagas.pk, cast.rini.pk]
    monkeypatch.setattr("complaints.services.messages.A_LOOK", dt.timedelta(0))
    bagas.get(page)
    assert looks(case) == [cast.bagas.pk, cast.rini.pk, cast.bagas.pk]


def test_what_leaves_no_look_is_a_case_that_is_not_confidential_and_a_door_that_stays_shut(
    cast: Any, now: Any, client_for: Callable[..., Client]
) -> None:
    cases = Cases(cast, now)
    usual, shut = cases.open_at_the_office(), cases.confidential_at_another_office()
    client_for(cast.bagas).get(f"/kerja/pengaduan/{usual.pk}/")
    assert client_for(cast.bagas).get(f"/kerja/pengaduan/{shut.pk}/").status_code == 404
    assert looks(usual) == looks(shut) == []


def test_looks_are_the_offices_own_affair_and_push_no_step_off_the_reporters_page(
    cast: Any, now: Any
) -> None:
    case = Cases(cast, now).confidential_for_bagas()
    told = [step.verb for step in public_history(subject_key(case))]
    for _look in range(201):
        with transaction.atomic():
            record("complaints.complaint.open", subject_key(case), actor=Actor.staff(cast.bagas), op="access")
    assert [step.verb for step in public_history(subject_key(case))] == told
    assert "complaints.complaint.submit" in told


def test_a_case_names_no_duplicate_that_its_reader_may_not_know_of(
    cast: Any, now: Any, client_for: Callable[..., Client]
) -> None:
    made, other = Cases(cast, now), Road(cast, now)
    original = made.open_at_the_office()
    other.merge(original)
    page = f"/kerja/pengaduan/{original.pk}/"
    assert other.case.number in client_for(cast.sekar).get(page).content.decode()
    assert other.case.number not in client_for(cast.rini).get(page).content.decode()


@pytest.mark.parametrize("name", VIEWERS)
def test_sight_names_every_column_that_is_looked_at(name: str, cast: Any) -> None:
    """A step that leaves these as they are asks no more whether the case is still seen."""
    query = Complaint.objects.visible_to(getattr(cast, name)).query
    looked_at = {node.target.attname for node in _columns(query.where)}
    assert looked_at <= set(Complaint.sight)


def _columns(node: Any) -> Iterator[Any]:
    if hasattr(node, "target"):
        yield node
    for part in [*getattr(node, "children", ()), *filter(None, [getattr(node, "lhs", None)])]:
        yield from _columns(part)
