"""What one entry shows the world: the bytes of its leaf, canonical JSON with keys in a fixed order."""

from __future__ import annotations

import datetime as dt
import re

from biroumum.audit.notes import encode

# Apps and tables of which not even the table, the step and the day are told: few rows and known hours would tell
# persons apart. Rows of a case's files, mails, clocks and erasures are of other apps than the case.
OPAQUE = {
    *("complaints", "leadership", "accounts", "account", "mfa", "socialaccount", "usersessions"),
    *("documents", "notifications", "privacy", "worktime.clock", "worktime.clockevent"),
}

# Another name would need quoting, or make the leaf longer than a bundle can tell.
PLAIN = re.compile(r"[a-z0-9_]{1,60}(\.[a-z0-9_]{1,60})?")


def is_opaque(ent: str, subject: str | None) -> bool:
    """Whether an entry of this table, standing in the history of `subject`, shows its commitment only."""
    if not PLAIN.fullmatch(ent):
        return True
    tables = (ent, (subject or "").partition("/")[0])
    return any(table in OPAQUE or table.partition(".")[0] in OPAQUE for table in tables)


def leaf(ent: str, op: str, day: dt.date, commitment: bytes, *, opaque: bool) -> bytes:
    """The leaf of an entry. `commitment`: sha256(salt || payload), so that nobody can guess what it stands for.

    No key, person, time of day or text. `day` in UTC.
    """
    if opaque:
        return f'{{"v":1,"c":"{encode(commitment)}"}}'.encode()
    app, _dot, name = ent.partition(".")
    said = f'"app":"{app}","ent":"{name}","op":"{op}","d":"{day.isoformat()}"'
    return f'{{"v":1,{said},"c":"{encode(commitment)}"}}'.encode()
