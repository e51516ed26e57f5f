"""Columns that the database keeps sealed: a copy of it, or of its backups, tells nothing without the portal's key.

Each value has a data key of its own, and that key is wrapped by the first of `SEAL_KEYS` (AES-256-GCM both). What an
older key of the list has wrapped is still read; `manage.py seal_again` brings it under the first.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull

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


class SealedField(models.TextField):
    """Text that is sealed on its way to the database. Empty text stays empty: that there is none is no secret.

    It can be asked whether it is empty, and nothing else.
    """

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return seal(value, self._about) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return unseal(value, self._about) if value else value

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
