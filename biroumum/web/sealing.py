"""Columns that the database keeps sealed: a copy of it, or of its backups, tells nothing without the portal's key.

Each value has a data key of its own, and that key is wrapped by the first of `SEAL_KEYS` (AES-256-GCM both). What an
older key of the list has wrapped is still read; `manage.py seal_again` brings it under the first.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull
from django.db.models.query_utils import DeferredAttribute

NONCE = 12  # bytes, before what it hid
KEY = 32


class Unsealable(Exception):
    """No key of `SEAL_KEYS` opens it, or somebody has changed it."""


def seal(text: str, about: str) -> str:
    """`<mark of the wrapping key>.<wrapped data key>.<text>`; only a column of the same name opens it."""
    key = secrets.token_bytes(KEY)
    wrapping = _keys()[0]
    return ".".join((mark(wrapping), _hide(wrapping, key, about), _hide(key, text.encode(), about)))


def unseal(sealed: str, about: str) -> str:
    try:
        marked, wrapped, text = sealed.split(".")
        wrapping = next(key for key in _keys() if mark(key) == marked)
        return _show(_show(wrapping, wrapped, about), text, about).decode()
    except (ValueError, StopIteration, InvalidTag) as error:
        raise Unsealable(about) from error


def mark(key: bytes) -> str:
    """By which one sees under which key something lies, and not the key."""
    return hashlib.sha256(b"mark" + key).hexdigest()[:8]


def in_use() -> str:
    """The mark of the key that seals now."""
    return mark(_keys()[0])


def _keys() -> list[bytes]:
    return [hashlib.sha256(b"biroumum seal\0" + text.encode()).digest() for text in settings.SEAL_KEYS]


def _hide(key: bytes, content: bytes, about: str) -> str:
    nonce = secrets.token_bytes(NONCE)
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, content, about.encode())).decode()


def _show(key: bytes, hidden: str, about: str) -> bytes:
    content = urlsafe_b64decode(hidden)
    return AESGCM(key).decrypt(content[:NONCE], content[NONCE:], about.encode())


class Sealed(NamedTuple):
    """What came from the database and nobody has looked at yet."""

    text: str


class Opening(DeferredAttribute):
    """Opens the column when it is first looked at: a row whose key is lost can still be fetched, kept and deleted."""

    field: SealedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:  # deferred: fetched as what it is
            value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.TextField):
    """Text that is sealed on its way to the database. Empty text stays empty: that there is none is no secret.

    It can be asked whether it is empty, and nothing else. On a row it reads as the text, or raises Unsealable; a
    query that fetches it without its row (`values`) gets it `Sealed`.
    """

    descriptor_class = Opening

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return seal(value, self._about) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | str | None:
        return Sealed(value) if value else value

    def opened(self, value: Sealed) -> str:
        return unseal(value.text, self._about)

    def get_lookup(self, lookup_name: str) -> Any:
        return {"exact": Emptiness, "isnull": IsNull}.get(lookup_name)

    @property
    def _about(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"


class Emptiness(Exact):
    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError("a sealed column can only be asked whether it is empty")
        return self.rhs


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    return [field for field in model._meta.fields if isinstance(field, SealedField)]


def newest_opens() -> str | None:
    """For /readyz: of each table with sealed columns the newest row that has something in one."""
    for model in apps.get_models():
        fields = sealed_fields(model)
        filled = reduce(or_, (~models.Q(**{field.name: ""}) for field in fields), models.Q(pk=None))
        row = model._base_manager.filter(filled).order_by("-pk").first() if fields else None
        try:
            for field in fields if row else ():
                getattr(row, field.name)
        except Unsealable as error:
            return f"no key of SEAL_KEYS opens {error}"
    return None
