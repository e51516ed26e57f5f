"""The administrator's tables: people are invited, never given a password, never deleted."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from biroumum.accounts.models import Assignment, Position, Unit, User
from biroumum.audit.models import Entry
from biroumum.audit.queries import history
from biroumum.notifications.models import Message

REASON = {"reason": "SK contoh"}


@pytest.fixture
def admin(cast, client_for) -> Client:
    return client_for(cast.admin)


def save(client: Client, path: str, data: dict):
    answer = client.post(f"/admin/accounts/{path}", REASON | data)
    shown = answer.context and answer.context.get("adminform")
    assert answer.status_code == 302, shown and shown.form.errors
    return answer


NEW = {"name": "Budi Baru", "email": "Budi@biroumum.example", "nip": "", "language": "id", "is_active": "on"}


def test_a_new_person_is_invited_to_set_a_password(admin):
    save(admin, "user/add/", NEW)
    budi = User.objects.get(email="budi@biroumum.example")
    assert not budi.has_usable_password()
    message = Message.objects.get(to=budi.email)
    link = urlsplit(re.search(r"http\S+", message.text)[0]).path
    assert Client().get(link).status_code == 302


def test_a_person_no_administrator_may_write_a_password_for(admin, cast):
    page = admin.get(f"/admin/accounts/user/{cast.danu.pk}/change/").content.decode()
    assert "password" not in re.sub(r"/\S*password\S*", "", page).lower()


def test_a_link_is_sent_anew_and_a_lost_factor_taken_off(admin, cast):
    for action in ("send_link", "take_factors_off"):
        data = {"action": action, "_selected_action": [cast.sekar.pk]}
        assert admin.post("/admin/accounts/user/", data).status_code == 302
    assert Message.objects.get().to == cast.sekar.email
    assert not Authenticator.objects.filter(user=cast.sekar).exists()
    assert Authenticator.objects.filter(user=cast.laras).exists()


@pytest.mark.parametrize("model", [User, Unit, Position, Assignment])
def test_nothing_is_deleted(admin, cast, model):
    name, row = model._meta.model_name, model.objects.first()
    assert admin.post(f"/admin/accounts/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin.get(f"/admin/accounts/{name}/").content.decode()
    assert model.objects.filter(pk=row.pk).exists()


def test_roles_are_ticked_by_their_names(admin):
    page = admin.get("/admin/accounts/position/add/").content.decode()
    assert "Verifikator pengaduan" in page
    unit = Unit.objects.get(code="tata-usaha")
    save(
        admin,
        "position/add/",
        {"title": "Juru Periksa", "unit": unit.pk, "roles": ["auditor", "complaint_desk"]},
    )
    assert Position.objects.get(title="Juru Periksa").roles == ["auditor", "complaint_desk"]


def test_an_assignment_made_here_gives_its_rights(admin, cast):
    position = Position.objects.get(title="Auditor")
    data = {"user": cast.tamu.pk, "position": position.pk, "kind": "plt", "starts": "2026-01-02", "ends": ""}
    save(admin, "assignment/add/", data)
    assert User.objects.get(pk=cast.tamu.pk).has_perm("audit.view_entry")


def test_a_second_definitive_holder_is_refused_with_a_sentence(admin, cast):
    position = Position.objects.get(title="Petugas Loket")
    data = {"user": cast.tamu.pk, "position": position.pk, "kind": "definitif", "starts": "2026-01-02"}
    page = admin.post("/admin/accounts/assignment/add/", REASON | data)
    assert "sudah dijabat orang lain" in page.content.decode()
    assert position.assignments.get().starts == dt.date(2025, 1, 2)


def test_a_change_says_why_and_who_in_the_log(admin, cast):
    path, data = f"user/{cast.danu.pk}/change/", NEW | {"email": cast.danu.email, "name": "Danu Diganti"}
    without = admin.post(f"/admin/accounts/{path}", data)
    assert User.objects.get(pk=cast.danu.pk).name == "Danu Misalnya"
    assert without.context["adminform"].form.errors.keys() == {"reason"}
    save(admin, path, data)
    step = history(f"accounts.user/{cast.danu.pk}")[0]
    assert (step.verb, step.who) == ("changed", "Administrator Sistem, Adi Percobaan")
    assert "nama" in [str(change.label) for change in step.changes]
    entry = Entry.objects.filter(verb="changed").latest("id")
    assert (entry.reason, entry.user_id) == ("SK contoh", cast.admin.pk)


def test_the_reason_is_inert_and_the_actions_are_one_transaction(real_db, cast, client_for):
    admin = client_for(cast.admin)
    data = {"action": "take_factors_off", "_selected_action": [cast.sekar.pk]}
    assert admin.post("/admin/accounts/user/", data).status_code == 302
    data = NEW | {"email": cast.danu.email, "reason": "SK \u202econtoh"}
    admin.post(f"/admin/accounts/user/{cast.danu.pk}/change/", data)
    assert Entry.objects.filter(verb="changed").latest("id").reason == "SK contoh"
