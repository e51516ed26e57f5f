"""How a line of the log looks. It tells what broke and where, and nothing that somebody typed.

An error likes to repeat the value it stumbled over; the database adds the whole row.
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Iterator
from smtplib import SMTPException
from traceback import TracebackException
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, InterfaceError, OperationalError

# Errors about machines, files and settings: their words are ours or the system's, and needed to mend them. Those of
# a mail server are none of them: it repeats addresses.
TOLD = (OSError, ImportError, ImproperlyConfigured, OperationalError, InterfaceError)


class Formatter(logging.Formatter):
    """As Python's, with tracebacks; the words of an error give way to what is known of it without its values."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)  # what another formatter made of its error is not ours
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """A message may hold its error; time, level and name around it do not."""
        for error, _parts in _tree(record.exc_info):
            if not _is_told(error):
                known = _known(error)
                for words in sorted({str(error), repr(error)} - {""}, key=len, reverse=True):
                    whole = rf"(?<!\w){re.escape(words)}(?!\w)"
                    record.message = re.sub(whole, known.replace("\\", r"\\"), record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """Only what stands behind the kind of an error changes, and its notes go: anyone may have written them."""
        parts = None
        for error, found in _tree(ei):
            parts = parts or found
            vars(found)["__notes__"] = None
            if not _is_told(error):
                vars(found).update(_str=_known(error), msg=_known(error), text=None)
        return "".join(parts.format()).rstrip("\n") if parts else ""


def _tree(found: Any) -> Iterator[tuple[BaseException, TracebackException]]:
    """The error, those it holds, came from or came up beside, each with the parts of its traceback."""
    if not found or found[1] is None:
        return
    waiting: list[tuple[Any, Any]] = [(found[1], TracebackException(*found))]
    while waiting:
        error, parts = waiting.pop()
        if parts is not None:
            yield error, parts
            below = (error.__cause__, parts.__cause__), (error.__context__, parts.__context__)
            waiting += [*below, *zip(getattr(error, "exceptions", ()), parts.exceptions or (), strict=False)]


def _is_told(error: BaseException) -> bool:
    return isinstance(error, TOLD) and not isinstance(error, SMTPException)


def _known(error: BaseException) -> str:
    """`[23514 complaint_title]` of an error of the database, else `[-]`."""
    source = error.__cause__ if isinstance(error, Error) else error
    diag = getattr(source, "diag", None)
    names = (
        getattr(diag, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name")
    )
    return f"[{' '.join(filter(None, names)) or '-'}]"
