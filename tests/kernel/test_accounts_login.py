"""The door: who gets in, what a stranger learns from it, and when it stays shut."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from biroumum.accounts import adapter, middleware
from biroumum.accounts.adapter import MISMATCH, AccountAdapter
from biroumum.accounts.models import User
from biroumum.accounts.tasks import tidy
from tests.fixtures_cast import PASSWORD

NIP = "199001012015011001"
LOCKED = str(AccountAdapter.error_messages["too_many_login_attempts"])


@pytest.fixture
def danu(cast) -> User:
    """No second factor is due for him; he also has a NIP."""
    User.objects.filter(pk=cast.danu.pk).update(nip=NIP)
    return User.objects.get(pk=cast.danu.pk)


def log_in(login: str, password: str = PASSWORD, client: Client | None = None, query: str = "", **extra):
    return (client or Client()).post(f"/masuk/{query}", {"login": login, "password": password}, **extra)


def errors(response) -> list[str]:
    return [str(error) for field in response.context["form"].errors.values() for error in field]


@pytest.mark.parametrize(
    "login", ["danu@biroumum.example", " DANU@Biroumum.Example ", NIP, "19900101 201501 1 001"]
)
def test_a_person_logs_in_by_address_or_nip_however_it_is_typed(danu, login):
    response = log_in(login)
    assert response.url == "/kerja/"
    assert response.wsgi_request.user == danu


def test_login_leads_back_to_the_page_asked_for_but_never_off_the_portal(danu):
    assert log_in(danu.email, query="?next=/kerja/pengaduan/7/").url == "/kerja/pengaduan/7/"
    assert log_in(danu.email, query="?next=https://jahat.example/").url == "/kerja/"


def test_the_session_key_changes_at_login(danu):
    client = Client()
    client.cookies["sessionid"] = fixed = client.session.session_key
    client.session.save()
    log_in(danu.email, client=client)
    assert client.cookies["sessionid"].value != fixed
    assert (
        not Client(headers={"cookie": f"sessionid={fixed}"}).get("/akun/").wsgi_request.user.is_authenticated
    )


def test_the_persons_language_holds_from_login_on(danu):
    User.objects.filter(pk=danu.pk).update(language="en")
    client = Client()
    log_in(danu.email, client=client)
    assert client.get("/akun/").wsgi_request.LANGUAGE_CODE == "en"


def test_an_empty_form_says_what_is_missing(db):
    assert errors(log_in("", "")) == ["Isi surel atau NIP", "Isi kata sandi"]


def count_hashes(monkeypatch) -> list[str]:
    done: list[str] = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: done.append("hash") or encode(self, *a, **k))
    return done


def test_known_and_unknown_people_get_the_same_answer_for_the_same_work(danu, cast, monkeypatch):
    User.objects.filter(pk=cast.tamu.pk).update(is_active=False)
    User.objects.create_user(email="baru@biroumum.example", name="Belum Bersandi")
    done = count_hashes(monkeypatch)
    answers = {}
    for login in (
        danu.email,
        NIP,
        "tidak.ada@biroumum.example",
        "1" * 18,
        cast.tamu.email,
        "baru@biroumum.example",
    ):
        done.clear()
        response = log_in(login, "salah-sama-sekali")
        answers[login] = (response.status_code, errors(response), len(done))
    assert set(map(str, answers.values())) == {str((200, [str(MISMATCH)], 1))}


def test_an_inactive_person_is_told_so_only_with_the_right_password(cast):
    User.objects.filter(pk=cast.tamu.pk).update(is_active=False)
    response = log_in(cast.tamu.email)
    assert response.url == reverse("account_inactive")
    assert not response.wsgi_request.user.is_authenticated


def test_five_failures_lock_the_account_by_whatever_name_and_from_wherever(danu):
    for n in range(5):
        log_in(
            danu.email if n % 2 else NIP,
            "salah",
            REMOTE_ADDR=f"10.0.0.{n}",
            HTTP_HOST=f"{'localhost' if n else '127.0.0.1'}",
        )
    assert errors(log_in(danu.email, REMOTE_ADDR="10.0.0.9")) == [LOCKED]
    assert errors(log_in(NIP, REMOTE_ADDR="10.0.0.9")) == [LOCKED]


def test_an_account_nobody_has_locks_just_the_same(db):
    answers = [errors(log_in("tidak.ada@biroumum.example", "salah")) for _ in range(6)]
    assert answers == [[str(MISMATCH)]] * 5 + [[LOCKED]]


def test_the_lock_of_one_account_leaves_others_alone(danu, cast):
    for _ in range(6):
        log_in(danu.email, "salah")
    assert log_in(cast.bagas.email).url == "/kerja/"


def test_many_failures_lock_an_address_for_every_account(danu):
    for n in range(30):
        log_in(f"orang{n}@biroumum.example", "salah", REMOTE_ADDR="10.0.0.1")
    assert errors(log_in(danu.email, REMOTE_ADDR="10.0.0.1")) == [LOCKED]
    assert log_in(danu.email, REMOTE_ADDR="10.0.0.2").url == "/kerja/"


def test_successful_logins_do_not_use_up_the_allowance(danu):
    assert [log_in(danu.email).status_code for _ in range(7)] == [302] * 7


@pytest.fixture
def in_transaction() -> Iterator[list[bool]]:
    """For each failed login and each logout heard: whether what hears it could write."""
    heard: list[bool] = []

    def hear(**kwargs) -> None:
        heard.append(connection.in_atomic_block)

    signals = (user_login_failed, user_logged_out)
    for signal in signals:
        signal.connect(hear)
    yield heard
    for signal in signals:
        signal.disconnect(hear)


def test_a_failed_login_is_heard_inside_the_transaction_that_is_kept(real_db, cast, in_transaction):
    assert log_in(cast.danu.email, "salah").status_code == 200
    assert in_transaction == [True]


def test_counted_failures_survive_in_the_database(real_db, cast):
    for _ in range(5):
        log_in(cast.danu.email, "salah")
    assert errors(log_in(cast.danu.email)) == [LOCKED]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 36.80.1.2", "36.80.1.2"),
        (2, "6.6.6.6, 36.80.1.2, 10.1.1.1", "36.80.1.2"),
        (2, "36.80.1.2", "10.0.0.1"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::"),
        (1, "entah", "::"),
    ],
)
def test_the_address_is_what_our_own_proxy_saw(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert adapter.AccountAdapter(request).get_client_ip(request) == address


def test_other_devices_can_be_sent_away(danu):
    here, there = Client(), Client()
    for client in (here, there):
        log_in(danu.email, client=client)
    assert len(here.get("/akun/sesi/").context["sessions"]) == 2
    here.post("/akun/sesi/")
    assert there.get("/akun/").status_code == 302
    assert here.get("/akun/").status_code == 200


def test_nobody_signs_up(db, rf):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert not AccountAdapter().is_open_for_signup(rf.get("/"))


def test_the_admin_has_no_login_of_its_own(danu, cast, client_for):
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0] == "/masuk/?next=/admin/"
    data = {"username": cast.admin.email, "password": PASSWORD}
    assert not Client().post("/admin/login/", data).wsgi_request.user.is_authenticated
    assert client_for(danu).get("/admin/", follow=True).status_code == 403


def test_the_admins_other_doors_lead_to_ours(cast, client_for):
    client = client_for(cast.admin)
    assert client.get("/admin/password_change/").url == "/akun/sandi/"
    client.post("/admin/logout/")
    assert not client.get("/").wsgi_request.user.is_authenticated


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(middleware, "time", clock)
    return clock


def test_an_idle_session_ends_with_a_word_and_the_way_back(danu, client_for, clock, settings):
    settings.STAFF_IDLE_MINUTES = 30
    client = client_for(danu)
    for _ in range(3):
        assert client.get("/akun/").status_code == 200
        clock.now += 30 * 60
    clock.now += 1
    response = client.get("/akun/?a=1", follow=True)
    assert response.redirect_chain == [("/masuk/?next=/akun/%3Fa%3D1", 302)]
    assert "30 menit tanpa kegiatan" in response.content.decode()
    assert not response.wsgi_request.user.is_authenticated


def test_use_is_noted_at_most_once_a_minute(danu, client_for, clock):
    client, noted = client_for(danu), []
    for _ in range(4):
        client.get("/akun/")
        noted.append(client.session["seen"] - 1_800_000_000)
        clock.now += 40
    assert noted == [0, 0, 80, 80]


def test_a_part_of_a_page_asked_for_when_idle_reloads_the_whole(danu, client_for, clock):
    client = client_for(danu)
    client.get("/akun/")
    clock.now += 24 * 3600
    assert client.get("/akun/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_the_end_of_an_idle_session_is_written_in_a_transaction(
    real_db, cast, client_for, clock, in_transaction
):
    client = client_for(cast.danu)
    client.get("/akun/")
    clock.now += 24 * 3600
    assert client.get("/akun/").url == "/masuk/?next=/akun/"
    assert in_transaction == [True]


def test_too_many_requests_get_a_page_of_ours(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    log_in("a@biroumum.example")
    response = log_in("a@biroumum.example")
    assert response.status_code == 429
    assert "Terlalu banyak permintaan" in response.content.decode()


def test_the_night_clears_what_ran_out_and_only_that(danu):
    log_in(danu.email, "salah")
    log_in(danu.email)
    Session.objects.create(
        session_key="usang", session_data="", expire_date=timezone.now() - timedelta(days=1)
    )
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO web_cache VALUES ('lama', '', now() - interval '1 minute')")
        tidy()
        cursor.execute("SELECT count(*) FILTER (WHERE cache_key = 'lama'), count(*) > 0 FROM web_cache")
        assert cursor.fetchone() == (0, True)
    assert [row.get_decoded().get("_auth_user_id") for row in Session.objects.all()] == [str(danu.pk)]


def test_the_language_chosen_while_signed_in_is_kept_for_the_next_sign_in(danu):
    client = Client()
    log_in(danu.email, client=client)
    client.post("/bahasa/", {"language": "en", "next": "/kerja/"})
    assert 'lang="en"' in client.get("/kerja/").content.decode()
    assert log_in(danu.email).cookies["django_language"].value == "en"


@pytest.mark.parametrize("language", ["xx", ""])
def test_no_other_language_is_kept(danu, language):
    client = Client()
    log_in(danu.email, client=client)
    client.post("/bahasa/", {"language": language})
    assert User.objects.get(pk=danu.pk).language == "id"


def test_a_visitors_choice_is_nobody_elses(danu):
    Client().post("/bahasa/", {"language": "en"})
    assert User.objects.get(pk=danu.pk).language == "id"
