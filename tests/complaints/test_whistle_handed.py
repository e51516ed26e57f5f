"""A case goes into the hands of the Inspektorat, and what turns out to be none comes back."""

import pytest
from django.db import transaction

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, Unit
from biroumum.audit.queries import history
from biroumum.documents.models import IssuedDocument
from biroumum.notifications.models import Message as Mail
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.models import Publication, Reporter, Subtask
from complaints.services.training import verified_cases
from complaints.states import Kind
from tests.complaints.road import Road
from tests.complaints.test_intake import file
from tests.complaints.test_whistle import DAY, STEPS, TWICE, case, clocks, go

__all__ = ["case"]


@pytest.fixture
def turned(cast, now):
    """An ordinary complaint at work, published, with a part asked of another office and mail to its reporter."""
    road = Road(cast, now - 20 * DAY)
    with transaction.atomic():
        Reporter.objects.create(complaint=road.case, name="Warga", email="warga@contoh.example")
    road.work()
    road.publish()
    part = services.ask_unit(
        road.case, unit=Unit.objects.get(code="subbag-aset"), text="Cek.", actor=Actor.staff(cast.bagas)
    )
    with transaction.atomic():
        Mail.objects.update(state=Mail.State.SENT, sent_at=now)
        for kind in ("case", "receipt"):
            paper = {
                "code": kind[0].upper() * 16,
                "kind": f"complaints.{kind}",
                "subject": subject_key(road.case),
                "title": "x",
            }
            IssuedDocument.objects.create(**paper, sha256="0" * 64)
    road.case = go(road.case, cast.sekar, "hand_in", reason="Dugaan pungutan.", at=now)
    road.part = part
    return road


def test_what_turns_out_to_be_one_is_taken_from_everyone_and_down_from_the_public(turned, cast, client):
    case = turned.case
    assert (case.kind, case.state, case.unit, case.position) == ("whistle", "received", None, None)
    assert clocks(case) == {"complaint.verification.whistle"}
    assert not Publication.objects.live().exists()
    assert client.get(f"/open311/v2/requests/{case.number}.json").status_code == 404
    part = Subtask.objects.get(pk=turned.part.pk)
    assert part.state == "cancelled"
    assert not Subtask.objects.visible_to(cast.wulan).exists()
    assert set(Mail.objects.values_list("to", flat=True)) == {""}
    papers = IssuedDocument.objects.values_list("kind", "revoked_reason")
    void = "Isi dokumen ini tidak berlaku lagi."
    assert set(papers) == {("complaints.case", void), ("complaints.receipt", void)}
    assert history(subject_key(case))[0].label == "Subtugas dibatalkan"
    assert (
        history(subject_key(part))[0].data["reason"] == "Pengaduannya berakhir."
    )  # no word of the verifier's


def test_without_a_reader_nothing_is_handed_in(turned, cast, now):
    with transaction.atomic():
        Assignment.objects.filter(user__in=[cast.irma, cast.galih]).update(ends="2026-01-01")
    with pytest.raises(Refused):
        go(file(now).complaint, cast.sekar, "hand_in", reason="x")


def test_given_back_it_is_an_ordinary_secret_whose_identity_stays_shut(case, cast):
    case = go(case, cast.irma, "hand_back", reason="Ini keluhan layanan.")
    assert (case.kind, case.unit, case.sealed, case.state) == ("complaint", None, True, "received")
    assert clocks(case) == {"complaint.verification", "complaint.completeness"}
    assert case.messages.get().text == "Ini keluhan layanan."
    sekar, words = Actor.staff(cast.sekar), {"title": case.title, "category": case.category, **TWICE}
    with pytest.raises(Refused):
        go(case, cast.sekar, "verify", visibility="open", **words)
    for act in (services.open_identity, services.replace_code):
        with pytest.raises(Refused):
            act(case, actor=sekar, reason="x")
    case = go(case, cast.sekar, "verify", visibility="confidential", **words)
    with pytest.raises(Refused):
        services.publish(case, actor=sekar, title="x", description="x")
    assert not Mail.objects.exists()


def test_the_page_of_a_case_given_back_offers_the_verifier_no_identity(case, cast, client_for):
    go(case, cast.irma, "hand_back", reason="Ini keluhan layanan.")
    client = client_for(cast.sekar)
    page = f"/kerja/pengaduan/{case.pk}/"
    assert f"{page}identitas/" not in client.get(page).text
    answer = client.post(f"{page}identitas/", {"reason": "Ingin tahu."})
    assert answer.status_code == 422
    assert "warga@contoh.example" not in answer.text


def test_it_is_given_back_only_before_it_was_taken_up(case, cast, client_for, caplog):
    caplog.set_level("ERROR", "django.request")
    go(case, cast.irma, "inspect", text="")
    assert client_for(cast.irma).get(f"/kerja/pengaduan/{case.pk}/hand_back/").status_code == 409


def test_the_button_is_there_as_long_as_it_may_be_given_back(case, cast, client_for):
    page, client = f"/kerja/pengaduan/{case.pk}/", client_for(cast.irma)
    services.send_message(case, actor=Actor.holder(subject_key(case)), text="Ada lagi.")
    assert f"{page}hand_back/" in client.get(page).text
    assert "juga pesan pelapor" in client.get(f"{page}hand_back/").text
    services.send_message(case, actor=Actor.staff(cast.irma), text="Ada saksi?")
    assert f"{page}hand_back/" not in client.get(page).text


@pytest.mark.parametrize("begun", ["dismissed", "asked and handed over", "written to"])
def test_what_was_taken_up_and_came_back_by_an_objection_is_not_given_back_either(case, cast, begun):
    if begun == "written to":
        services.send_message(case, actor=Actor.staff(cast.irma), text="Ada saksi?")
    elif begun == "dismissed":
        case = go(case, cast.irma, "dismiss", **STEPS["dismiss"])
    else:
        case = go(case, cast.irma, "inspect", text="")
        case = go(case, cast.irma, "hand_over_work", **STEPS["hand_over_work"])
    if begun != "written to":
        case = go(case, Actor.holder(subject_key(case)), "object_outcome", reason="Tidak setuju.")
    with pytest.raises(Refused, match="sudah menanganinya"):
        go(case, cast.irma, "hand_back", reason="x")


def test_what_the_office_wrote_before_it_handed_in_keeps_nothing_from_being_given_back(case, cast, now):
    other = file(now - DAY).complaint
    go(other, cast.sekar, "ask_completion", text="Di mana?", reason_code="place", at=now - DAY / 2)
    go(other, cast.sekar, "hand_in", reason="Dugaan pungutan.", at=now)
    assert go(other, cast.irma, "hand_back", reason="Keluhan layanan.").kind == Kind.COMPLAINT


def test_no_model_learns_from_what_a_whistle_blower_wrote(turned, cast):
    assert verified_cases() == []
