"""Logins, failures, logouts and changes of factors, heard from Django and allauth and written to the log."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.contrib.auth import signals as auth
from django.db import transaction

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.models import User
from biroumum.audit.services import record


@transaction.atomic
def _note(verb: str, user: User) -> None:
    record(verb, f"accounts.user/{user.pk}", actor=Actor.staff(user), op="access")


def _logged_in(sender: Any, user: User, **kwargs: Any) -> None:
    _note("login", user)


def _logged_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _note("logout", user)


@transaction.atomic
def _failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """An entry of the account that was tried. What was typed is not kept: it may be a password in the wrong field."""
    tried = User.objects.filter(email=credentials.get("email", "")).values_list("pk", flat=True).first()
    record("login_failed", f"accounts.user/{tried or 0}", actor=SYSTEM, op="access")


def _factor_failed(sender: Any, user: User, **kwargs: Any) -> None:
    _note("factor_failed", user)


def _factor_added(sender: Any, user: User, **kwargs: Any) -> None:
    _note("factor_added", user)


def _factor_removed(sender: Any, user: User, **kwargs: Any) -> None:
    _note("factor_removed", user)


def _codes_renewed(sender: Any, user: User, **kwargs: Any) -> None:
    _note("recovery_codes_renewed", user)


def _password_changed(sender: Any, user: User, **kwargs: Any) -> None:
    _note("password_changed", user)


def connect() -> None:
    for number, signal in enumerate((account.password_changed, account.password_set, account.password_reset)):
        signal.connect(_password_changed, dispatch_uid=f"audit.password.{number}")
    auth.user_logged_in.connect(_logged_in, dispatch_uid="audit.login")
    auth.user_logged_out.connect(_logged_out, dispatch_uid="audit.logout")
    auth.user_login_failed.connect(_failed, dispatch_uid="audit.failed")
    factors.authentication_failed.connect(_factor_failed, dispatch_uid="audit.factor_failed")
    factors.authenticator_added.connect(_factor_added, dispatch_uid="audit.factor_added")
    factors.authenticator_removed.connect(_factor_removed, dispatch_uid="audit.factor_removed")
    factors.authenticator_reset.connect(_codes_renewed, dispatch_uid="audit.codes_renewed")
