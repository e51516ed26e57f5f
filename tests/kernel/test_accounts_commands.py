"""What an operator types: the first administrator, and no superuser."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.management import CommandError, call_command
from django.test import Client

from biroumum.accounts.models import User
from biroumum.portal.demo.cast import TOTP_SECRET

PASSWORD = "rumput hijau di taman"


def create_admin(capsys, email: str = "Siti@Biroumum.example") -> str:
    call_command("create_admin", email, "Siti Pertama")
    return urlsplit(re.search(r"http\S+", capsys.readouterr().out)[0]).path


def test_the_first_administrator_sets_a_password_by_the_printed_link(db, capsys):
    path = create_admin(capsys)
    client = Client()
    form = client.get(path).url
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/masuk/", {"login": "siti@biroumum.example", "password": PASSWORD})
    assert client.get("/admin/").url == "/akun/faktor/"
    assert User.objects.get().is_staff


def test_asking_twice_makes_one_administrator_and_a_new_link(db, capsys):
    create_admin(capsys)
    create_admin(capsys)
    assert User.objects.get().assignments.count() == 1


def test_a_second_administrator_acts_beside_the_first(cast, capsys):
    for email in ("siti@biroumum.example", "tuti@biroumum.example", cast.tamu.email):
        create_admin(capsys, email)
    kinds = {
        u.email: u.assignments.get().kind
        for u in User.objects.filter(assignments__position__unit__code="biro-umum")
    }
    assert kinds == {
        cast.hartono.email: "definitif",
        "siti@biroumum.example": "definitif",
        "tuti@biroumum.example": "plt",
        cast.tamu.email: "plt",
    }
    assert User.objects.get(email=cast.tamu.email).name == "Tono Tanpajabatan"


def test_a_mistyped_address_is_refused(db, capsys):
    with pytest.raises(CommandError, match="bukan-surel"):
        create_admin(capsys, "bukan-surel")


def test_there_is_no_superuser_to_create(db):
    with pytest.raises(CommandError, match="create_admin"):
        call_command("createsuperuser")


def test_an_administrator_is_made_in_one_transaction(real_db, capsys):
    create_admin(capsys)
    assert User.objects.get().is_staff


def test_whoever_has_no_authenticator_at_hand_is_told_the_demos_code_of_now(capsys, settings):
    call_command("demo", "--code")
    assert validate_totp_code(TOTP_SECRET, capsys.readouterr().out.strip())
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="refused"):
        call_command("demo", "--code")
