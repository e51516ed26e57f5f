"""The identity of a whistle-blower opens when two examiners agree, once, and its owner reads who, when and why."""

import pytest
from django.db import IntegrityError, transaction

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Assignment, User
from biroumum.audit.models import Entry
from biroumum.notifications.models import Message as Mail, Notification
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints import services
from complaints.models import Complaint, Reporter, Unsealing
from complaints.services import unsealing
from complaints.states import Kind
from tests.complaints.citizen import Citizen
from tests.complaints.test_intake import content, file
from tests.complaints.test_whistle import CONTACT, go
from tests.races import at_once, meeting, no_row_locks, went

__all__ = ["no_row_locks"]
WHY = "Saksi harus dipanggil."


@pytest.fixture
def case(cast, now):
    return file(now, content=content(kind=Kind.WHISTLE), contact=CONTACT).complaint


@pytest.fixture
def two(cast):
    return Actor.staff(cast.irma), Actor.staff(cast.galih)


def decide(case, **data):
    """On the request that was read: the newest."""
    asked = Unsealing.objects.filter(complaint=case).last()
    return services.decide_unsealing(case, asked=asked and asked.pk, **data)


def verbs(case):
    rows = Entry.objects.filter(subject=subject_key(case), verb__endswith="_identity").order_by("id")
    return [verb.rpartition(".")[2] for verb in rows.values_list("verb", flat=True)]


def test_two_who_agree_open_it_for_one_look_of_who_asked(case, two):
    irma, galih = two
    services.ask_unsealing(case, actor=irma, reason=WHY)
    decide(case, actor=galih, granted=True, reason="Setuju.")
    with pytest.raises(Refused):
        services.open_sealed(case, actor=galih)
    assert services.open_sealed(case, actor=irma).name == "Warga Contoh"
    with pytest.raises(Refused):
        services.open_sealed(case, actor=irma)
    assert verbs(case) == ["ask_identity", "grant_identity", "open_identity"]


def test_nobody_agrees_with_themselves_neither_by_the_service_nor_in_the_database(case, two, cast):
    asked = services.ask_unsealing(case, actor=two[0], reason=WHY)
    with pytest.raises(Refused, match="pemeriksa lain"):
        decide(case, actor=two[0], granted=True, reason="x")
    with pytest.raises(IntegrityError, match="unsealing_takes_two"), transaction.atomic():
        Unsealing.objects.filter(pk=asked.pk).update(
            decided_by=cast.irma, decided_at=asked.asked_at, granted=True
        )
    with pytest.raises(Refused):
        services.open_sealed(case, actor=two[0])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"granted": True}, "unsealing_decided_whole"),
        ({"opened_at": "2026-11-24T00:00Z"}, "unsealing_opened_when_granted"),
    ],
)
def test_the_database_lets_nothing_half_decided_or_opened_unasked(case, two, change, rule):
    services.ask_unsealing(case, actor=two[0], reason=WHY)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Unsealing.objects.update(**change)


def test_a_refusal_is_an_entry_and_keeps_it_shut_till_somebody_asks_anew(case, two):
    irma, galih = two
    services.ask_unsealing(case, actor=irma, reason=WHY)
    with pytest.raises(Refused, match="belum diputus"):
        services.ask_unsealing(case, actor=galih, reason=WHY)
    decide(case, actor=galih, granted=False, reason="Belum perlu.")
    with pytest.raises(Refused):
        services.open_sealed(case, actor=irma)
    with pytest.raises(Refused, match="sudah diputus"):
        decide(case, actor=galih, granted=True, reason="x")
    services.ask_unsealing(case, actor=galih, reason=WHY)
    assert verbs(case) == ["ask_identity", "refuse_identity", "ask_identity"]


def test_a_decision_goes_to_the_request_that_was_read(case, two):
    irma, galih = two
    read = services.ask_unsealing(case, actor=irma, reason=WHY)
    with pytest.raises(Refused, match="Hanya yang meminta"):
        services.withdraw_unsealing(case, asked=read.pk, actor=galih, reason="x")
    services.withdraw_unsealing(case, asked=read.pk, actor=irma, reason="Tidak perlu lagi.")
    now = services.ask_unsealing(case, actor=irma, reason="Alasan lain.")
    with pytest.raises(Refused, match="sudah diputus atau ditarik"):
        services.decide_unsealing(case, asked=read.pk, actor=galih, granted=True, reason="x")
    services.decide_unsealing(case, asked=now.pk, actor=galih, granted=True, reason="Setuju.")
    assert verbs(case) == ["ask_identity", "withdraw_identity", "ask_identity", "grant_identity"]


