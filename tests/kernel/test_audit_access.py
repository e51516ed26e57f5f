"""Who came in, who failed, who left and who was refused: each is an entry."""

import datetime as dt

from django.test import Client

from biroumum.audit.models import Entry
from biroumum.worktime import services
from biroumum.worktime.models import Clock
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


def test_a_failed_login_is_an_entry_without_what_was_typed(db, cast):
    Client().post("/masuk/", {"login": "siapa@contoh.example", "password": "salah-sekali-12"})
    entry = Entry.objects.get(verb="login_failed")
    assert "siapa" not in entry.body
    assert "salah" not in entry.body


def test_a_refused_page_is_an_entry(db, cast, client_for):
    assert client_for(cast.bagas).get("/kerja/pengaduan/catat/").status_code == 403
    assert "denied" in verbs(f"accounts.user/{cast.bagas.pk}")


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
