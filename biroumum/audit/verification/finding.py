"""What a check found, in one sentence an administrator can act on."""

from __future__ import annotations

from typing import NamedTuple

MOST = 100  # findings of one check that are told one by one


class Finding(NamedTuple):
    """`table` is a table of the portal or the log, or a published file; `key` the row's; `column` may be empty."""

    check: str
    table: str
    key: str
    column: str
    sentence: str

    @property
    def text(self) -> str:
        place = " ".join(part for part in (self.table, self.key, self.column and f"({self.column})") if part)
        return f"{self.check}: {place}: {self.sentence}"


WARNINGS = {"clock", "unchecked"}  # worth a look, and no sign that anything was changed
