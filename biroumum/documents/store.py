"""The bytes of attachments, each content once, under its SHA-256 on the default storage.

A file is never overwritten. Writers share the content's lock until their transaction ends, and the sweep deletes
only what it could lock alone and then found without a row, so no file goes from under a row about to commit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection

FOLDER = "berkas"


def put(content: bytes) -> str:
    """Store and return the hash; runs inside atomic, whose end releases the content's lock."""
    digest = hashlib.sha256(content).hexdigest()
    _lock("pg_advisory_xact_lock_shared", digest)
    name = _name(digest)
    if not default_storage.exists(name):
        _write(name, content)
    return digest


def open_content(digest: str) -> File:
    """Raises FileNotFoundError when the storage has lost it."""
    return default_storage.open(_name(digest), "rb")


def holds(digest: str) -> bool:
    return default_storage.exists(_name(digest))


def lock_alone(digest: str) -> bool:
    """True when no open transaction is storing this content; held until the end of this one."""
    return bool(_lock("pg_try_advisory_xact_lock", digest))


def remove(digest: str) -> None:
    """Gone for good when this returns, also after a power cut; what is not there is no error."""
    name = _name(digest)
    default_storage.delete(name)
    with suppress(
        NotImplementedError, FileNotFoundError
    ):  # no folder: an object store, or nothing was ever there
        folder = os.open(Path(default_storage.path(name)).parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def older_than(moment: dt.datetime) -> Iterator[str]:
    """Hashes of what was stored before; what a killed writer left half-written is removed on the way."""
    for folder in _folders(FOLDER):
        for name in default_storage.listdir(folder)[1]:
            if default_storage.get_modified_time(f"{folder}/{name}") >= moment:
                continue
            if name.startswith("."):
                default_storage.delete(f"{folder}/{name}")
            else:
                yield name


def _folders(parent: str) -> list[str]:
    try:
        return [f"{parent}/{name}" for name in sorted(default_storage.listdir(parent)[0])]
    except FileNotFoundError:
        return []


def _name(digest: str) -> str:
    return f"{FOLDER}/{digest[:2]}/{digest}"


def _lock(function: str, digest: str) -> bool | None:
    if not connection.in_atomic_block:
        raise RuntimeError("a content's lock lasts as long as its transaction: call inside atomic")
    key = int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
        answer: bool | None = cursor.fetchone()[0]
        return answer


def _write(name: str, content: bytes) -> None:
    """Whole or not at all. An object store does that by itself, a folder by renaming."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        if (saved := default_storage.save(name, ContentFile(content))) != name:
            default_storage.delete(saved)  # another writer was faster with the same content
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
