"""Duplicates: linked to one original however they were joined, never in a circle, and undone with their followers."""

import pytest
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.audit.queries import history
from biroumum.notifications.models import Message
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.models import Complaint, Follower, Reporter
from complaints.services import triage
from complaints.states import State
from tests.complaints.road import Road
from tests.races import at_once, meeting, went


@pytest.fixture
def roads(cast, now):
    return [Road(cast, now) for _case in range(4)]


def original(road):
    return Complaint.objects.get(pk=road.case.pk).duplicate_of


def follow(road, name):
    email = f"{name}@contoh.example"
    Follower.objects.create(complaint=road.case, email=email, asked_at=timezone.now())


def followers(road):
    return {each.email.partition("@")[0] for each in Follower.objects.filter(complaint=road.case)}


def test_who_joins_a_duplicate_joins_its_original(roads):
    first, second, third, _fourth = roads
    second.merge(first.case)
    third.merge(second.case)
    assert original(third) == first.case
    assert history(subject_key(third.case), limit=1)[0].data["original"] == first.case.number


def test_an_original_that_is_joined_takes_its_duplicates_along_and_each_says_so(roads, client_for):
    first, second, third, fourth = roads
    second.merge(first.case)
    third.merge(first.case)
    first.merge(fourth.case)
    assert [original(road) for road in (first, second, third)] == [fourth.case] * 3
    step = history(subject_key(second.case), limit=1)[0]
    assert (step.verb, step.data["original"]) == ("complaints.complaint.rejoin", fourth.case.number)
    page = client_for(first.cast.sekar).get(fourth.case.get_absolute_url()).text
    assert all(road.case.number in page for road in (first, second, third))


def test_no_way_round_leads_back_to_the_case_itself(roads):
    first, second, third, _fourth = roads
    with pytest.raises(Refused, match="dirinya sendiri"):
        first.merge(first.case)
    second.merge(first.case)
    third.merge(second.case)
    for road in (second, third):
        with pytest.raises(Refused, match="sudah digabung ke pengaduan ini"):
            first.merge(road.case)
    assert original(first) is None


def test_the_page_says_so_beside_the_number(roads, client_for):
    first = roads[0]
    data = {
        "original": first.case.number,
        "reason": "Sama.",
        "reason_code": "same_matter",
        "expected_state": first.case.state,
    }
    page = client_for(first.cast.sekar).post(f"{first.case.get_absolute_url()}mark_duplicate/", data)
    assert (page.status_code, 'href="#id_original"' in page.text) == (422, True)


def test_unlinked_it_stands_alone_and_its_followers_come_back_and_no_others(roads):
    first, second, third, _fourth = roads
    for road, name in ((first, "satu"), (second, "dua"), (second, "satu"), (third, "tiga")):
        follow(road, name)
    second.merge(first.case)
    first.merge(third.case)
    assert followers(third) == {"satu", "dua", "tiga"}
    second.go("hartono", "restore", reason="Ternyata lampu lain.")
    assert (second.case.state, original(second)) == (State.RECEIVED, None)
    assert (followers(second), followers(third)) == ({"dua"}, {"satu", "tiga"})
    first.go(first.holder, "object_outcome", reason="Bukan perkara yang sama.")
    assert (followers(first), followers(third)) == ({"satu"}, {"tiga"})


def test_what_had_joined_a_case_handed_in_stands_alone_again_and_its_reporter_reads_so(roads, client):
    first, second, third, _fourth = roads
    follow(second, "dua")
    second.merge(first.case)
    third.merge(first.case)
    first.go("sekar", "hand_in", reason="Dugaan pungutan.")
    for road in (second, third):
        road.case.refresh_from_db()
        assert (road.case.state, original(road), road.case.ended_at) == (State.RECEIVED, None, None)
        assert road.case.clock.is_running
    assert followers(second) == {"dua"}
    page = page_of(second, client)
    assert "Dipisahkan dari induknya" in page
    assert first.case.number not in page
    assert "Inspektorat" not in page.split("<main")[1].split("</main")[0]


def page_of(road, client) -> str:
    shown = client.post("/pengaduan/lacak/", {"number": road.case.number, "code": road.code})
    return client.get(shown["Location"]).text


def test_the_reporter_reads_why_and_where_the_original_stands_and_nothing_else_of_it(roads, client):
    first, second = roads[:2]
    first.work()
    Complaint.objects.filter(pk=first.case.pk).update(title="Perihal orang lain", place="Tempat orang lain")
    second.merge(first.case)
    page = page_of(second, client)
    assert "Sama." in page
    assert "Perkara yang sama dari pelapor lain" in page
    assert "Pengaduan ini sedang ditangani." in page
    assert first.case.number not in page
    assert "orang lain" not in page.replace("pelapor lain", "")
    first.answer()
    assert "Kantor sudah menjawab." in page_of(second, client)


def test_a_published_original_is_linked(roads, client):
    first, second = roads[:2]
    first.work()
    first.publish()
    second.merge(first.case)
    address = f"/pengaduan/daftar/{first.case.number}/"
    assert address in page_of(second, client)
    services.unpublish(first.case, actor=Actor.staff(first.cast.sekar), reason="Keliru.", at=first.at)
    assert address not in page_of(second, client)


def test_the_reporters_of_duplicates_hear_by_mail_that_the_original_has_ended_and_once(roads):
    first, second, third, _fourth = roads
    first.work()
    second.merge(first.case)
    third.merge(second.case)
    for road in (second, third):
        Reporter.objects.update_or_create(
            complaint=road.case, defaults={"email": f"a{road.case.pk}@contoh.example"}
        )
    first.answer()
    told = Message.objects.filter(key__contains="/original_ended/")
    assert not told.exists()
    first.go(first.holder, "accept")
    assert {mail.to for mail in told} == {f"a{road.case.pk}@contoh.example" for road in (second, third)}
    assert all(first.case.number not in mail.text + mail.subject_line for mail in told)


@pytest.fixture
def join_crosswise(real_db, cast, now, monkeypatch):
    """A to B and B to A in one moment: both hold their own case before either asks for the other's."""
    one, other, meet = Road(cast, now), Road(cast, now), meeting(5)
    lock = triage._lock_original

    def slow(original):
        meet()
        return lock(original)

    monkeypatch.setattr(triage, "_lock_original", slow)

    def join(road, to):
        return went(lambda: road.merge(to.case))

    return lambda: (sum(at_once(join(one, other), join(other, one))), original(one), original(other))


def test_joined_crosswise_at_once_they_make_no_circle(join_crosswise):
    joined, one, other = join_crosswise()
    assert joined <= 1
    assert one is None or other is None


def test_without_the_locks_they_would(join_crosswise, no_row_locks):
    joined, one, other = join_crosswise()
    assert joined == 2
    assert one is not None
    assert other is not None
