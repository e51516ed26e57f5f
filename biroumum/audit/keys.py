"""Keys of the log and of its promises: files `<kind>.<key id>.key` (secret) and `.pub` in the folder AUDIT_KEYS.

A retired key keeps its `.pub`, so that what it signed can be checked for ever. Everything is read anew each time: a
rotation counts at once, without a restart.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from django.conf import settings

from biroumum.audit.notes import Signer, Verifier
from biroumum.audit.proofs import PROMISES

Kind = Literal["log", "promise"]
KINDS: tuple[Kind, ...] = ("log", "promise")
T = TypeVar("T")


class KeyTrouble(RuntimeError):
    """A key is missing or unreadable; the text says to the administrator what to do."""


@dataclass(frozen=True)
class Key:
    """What the folder says of one key. `former`: of another origin, with its secret half still there."""

    kind: Kind
    verifier: Verifier
    made: date
    state: Literal["signs", "former", "retired"]
    trouble: str = ""

    @property
    def id(self) -> str:
        return self.verifier.key_id.hex()


def origin() -> str:
    """Name of the log. Without a port, so that the same log on one's own machine keeps its name on another port."""
    if not re.fullmatch(r"[a-z0-9-]+", settings.AUDIT_LOG_NAME):
        raise KeyTrouble(
            f"AUDIT_LOG_NAME is {settings.AUDIT_LOG_NAME!r}; it takes small letters, digits and -"
        )
    return f"{urlsplit(settings.PUBLIC_URL).hostname}/transparansi/{settings.AUDIT_LOG_NAME}"


def log_signers() -> list[Signer]:
    """All that sign checkpoints: during a rotation two. Raises KeyTrouble when there is none."""
    return _wanted("log")


def promise_signer() -> Signer:
    """The newest key of promises. Raises KeyTrouble when there is none."""
    return _wanted("promise")[-1]


def log_verifiers() -> list[Verifier]:
    """Every key that ever signed checkpoints here, of former origins too. Raises KeyTrouble."""
    return [key.verifier for key in known("log")]


def promise_verifiers() -> list[Verifier]:
    return [key.verifier for key in known("promise")]


def known(kind: Kind) -> list[Key]:
    """All keys of a kind, the oldest first."""
    files = [*_files(kind, "pub"), *_files(kind, "key")]
    return [_key(kind, place) for place in dict.fromkeys(path.with_suffix("") for path in files)]


def make(kind: Kind) -> Signer:
    """A new key beside those that are there."""
    made = Signer(_name(kind), os.urandom(32))
    place = Path(settings.AUDIT_KEYS) / f"{kind}.{made.verifier.key_id.hex()}"
    _write(_pub(place), made.verifier.vkey, 0o644)
    _write(_secret(place), made.text, 0o600)
    return made


def make_missing() -> list[Signer]:
    """For each kind without a key of this origin, a first one."""
    return [make(kind) for kind in KINDS if not _signers(kind)]


def rotate(kind: Kind) -> Signer:
    """A new key. Of the log, the old ones go on signing beside it; of promises, they retire."""
    before = _wanted(kind)
    made = make(kind)
    if kind == "promise":
        for signer in before:
            retire(kind, signer.verifier.key_id.hex())
    return made


def retire(kind: Kind, key_id: str) -> None:
    """Destroy the secret half of a key. Raises KeyTrouble for an unknown one, and for the last that signs."""
    signing = [signer.verifier.key_id.hex() for signer in _signers(kind)]
    place = Path(settings.AUDIT_KEYS) / f"{kind}.{key_id}"
    if _secret(place) not in _files(kind, "key"):
        raise KeyTrouble(f"There is no {_secret(place)} to retire.")
    if signing == [key_id]:
        raise KeyTrouble(f"{key_id} is the only key that signs. First: manage.py audit_keys rotate {kind}")
    if not _pub(place).exists():
        _write(_pub(place), _key(kind, place).verifier.vkey, 0o644)
    _secret(place).unlink()


def _name(kind: Kind) -> str:
    return origin() if kind == "log" else origin() + PROMISES


def _wanted(kind: Kind) -> list[Signer]:
    if found := _signers(kind):
        return found
    raise KeyTrouble(
        f"No {kind} key of {_name(kind)} in {settings.AUDIT_KEYS}. Put its files back from the backup; "
        f"if there never was one: manage.py audit_keys make"
    )


def _signers(kind: Kind) -> list[Signer]:
    """The keys of this origin that have their secret half, the oldest first."""
    found = [_parsed(path, Signer.parse) for path in _files(kind, "key")]
    return [signer for signer in found if signer.name == _name(kind)]


def _files(kind: Kind, suffix: str) -> list[Path]:
    folder = Path(settings.AUDIT_KEYS)
    wanted = re.compile(rf"{kind}\.[0-9a-f]{{8}}\.{suffix}")
    try:
        paths = [path for path in folder.iterdir() if wanted.fullmatch(path.name)]
        return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(folder, error) from error


def _parsed(path: Path, parse: Callable[[str], T]) -> T:
    try:
        return parse(path.read_text())
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise KeyTrouble(f"{path} holds no key. Put it back from the backup.") from error


def _unreadable(path: Path, error: OSError) -> KeyTrouble:
    owner = f"the user the portal runs as (here: uid {os.getuid()})"
    return KeyTrouble(f"{path} cannot be read: {error.strerror}. It must belong to {owner}.")


def _key(kind: Kind, place: Path) -> Key:
    if (path := _pub(place)).exists():
        verifier = _parsed(path, Verifier.parse)
    else:
        verifier = _parsed(path := _secret(place), Signer.parse).verifier
    made = date.fromtimestamp(path.stat().st_mtime)
    if not _secret(place).exists():
        return Key(kind, verifier, made, "retired")
    state: Literal["signs", "former"] = "signs" if verifier.name == _name(kind) else "former"
    lies_open = _secret(place).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    trouble = f"Others may read {_secret(place)}. Say: chmod 600 {_secret(place)}" if lies_open else ""
    return Key(kind, verifier, made, state, trouble)


def _pub(place: Path) -> Path:
    return place.with_name(f"{place.name}.pub")


def _secret(place: Path) -> Path:
    return place.with_name(f"{place.name}.key")


def _write(path: Path, line: str, mode: int) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
