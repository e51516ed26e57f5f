"""Who came in, who failed, who left and who was refused: each is an entry."""

import datetime as dt
import json
import subprocess
import sys
import time
from threading import Thread

import pytest
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from biroumum.accounts.models import Unit
from biroumum.audit.models import Entry
from biroumum.celery import PortalTask
from biroumum.web import context
from biroumum.worktime import services
from biroumum.worktime.models import Clock
from tests.conftest import ROOT
from tests.fixtures_cast import PASSWORD


def verbs(subject):
    return list(
        Entry.objects.filter(subject=subject, op="access").order_by("id").values_list("verb", flat=True)
    )


def test_login_and_logout_are_entries_of_the_person(db, cast):
    client = Client()
    client.post("/masuk/", {"login": cast.bagas.email, "password": PASSWORD})
    client.post("/akun/keluar/")
    assert verbs(f"accounts.user/{cast.bagas.pk}") == ["login", "logout"]


@pytest.mark.parametrize("known", [True, False])
def test_a_failed_login_is_an_entry_of_the_account_without_what_was_typed(db, cast, known):
    login = cast.bagas.email.upper() if known else "siapa@contoh.example"
    Client().post("/masuk/", {"login": login, "password": "salah-sekali-12"})
    entry = Entry.objects.get(verb="login_failed")
    assert entry.subject == f"accounts.user/{cast.bagas.pk if known else 0}"
    assert not any(word in entry.body for word in ("siapa", "salah", "bagas"))
    assert (entry.user_id, entry.unit_id) == (None, None)


def test_a_new_password_and_a_new_factor_are_entries(db, cast, client_for):
    client = client_for(cast.bagas)
    new = {"oldpassword": PASSWORD, "password1": "kuda biru lari pagi", "password2": "kuda biru lari pagi"}
    assert client.post(reverse("account_change_password"), new).status_code == 302
    for signal, verb in (
        (factors.authenticator_added, "factor_added"),
        (factors.authenticator_removed, "factor_removed"),
        (factors.authenticator_reset, "recovery_codes_renewed"),
    ):
        request = RequestFactory().get("/")
        request.session = client.session
        signal.send(Authenticator, request=request, user=cast.bagas, authenticator=Authenticator(type="totp"))
        assert verbs(f"accounts.user/{cast.bagas.pk}")[-1] == verb
    assert "password_changed" in verbs(f"accounts.user/{cast.bagas.pk}")


def test_a_refused_page_is_an_entry_of_whom_where_and_from_where(
    real_db, owner_db, cast, client_for, settings
):
    settings.TRUSTED_PROXIES = 1
    hops = {"HTTP_X_FORWARDED_FOR": "9.9.9.9, 10.1.2.3", "REMOTE_ADDR": "127.0.0.1"}
    assert client_for(cast.bagas).get("/kerja/pengaduan/catat/", **hops).status_code == 403
    entry = Entry.objects.get(verb="denied")
    chair = cast.bagas.live[0]
    assert entry.subject == f"accounts.user/{cast.bagas.pk}"
    assert json.loads(entry.body)["data"]["path"] == "/kerja/pengaduan/catat/"
    assert (entry.user_id, entry.assignment_id, entry.unit_id) == (
        cast.bagas.pk,
        chair.pk,
        chair.position.unit_id,
    )
    assert entry.view == "complaints:desk"
    assert addresses(owner_db, entry) == ["10.1.2.3"]


@pytest.mark.parametrize(
    ("chain", "kept"),
    [
        (
            "2001:db8::bad, 2001:db8:1:2:3::9",
            "2001:db8:1:2:3::9",
        ),  # whole: the log names one, limits count the /64
        ("203.0.113.8, ::ffff:10.1.2.3", "10.1.2.3"),
        ("9.9.9.9, fe80::1%eth0", "fe80::1"),
        ("9.9.9.9, [2001:db8::5]:443", "2001:db8::5"),
        ("9.9.9.9, 10.1.2.3:5021", "10.1.2.3"),
        ("2001:db8::5, jahat\r\nX: 1", None),
    ],
)
def test_behind_a_proxy_the_log_keeps_an_ipv6_address_too(
    real_db, owner_db, cast, client_for, settings, chain, kept
):
    settings.TRUSTED_PROXIES = 1
    hops = {"HTTP_X_FORWARDED_FOR": chain, "REMOTE_ADDR": "::1"}
    assert client_for(cast.bagas).get("/kerja/pengaduan/catat/", **hops).status_code == 403
    assert addresses(owner_db, Entry.objects.get(verb="denied")) == [kept]


