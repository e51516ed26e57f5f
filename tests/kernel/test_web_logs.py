"""A line of the log says what broke and where; of what somebody typed it repeats nothing, nor does the database's own."""

import logging
import smtplib

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, OperationalError, transaction

from biroumum.accounts.models import Unit
from biroumum.web.logs import Formatter

TYPED = "Mertosono Widyakrama\n3374012305780001"


def line(act, message="Task broke"):
    """The line of an act that breaks, as the console has it."""
    try:
        act()
    except Exception as error:
        record = logging.LogRecord(
            "x",
            logging.ERROR,
            __file__,
            1,
            f"{message} {error!r}",
            (),
            (type(error), error, error.__traceback__),
        )
        return Formatter("%(levelname)s %(message)s").format(record)
    raise AssertionError("nothing broke")


def typed_in(text):
    return [word for word in TYPED.split() if word in text]


def break_with(error):
    def act():
        raise error

    return act


@pytest.mark.parametrize(
    "error",
    [
        ValueError(TYPED),
        KeyError(TYPED),
        ValidationError([TYPED]),
        smtplib.SMTPRecipientsRefused({TYPED: (550, b"no such user")}),
        UnicodeEncodeError("ascii", TYPED, 0, 3, "no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_errors_words_are_left_out_and_its_kind_and_place_stay(error):
    text = line(break_with(error))
    assert typed_in(text) == []
    assert type(error).__name__ in text
    assert "test_web_logs.py" in text


def test_the_error_an_error_came_from_tells_nothing_either():
    def act():
        try:
            raise ValueError(TYPED)
        except ValueError as error:
            raise RuntimeError("beside it") from error

    assert typed_in(line(act)) == []


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left"), ImproperlyConfigured("EMAIL_URL"), OperationalError("no route")]
)
def test_what_is_said_of_machines_and_settings_stays(error):
    assert str(error) in line(break_with(error))


def test_neither_a_group_of_errors_nor_a_note_tells():
    error = ValueError(TYPED)
    error.add_note(TYPED)
    for broken in (error, ExceptionGroup(TYPED, [KeyError(TYPED), error])):
        assert typed_in(line(break_with(broken))) == []


def test_a_short_word_of_an_error_takes_nothing_else_with_it():
    text = line(break_with(KeyError(1)), message="2026-11-24 11 mails")
    assert text.startswith("ERROR 2026-11-24 11 mails [-]\n")
    assert text.endswith("KeyError: [-]")
    assert ", line 1" in text


def test_a_line_without_an_error_is_as_it_was():
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s mails", (3,), None)
    assert Formatter("%(levelname)s %(message)s").format(record) == "INFO 3 mails"


def refused_row():
    with transaction.atomic():
        Unit.objects.create(code="satu", name=TYPED[:40])
        Unit.objects.create(code="satu", name=TYPED[:40])


def test_a_refused_row_is_named_by_its_constraint_and_never_shown(real_db, cluster):
    """Neither by us nor by the database, whose own log nobody erases from."""
    with pytest.raises(IntegrityError):
        refused_row()
    text = line(refused_row)
    assert typed_in(text) == []
    assert "23505 accounts_unit" in text
    own = (cluster.data / "server.log").read_text()
    assert "duplicate key value" in own
    assert typed_in(own) == []
