"""The named cast in tests, and clients signed in as them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client

from biroumum.accounts.models import User
from biroumum.portal.demo.cast import PEOPLE

PASSWORD = "kunci-contoh-2026"


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> SimpleNamespace:
    """sekar, danu, rini, bagas, wulan, hartono, admin, laras, irma, galih, nadia, tamu (portal/demo/cast.py).

    They are in the database already: `tests/conftest.py` gives one that has them to a test that asks for them, itself
    or through a fixture, among its arguments.
    """
    request.getfixturevalue("real_db" if "real_db" in request.fixturenames else "db")
    users = {user.email: user for user in User.objects.all()}
    return SimpleNamespace(**{person.key: users[person.email] for person in PEOPLE})


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A client signed in as the user, second factor given where the role needs one."""

    def sign_in(user: User) -> Client:
        client = Client()
        with transaction.atomic():
            client.force_login(user)
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": 0, "email": user.email},
            {"method": "mfa", "at": 0, "type": "totp", "id": 1},
        ]
        session.save()
        return client

    return sign_in
