"""Following a published case: nobody is signed up by another, news tell what the page tells, stopping forgets."""

import datetime as dt
import re

import pytest
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from complaints import services, tasks
from complaints.models import Complaint, Follower
from complaints.states import Visibility
from tests.complaints.road import Road

MAIL = "tetangga@contoh.example"


@pytest.fixture
def road(cast, now):
    road = Road(cast, now)
    road.work()
    publish(road, cast)
    return road


def publish(road, cast):
    services.publish(
        road.case, actor=Actor.staff(cast.sekar), title="Lampu mati", description="Lampu lorong."
    )


def ask(road, email=MAIL):
    return Client().post(f"/pengaduan/daftar/{road.case.number}/ikuti/", {"email": email})


def link(email=MAIL):
    return re.search(r"/pengaduan/ikuti/\S+", Message.objects.filter(to=email).latest("pk").text)[0]


def news(email=MAIL):
    return [mail.subject_line for mail in Message.objects.filter(to=email, subject_line__contains=": ")]


def follow(road, email=MAIL):
    assert ask(road, email).status_code == 302
    assert Client().post(link(email)).status_code == 302


def test_only_who_confirms_gets_news(road):
    ask(road)
    road.answer()
    assert news() == []
    Client().get(link())  # a mail scanner opens every link
    assert not Follower.objects.exclude(confirmed_at=None).exists()
    Client().post(link())
    road.go(road.holder, "object", reason="Belum menyala.")
    assert len(news()) == 1


def test_news_tell_the_state_and_never_the_citizens_words(road):
    follow(road)
    Complaint.objects.filter(pk=road.case.pk).update(description="Rahasia Bu Contoh")
    road.answer(text="Kepada Bu Contoh: sudah diganti.")
    mail = Message.objects.filter(to=MAIL).latest("pk")
    assert "Ditanggapi" in mail.subject_line
    assert "Contoh:" not in mail.text + mail.html
    assert "Bu Contoh" not in mail.text + mail.html


def test_what_the_public_page_does_not_tell_is_no_news(road):
    follow(road)
    road.go("bagas", "ask_reporter", text="Lantai berapa?")
    assert news() == []


def test_of_a_case_that_is_no_longer_public_nothing_leaves(road):
    follow(road)
    Complaint.objects.filter(pk=road.case.pk).update(visibility=Visibility.CONFIDENTIAL)
    road.case.refresh_from_db()
    road.answer()
    assert news() == []


def test_the_answer_is_the_same_for_an_address_that_follows_and_one_mail_a_day_is_sent(road):
    first = ask(road)
    again = ask(road)
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert Message.objects.filter(to=MAIL).count() == 1
    assert Follower.objects.count() == 1
    ask(road, MAIL.upper())
    assert Follower.objects.count() == 1


def test_stopping_forgets_the_address_and_the_link(road):
    follow(road)
    assert Client().post(link(), {"stop": "1"}).status_code == 302
    assert not Follower.objects.exists()
    assert Client().get(link()).status_code == 404
    assert Client().get("/pengaduan/ikuti/1:forged/").status_code == 404


def test_the_log_knows_that_someone_follows_and_not_who(road):
    follow(road)
    bodies = [entry.body for entry in Entry.objects.filter(ent="complaints.follower")]
    assert len(bodies) == 2
    assert MAIL not in "".join(bodies)


def test_addresses_never_confirmed_are_forgotten_after_a_week(road, now):
    ask(road)
    asked = Follower.objects.get().asked_at
    tasks.forget_unconfirmed((asked + dt.timedelta(days=6)).isoformat())
    assert Follower.objects.count() == 1
    tasks.forget_unconfirmed((asked + dt.timedelta(days=8)).isoformat())
    assert Follower.objects.count() == 0


def test_followers_of_a_duplicate_follow_its_original_once(cast, now, road):
    other = Road(cast, now)
    other.verify()
    publish(other, cast)
    follow(road, "satu@contoh.example")
    follow(other, "satu@contoh.example")
    follow(other, "dua@contoh.example")
    other.merge(road.case)
    assert set(road.case.followers.values_list("email", flat=True)) == {
        "satu@contoh.example",
        "dua@contoh.example",
    }
    assert not other.case.followers.exists()


def test_a_case_that_is_not_public_cannot_be_followed(cast, now):
    road = Road(cast, now)
    assert ask(road).status_code == 404
    assert not Follower.objects.exists()


@pytest.mark.parametrize("email", ["", "bukan alamat", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_said_beside_the_field(road, email):
    answer = ask(road, email)
    assert answer.status_code == 422
    assert not Follower.objects.exists()


def test_an_address_is_not_flooded_from_many_places(road, cast, now):
    for turn in range(5):
        assert (
            Client(REMOTE_ADDR=f"10.1.0.{turn}")
            .post(f"/pengaduan/daftar/{road.case.number}/ikuti/", {"email": MAIL})
            .status_code
            == 302
        )
    last = Client(REMOTE_ADDR="10.1.0.9").post(
        f"/pengaduan/daftar/{road.case.number}/ikuti/", {"email": MAIL}
    )
    assert last.status_code == 429


def test_a_case_taken_down_meanwhile_gets_no_follower(road, cast):
    publication = road.case.publication
    services.unpublish(road.case, actor=Actor.staff(cast.sekar), reason="Keliru.")
    services.ask_to_follow(publication, MAIL, language="id")
    assert not Follower.objects.exists()