def test_who_asked_withdraws_on_the_page_and_the_other_may_ask(case, two, cast, client_for):
    asked = services.ask_unsealing(case, actor=two[0], reason=WHY)
    client, page = client_for(cast.irma), f"/kerja/pengaduan/{case.pk}/segel/"
    assert 'value="withdraw"' in client.get(page).text
    assert "Alasan menarik permintaan" in client.get(page).text
    assert client.post(page, {"act": "withdraw", "asked": asked.pk, "reason": "Keliru."}).status_code == 302
    assert "Ditarik" in client.get(page).text
    services.ask_unsealing(case, actor=two[1], reason=WHY)


def test_a_request_nobody_else_could_decide_is_not_taken(case, two, cast):
    Complaint.objects.filter(pk=case.pk).update(accused_officer=cast.galih)
    with pytest.raises(Refused, match="tidak ada pemeriksa lain"):
        services.ask_unsealing(case, actor=two[0], reason=WHY)


def test_an_identity_that_is_gone_is_said_to_be_gone_and_the_consent_stays(case, two, cast, client_for):
    services.ask_unsealing(case, actor=two[0], reason=WHY)
    decide(case, actor=two[1], granted=True, reason="Setuju.")
    with transaction.atomic():
        Reporter.objects.filter(complaint=case).delete()
    answer = client_for(cast.irma).post(f"/kerja/pengaduan/{case.pk}/segel/", {"act": "open"})
    assert (answer.status_code, "sudah dihapus" in answer.text) == (422, True)
    assert "open_identity" not in verbs(case)


def test_of_what_was_given_back_the_verifier_reads_that_it_was_asked_and_not_why(case, two, cast, client_for):
    services.ask_unsealing(case, actor=two[0], reason=WHY)
    go(case, cast.irma, "hand_back", reason="Keluhan layanan.")
    page = client_for(cast.sekar).get(case.get_absolute_url()).text
    assert ("Pembukaan identitas diminta" in page, WHY in page) == (True, False)
    assert WHY in client_for(cast.irma).get(case.get_absolute_url()).text


def test_nobody_else_and_no_examiner_it_accuses_has_a_part_in_it(case, two, cast):
    acts = (
        lambda actor: services.ask_unsealing(case, actor=actor, reason="x"),
        lambda actor: decide(case, actor=actor, granted=True, reason="x"),
        lambda actor: services.open_sealed(case, actor=actor),
    )
    services.ask_unsealing(case, actor=two[0], reason=WHY)
    Complaint.objects.filter(pk=case.pk).update(accused_officer=cast.galih)
    for user in vars(cast).values():
        if user != cast.irma:
            for act in acts:
                with pytest.raises(Forbidden):
                    act(Actor.staff(user))


def test_where_there_is_no_identity_none_is_asked_for(cast, now, two):
    case = file(now, content=content(kind=Kind.WHISTLE)).complaint
    with pytest.raises(Refused, match="tidak memberi nama"):
        services.ask_unsealing(case, actor=two[0], reason=WHY)


def test_what_was_given_back_still_takes_two(case, two, cast):
    go(case, cast.irma, "hand_back", reason="Keluhan layanan.")
    services.ask_unsealing(case, actor=two[0], reason=WHY)
    decide(case, actor=two[1], granted=True, reason="Setuju.")
    assert services.open_sealed(case, actor=two[0]).name == "Warga Contoh"
    with pytest.raises(Forbidden):
        services.ask_unsealing(case, actor=Actor.staff(cast.sekar), reason=WHY)


def test_the_other_hears_of_the_request_and_who_asked_of_the_decision_and_nobody_by_mail(case, two, cast):
    services.ask_unsealing(case, actor=two[0], reason=WHY)
    decide(case, actor=two[1], granted=False, reason="Belum.")
    assert [line.user for line in Notification.objects.order_by("id")] == [cast.galih, cast.irma]
    assert not Mail.objects.exists()


