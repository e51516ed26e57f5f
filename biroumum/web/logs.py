"""How a line of the log looks. It tells what broke and where, and nothing that somebody typed.

An error likes to repeat the value it stumbled over; the database adds the whole row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from smtplib import SMTPException

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, InterfaceError, OperationalError

# Errors about machines, files and settings: their words are ours or the system's, and needed to mend them. Those of
# a mail server are none of them: it repeats addresses.
TOLD = (OSError, ImportError, ImproperlyConfigured, OperationalError, InterfaceError)


class Formatter(logging.Formatter):
    """As Python's, with tracebacks; the words of an error give way to what is known of it without its values."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for error in _chain(record.exc_info[1] if record.exc_info else None):
            if not isinstance(error, TOLD) or isinstance(error, SMTPException):
                for words in sorted({str(error), repr(error)} - {""}, key=len, reverse=True):
                    text = text.replace(words, _known(error))
        return text


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those it came from or came up beside."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if found is not None and found not in seen:
            seen.append(found)
            waiting += [found.__cause__, found.__context__]
    yield from seen


def _known(error: BaseException) -> str:
    """`[23514 complaint_title]` of an error of the database, else `[-]`."""
    source = error.__cause__ if isinstance(error, Error) else error
    diag = getattr(source, "diag", None)
    names = (
        getattr(diag, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name")
    )
    return f"[{' '.join(filter(None, names)) or '-'}]"
