"""Following a published case: nobody is signed up by another, news tell what the page tells, stopping forgets."""

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit.models import Entry
from biroumum.notifications.models import Message
from biroumum.workflow.engine import Forbidden
from complaints import services, tasks
from complaints.models import Complaint, Follower, News, Publication
from complaints.services import following
from complaints.states import Visibility
from tests.complaints.road import Road

MAIL = "tetangga@contoh.example"


@pytest.fixture
def road(public_road):
    return public_road


def ask(road, email=MAIL):
    return Client().post(f"/pengaduan/daftar/{road.case.number}/ikuti/", {"email": email})


def link(email=MAIL):
    return re.search(r"/pengaduan/ikuti/\S+", Message.objects.filter(to=email).latest("pk").text)[0]


def news(email=MAIL):
    tasks.tell_followers()
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
    tasks.tell_followers()
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


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_used_up_or_lapsed_is_gone_and_a_forged_one_was_never_there(road, method):
    follow(road)
    stopped, reopened = link(), Client().post(link())  # confirming twice changes nothing
    assert reopened.status_code == 302
    Client().post(stopped, {"stop": "1"})
    ask(road, "lambat@contoh.example")
    lapsed = link("lambat@contoh.example")
    tasks.forget_unconfirmed((timezone.now() + dt.timedelta(days=8)).isoformat())
    for used in (stopped, lapsed):
        answer = getattr(Client(), method)(used)
        page = answer.content.decode()
        assert answer.status_code == 410
        assert "tidak lagi ada dalam daftar pengikut" in page
        assert "/pengaduan/daftar/" in page
        assert MAIL not in page
        assert road.case.number not in page
    forged = stopped.replace(stopped.split("/")[3], stopped.split("/")[3][:-1])
    for never in (forged, "/pengaduan/ikuti/1:forged/", "/pengaduan/ikuti/1/"):
        assert getattr(Client(), method)(never).status_code == 404


def test_a_link_signed_with_the_key_of_before_opens_while_that_key_is_a_fallback(road, settings):
    ask(road)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "new"
    assert Client().get(link()).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Client().get(link()).status_code == 200


def test_the_log_knows_that_someone_follows_and_not_who(road):
    follow(road)
    bodies = [entry.body for entry in Entry.objects.filter(ent="complaints.follower")]
    assert len(bodies) == 4  # the row and the event, of asking and of confirming
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
    other.publish()
    follow(road, "satu@contoh.example")
    follow(other, "satu@contoh.example")
    follow(other, "dua@contoh.example")
    other.merge(road.case)
    assert set(road.case.followers.values_list("email", flat=True)) == {
        "satu@contoh.example",
        "dua@contoh.example",
    }
    assert not other.case.followers.exists()


def test_the_page_and_the_list_say_how_many_follow_and_count_the_confirmed_alone(road):
    doors = (f"/pengaduan/daftar/{road.case.number}/", "/pengaduan/daftar/")
    assert not any("iikuti " in Client().get(door).text for door in doors)
    follow(road)
    follow(road, "dua@contoh.example")
    ask(road, "tiga@contoh.example")
    for door in doors:
        page = Client().get(door).text
        assert "iikuti 2 orang" in page, door
        assert MAIL not in page


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
    publication = Publication.objects.get(complaint=road.case)
    services.unpublish(road.case, actor=Actor.staff(cast.sekar), reason="Keliru.")
    services.ask_to_follow(publication, MAIL, actor=Actor.holder(), language="id")
    assert not Follower.objects.exists()


def test_only_the_followers_own_link_changes_the_following(road):
    ask(road)
    follower = Follower.objects.get()
    for actor in (SYSTEM, road.holder, Actor.staff(road.cast.sekar)):
        with pytest.raises(Forbidden):
            services.confirm_following(follower, actor=actor)
        with pytest.raises(Forbidden):
            services.stop_following(follower, actor=actor)


# -- many followers


@pytest.fixture
def followed_by(road):
    def follow_all(count):
        rows = [
            Follower(
                complaint=road.case,
                email=f"warga{number}@contoh.example",
                asked_at=timezone.now(),
                confirmed_at=timezone.now(),
            )
            for number in range(count)
        ]
        with transaction.atomic():
            Follower.objects.bulk_create(rows)

    return follow_all


def told():
    return Message.objects.filter(subject_line__contains="Ditanggapi").exclude(to=MAIL)


def statements_of_a_step(road):
    road.case.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        road.answer()
    return len(asked)


def test_a_step_asks_the_database_no_more_for_many_followers_than_for_one(cast, now, road, followed_by):
    followed_by(300)
    other = Road(cast, now)
    other.work()
    other.publish()
    with transaction.atomic():
        Follower.objects.create(
            complaint=other.case, email=MAIL, asked_at=timezone.now(), confirmed_at=timezone.now()
        )
    assert statements_of_a_step(road) == statements_of_a_step(other)


def test_the_worker_writes_to_every_follower_once_however_often_it_begins(road, followed_by, monkeypatch):
    monkeypatch.setattr(following, "BATCH", 4)
    followed_by(10)
    road.answer()
    assert not told().exists()
    services.tell_followers()
    assert told().count() == 4  # and here the worker is killed
    tasks.tell_followers()
    tasks.tell_followers()
    assert told().count() == told().values("to").distinct().count() == 10
    assert not News.objects.exists()


def test_a_batch_that_breaks_leaves_nothing_and_is_begun_again(road, followed_by, monkeypatch):
    followed_by(3)
    road.answer()
    tell, told_so_far = following._tell, []

    def break_at_the_third(*args):
        told_so_far.append(args)
        if len(told_so_far) == 3:
            raise ConnectionError
        tell(*args)

    monkeypatch.setattr(following, "_tell", break_at_the_third)
    with pytest.raises(ConnectionError), transaction.atomic():
        services.tell_followers()
    assert not told().exists()
    tasks.tell_followers()
    assert told().count() == 3


def test_news_tell_the_state_of_their_step_though_the_case_has_moved_on(road):
    follow(road)
    road.answer()
    road.go(road.holder, "object", reason="Belum menyala.")
    assert [line.partition(": ")[2] for line in news()] == ["Ditanggapi", "Permintaan dibuka kembali"]


def test_who_follows_since_a_step_does_not_hear_of_it_and_taken_down_meanwhile_nobody_does(road, cast):
    follow(road)
    road.answer()
    follow(road, "baru@contoh.example")
    assert (len(news()), len(news("baru@contoh.example"))) == (1, 0)
    road.go(road.holder, "object", reason="Belum menyala.")
    services.unpublish(road.case, actor=Actor.staff(cast.sekar), reason="Keliru.")
    assert len(news()) == 1
    assert not News.objects.exists()
