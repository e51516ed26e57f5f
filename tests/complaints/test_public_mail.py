"""Mails to the reporter: a number, what happened and where to read it; never a word of the case."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from biroumum.notifications.rendering import render
from biroumum.worktime.models import Clock
from complaints import services
from complaints.services.mails import TO_REPORTER, mail_rules

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail" / "complaints"
CODE = "\n".join(path.read_text() for path in Path(services.__file__).parent.glob("*.py"))
ENDS = re.findall(r'outcome="(\w+)"(?:, objection=False)?\)', CODE[CODE.index("def lapse") :])
EVENTS = sorted(
    set(re.findall(r'tell_reporter\(\w+, "(\w+)"', CODE))
    | set(ENDS)
    & {
        "lapsed",
        "withdrawn",
        "archived",
        "handed_over",
        "duplicate",
    }
)
SECRET = "Lampu lorong <b>gedung B</b>"


def words(event: str, language: str = "id"):
    clock = Clock(due_at=timezone.now())
    context = {"number": "ADU-2026-000147", "title": SECRET, "clock": clock, "url": "/pengaduan/lacak/"}
    return render(f"complaints/{event}", context, language)


def test_the_events_were_found() -> None:
    assert {"received", "question", "reminder", "answered", "lapsed", "handed_over", "message"} <= set(EVENTS)
    assert set(EVENTS) == set(TO_REPORTER)  # the table administrators read has each of them


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_has_its_mail_with_number_and_address_and_nothing_of_the_case(event) -> None:
    mail = words(event)
    assert "ADU-2026-000147" in mail.subject_line
    for part in (mail.text, mail.html):
        assert f"{settings.PUBLIC_URL}/pengaduan/lacak/" in part
        assert "lorong" not in part
    assert "lorong" not in mail.subject_line


@pytest.mark.parametrize("event", EVENTS)
def test_sentences_of_a_mail_are_short(event) -> None:
    body = words(event).text.split("Buka halaman lacak")[0]
    for sentence in re.split(r"[.!?:]\s", body):
        assert len(sentence.split()) <= 20, sentence


def test_the_table_administrators_read_has_every_mail_and_no_other() -> None:
    mails = {path.name.split(".")[0] for path in FOLDER.iterdir()} - {"base"}
    assert {rule.template.partition("/")[2] for rule in mail_rules()} == mails