def test_through_the_pages_and_the_reporter_reads_who_by_position_and_why(cast, client_for, client):
    citizen = Citizen(client)
    case, code = citizen.file(kind="whistle", name="Warga Contoh")
    irma, galih, page = client_for(cast.irma), client_for(cast.galih), f"/kerja/pengaduan/{case.pk}/segel/"
    assert page in irma.get(case.get_absolute_url()).text
    assert irma.post(page, {"act": "ask", "reason": ""}).status_code == 422
    assert irma.post(page, {"act": "ask", "reason": WHY}).status_code == 302
    asked = str(Unsealing.objects.get().pk)
    assert irma.post(page, {"act": "grant", "asked": asked, "reason": "Setuju."}).status_code == 422
    assert WHY in galih.get(page).text
    assert f'name="asked" value="{asked}"' in galih.get(page).text
    assert galih.post(page, {"act": "grant", "asked": asked, "reason": "Perlu saksi."}).status_code == 302
    refused = galih.post(page, {"act": "open"})
    assert (refused.status_code, "Isi alasan" in refused.text) == (422, False)
    assert "hanya sesudah pemeriksa lain menyetujui" in refused.text
    assert "Warga Contoh" not in irma.get(page).text
    assert "Warga Contoh" in irma.post(page, {"act": "open"}).text
    assert irma.post(page, {"act": "open"}).status_code == 422
    told = client.get(citizen.track(case, code)).text
    for words in ("Pemeriksa Madya", "Pemeriksa Muda", WHY, "Perlu saksi.", "Identitas pelapor dibuka"):
        assert words in told
    for name in (cast.irma.name, cast.galih.name):
        assert name not in told


# -- two at once


@pytest.fixture
def decide_at_once(real_db, cast, now, monkeypatch):
    """Two others decide one request in the same moment, one for and one against; how many went through, and verbs."""
    with transaction.atomic():
        chair = cast.galih.live[0].position
        Assignment.objects.create(user=cast.tamu, position=chair, kind="plt", starts="2026-01-01")
    third = User.objects.get(pk=cast.tamu.pk)  # an account knows its chairs from its first look at them
    case = file(now, content=content(kind=Kind.WHISTLE), contact=CONTACT).complaint
    services.ask_unsealing(case, actor=Actor.staff(cast.irma), reason=WHY)
    looked, meet = unsealing.waiting, meeting(2)

    def look(found):
        asked = looked(found)
        meet()
        return asked

    monkeypatch.setattr(unsealing, "waiting", look)

    def one(user, granted):
        actor = Actor.staff(user)
        return went(lambda: decide(case, actor=actor, granted=granted, reason="x"))

    def run():
        return sum(at_once(one(cast.galih, True), one(third, False))), verbs(case)

    return run


def test_of_two_decisions_at_once_one_counts_and_the_other_is_told(decide_at_once):
    went_through, entries = decide_at_once()
    assert went_through == 1
    assert len(entries) == 2


def test_without_the_lock_both_would_stand_and_contradict_each_other(decide_at_once, no_row_locks):
    went_through, entries = decide_at_once()
    assert went_through == 2
    assert {"grant_identity", "refuse_identity"} <= set(entries)


@pytest.fixture
def look_twice_at_once(real_db, cast, now, monkeypatch):
    """Who was granted one look sends twice in the same moment; how many looks went through."""
    irma, galih = Actor.staff(cast.irma), Actor.staff(cast.galih)
    case = file(now, content=content(kind=Kind.WHISTLE), contact=CONTACT).complaint
    services.ask_unsealing(case, actor=irma, reason=WHY)
    decide(case, actor=galih, granted=True, reason="Setuju.")
    looked, meet = unsealing.granted_to, meeting(2)

    def look(*asked):
        found = looked(*asked)
        meet()
        return found

    monkeypatch.setattr(unsealing, "granted_to", look)
    one = went(lambda: services.open_sealed(case, actor=irma))
    return lambda: sum(at_once(one, one))


def test_one_consent_is_one_look_also_for_a_double_click(look_twice_at_once):
    assert look_twice_at_once() == 1


def test_without_the_lock_one_consent_would_be_two_looks(look_twice_at_once, no_row_locks):
    assert look_twice_at_once() == 2