def addresses(db, entry):
    rows = db.execute("SELECT host(address) FROM audit.context WHERE request_id = %s", [entry.request_id])
    return [address for (address,) in rows]


def test_of_a_citizen_neither_address_nor_anything_else_is_kept(real_db, owner_db, cast):
    Client().post(
        "/masuk/", {"login": "x@y.example", "password": "salah-sekali-12"}, REMOTE_ADDR="203.0.113.9"
    )
    entry = Entry.objects.get(verb="login_failed")
    assert addresses(owner_db, entry) == [None]
    assert "203.0.113.9" not in str(owner_db.execute("SELECT * FROM audit.context").fetchall())


def test_a_strange_address_stops_no_write(real_db, owner_db, cast, client_for):
    for address, kept in (("fe80::1%eth0", "fe80::1"), ("tanpa alamat", None)):
        client_for(cast.bagas).get("/kerja/pengaduan/catat/", REMOTE_ADDR=address)
        assert addresses(owner_db, Entry.objects.filter(verb="denied").latest("id")) == [kept]


def test_a_refused_citizen_is_no_entry(db, cast):
    assert Client(enforce_csrf_checks=True).post("/masuk/", {"login": "x"}).status_code == 403
    assert not Entry.objects.filter(verb="denied").exists()


def test_what_a_command_writes_stands_under_its_name(real_db):
    done = subprocess.run(
        [sys.executable, "manage.py", "create_admin", "siti@contoh.example", "Siti"],
        cwd=ROOT,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    entries = Entry.objects.filter(ent="accounts.user", op="insert", body__contains="siti@contoh.example")
    assert [(entry.task, entry.outside) for entry in entries] == [("manage:create_admin", False)]


queue = Celery("tests", task_cls=PortalTask, broker="memory://", set_as_current=False)


@queue.task(name="tests.write")
def write(code: str) -> None:
    with transaction.atomic():
        Unit.objects.create(code=code, name="dari tugas")


def test_a_task_writes_under_its_name_and_the_request_that_asked_for_it(real_db):
    with start_worker(queue, pool="solo", perform_ping_check=False), context.fresh(view="uji") as asked:
        write.delay("diminta")
        Thread(target=write.delay, args=["sendiri"]).start()  # a thread has nobody's request, like the timer
        codes = wait_for(lambda: Unit.objects.filter(name="dari tugas").count() == 2)
    assert codes
    found = {json.loads(row.body)["new"]["code"]: row for row in Entry.objects.filter(ent="accounts.unit")}
    assert found["diminta"].request_id == asked.request_id != found["sendiri"].request_id
    assert {(row.task, row.view, row.outside) for row in found.values()} == {("tests.write", None, False)}


def wait_for(true, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_a_holiday_added_in_the_admin_moves_running_deadlines_and_keeps_the_old(db, cast, client_for, now):
    clock = services.start_clock("accounts.user/1", "complaint.verification", at=now)
    day = {
        "date": "2026-11-26",
        "name": "Libur uji",
        "kind": "public",
        "decree": "SKB uji",
        "reason": "SKB uji",
    }
    response = client_for(cast.admin).post("/admin/worktime/holiday/add/", day)
    assert response.status_code == 302, response.content.decode()[:2000]
    moved = Clock.objects.get(pk=clock.pk)
    assert (moved.due_at - clock.due_at) == dt.timedelta(days=3)
    assert moved.events.last().due_before == clock.due_at


def test_the_admin_offers_a_new_row_for_a_limit_that_has_a_clock(db, cast, client_for, now):
    limit = services.start_clock("accounts.user/1", "complaint.answer.complaint", at=now).limit
    page, client = f"/admin/worktime/timelimit/{limit.pk}/change/", client_for(cast.admin)
    assert 'name="days"' not in client.get(page).content.decode()
    data = {
        "code": "lain",
        "days": 30,
        "unit": "day",
        "valid_from": "2020-01-01",
        "valid_until": "2026-12-01",
    }
    data |= {"name": limit.name, "legal_basis": "Peraturan uji", "reason": "Peraturan baru"}
    assert client.post(page, data).status_code == 302
    limit.refresh_from_db()
    assert (limit.code, limit.days, limit.unit) == ("complaint.answer.complaint", 14, "working_day")
    assert (limit.valid_until, limit.legal_basis) == (dt.date(2026, 12, 1), "Peraturan uji")
    new = data | {"code": "complaint.answer.complaint", "valid_from": "2026-12-01", "valid_until": ""}
    assert client.post("/admin/worktime/timelimit/add/", new).status_code == 302
