"""What is said to people: kept with the change it is about, once, and harmless."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation

from biroumum.notifications import delivery, rendering
from biroumum.notifications.models import Heartbeat, Message, MessageAttachment, Notification
from biroumum.notifications.queries import unread_count
from biroumum.notifications.services import Attached, mark_read, notify, send_mail
from biroumum.web import health, schedules

CONTEXT = {"number": "ADU-2026-000147", "url": "/pengaduan/lacak/"}


def mail(key="complaint/1:received", to="warga@example.org", **options):
    options.setdefault("template", "confidential")
    options.setdefault("context", CONTEXT)
    with transaction.atomic():
        send_mail(to, options.pop("template"), options.pop("context"), key=key, **options)


@pytest.fixture
def template(tmp_path, settings):
    """A mail template `x` of this test, that puts `word` everywhere."""
    folder = tmp_path / "mail"
    folder.mkdir()
    for kind in ("subject.txt", "txt", "html"):
        base = "" if kind == "subject.txt" else f'{{% extends "mail/base.{kind}" %}}{{% block content %}}'
        (folder / f"x.{kind}").write_text(base + "{{ word }}" + ("{% endblock %}" if base else ""))
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    return "x"


@pytest.mark.django_db
class TestOutbox:
    def test_a_mail_is_rendered_when_it_is_decided(self):
        mail()
        row = Message.objects.get()
        assert row.subject_line == "Ada perkembangan pada ADU-2026-000147"
        assert "http://127.0.0.1:8000/pengaduan/lacak/" in row.text
        assert 'href="http://127.0.0.1:8000/pengaduan/lacak/"' in row.html
        assert (row.state, row.attempts, row.sent_at) == ("pending", 0, None)

    def test_what_is_rolled_back_was_never_said(self):
        with transaction.atomic():
            send_mail("a@example.org", "confidential", CONTEXT, key="k")
            transaction.set_rollback(True)
        assert not Message.objects.exists()

    def test_one_event_makes_one_mail(self):
        mail(attachments=[])
        mail(to="other@example.org")
        assert Message.objects.get().to == "warga@example.org"

    def test_files_go_with_the_mail_that_was_kept_and_only_once(self, template):
        for content in (b"first", b"second"):
            mail(
                template="x",
                context={"word": "a"},
                attachments=[Attached("a.pdf", "application/pdf", content)],
            )
        assert bytes(MessageAttachment.objects.get().content) == b"first"

    def test_a_confidential_mail_has_the_number_and_the_address_and_nothing_else(self, template):
        context = CONTEXT | {"word": "the secret", "title": "the secret"}
        mail(template="x", context=context, confidential=True)
        row = Message.objects.get()
        everything = row.subject_line + row.text + row.html
        assert "ADU-2026-000147" in everything
        assert "secret" not in everything

    def test_a_confidential_mail_carries_no_files(self):
        with pytest.raises(ValueError, match="no files"):
            mail(confidential=True, attachments=[Attached("a.pdf", "application/pdf", b"x")])

    @pytest.mark.parametrize(
        "to", ["", "nobody", "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org"]
    )
    def test_an_address_is_exactly_one_address(self, to):
        with pytest.raises(ValidationError):
            mail(to=to)

    @pytest.mark.parametrize(
        "word", ["a\r\nBcc: evil@example.org", "a\0b", "a\u2028b", "a\u202etxt.exe", "\x1b[31m"]
    )
    def test_words_from_outside_are_inert(self, template, word):
        mail(template="x", context={"word": word})
        row = Message.objects.get()
        assert row.subject_line.isprintable()
        for hidden in "\0\u2028\u202e\x1b\r":
            assert hidden not in row.subject_line + row.text + row.html

    def test_markup_from_outside_is_text(self, template):
        mail(template="x", context={"word": "<script>a & b"})
        row = Message.objects.get()
        assert "<script>a & b" in row.text
        assert "&lt;script&gt;a &amp; b" in row.html
        assert "<script>" not in row.html

    def test_emoji_and_ten_thousand_characters_are_kept(self, template):
        mail(template="x", context={"word": "🙏🏽" * 5000})
        row = Message.objects.get()
        assert "🙏🏽" * 5000 in row.text
        assert len(row.subject_line) == 200

    def test_the_language_is_the_readers(self):
        mail(language="en")
        assert 'lang="en"' in Message.objects.get().html


def test_addresses_of_elsewhere_are_left_alone():
    assert rendering.absolute("/kerja/") == "http://127.0.0.1:8000/kerja/"
    assert rendering.absolute("//evil.example/") == "//evil.example/"
    assert rendering.absolute("https://x.example/") == "https://x.example/"


class TestBackoff:
    def test_waits_double_up_to_the_limit_and_differ(self, settings):
        settings.MAIL_BACKOFF_SECONDS, settings.MAIL_BACKOFF_LIMIT_SECONDS = 10, 60
        for attempts, seconds in [(1, 10), (2, 20), (3, 40), (4, 60), (12, 60)]:
            waits = {delivery.backoff(attempts).total_seconds() for _ in range(20)}
            assert len(waits) > 1
            assert all(0.8 * seconds <= wait <= 1.2 * seconds for wait in waits)


@pytest.mark.django_db
class TestInbox:
    def test_each_person_has_a_line_and_a_read_mark_of_their_own(self, cast):
        with transaction.atomic():
            notify(
                [cast.sekar, cast.bagas, cast.sekar], "ADU-2026-000147 menunggu Anda", "/kerja/pengaduan/1/"
            )
        assert (unread_count(cast.sekar), unread_count(cast.bagas), unread_count(cast.wulan)) == (1, 1, 0)
        assert mark_read(cast.sekar.notifications.all()) == 1
        assert (unread_count(cast.sekar), unread_count(cast.bagas)) == (0, 1)

    def test_each_reads_it_in_their_own_language_whoever_sends_it(self, cast):
        cast.bagas.language = "en"
        with translation.override("en"), transaction.atomic():
            notify([cast.sekar, cast.bagas], "Disposisi baru: %(number)s", words={"number": "ADU-1"})
        said = dict(Notification.objects.values_list("user", "text"))
        assert said == {cast.sekar.pk: "Disposisi baru: ADU-1", cast.bagas.pk: "New referral: ADU-1"}

    def test_who_has_left_gets_nothing(self, cast):
        cast.sekar.is_active = False
        with transaction.atomic():
            notify([cast.sekar], "x")
        assert not Notification.objects.exists()

    @pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_a_line_leads_nowhere_but_into_the_portal(self, cast, url):
        with pytest.raises(ValueError, match="not a path"):
            notify([cast.sekar], "x", url)

    def test_the_count_is_one_statement(self, cast, django_assert_num_queries):
        with django_assert_num_queries(1):
            unread_count(cast.sekar)


@pytest.mark.django_db
class TestHealth:
    def test_mail_that_is_due_and_lies_is_said(self):
        mail()
        assert health.CHECKS["outbox"]() is None
        with transaction.atomic():
            Message.objects.update(next_attempt_at=timezone.now() - dt.timedelta(minutes=11))
        assert "has not left" in health.CHECKS["outbox"]()

    def test_mail_in_its_backoff_or_given_up_is_not_late(self):
        mail()
        with transaction.atomic():
            Message.objects.update(next_attempt_at=timezone.now() + dt.timedelta(hours=2))
        assert health.CHECKS["outbox"]() is None
        with transaction.atomic():
            Message.objects.update(state="failed", next_attempt_at=timezone.now() - dt.timedelta(days=1))
        assert health.CHECKS["outbox"]() is None

    def test_a_silent_worker_is_said(self):
        from biroumum.notifications.tasks import heartbeat

        assert "no worker" in health.CHECKS["worker"]()
        heartbeat()
        assert health.CHECKS["worker"]() is None
        with transaction.atomic():
            Heartbeat.objects.update(at=timezone.now() - dt.timedelta(minutes=4))
        assert "last sign" in health.CHECKS["worker"]()


@pytest.mark.django_db
class TestTimedTasks:
    def test_sweep_and_heartbeat_stand_in_the_database(self):
        from django_celery_beat.models import PeriodicTask

        assert PeriodicTask.objects.get(name="notifications.deliver").interval.every == 10
        assert PeriodicTask.objects.get(name="notifications.heartbeat").interval.every == 60

    def test_an_administrators_changes_stay(self):
        from django_celery_beat.models import IntervalSchedule, PeriodicTask

        row = PeriodicTask.objects.get(name="notifications.deliver")
        with transaction.atomic():
            row.interval = IntervalSchedule.objects.create(every=90, period="seconds")
            row.enabled = False
            row.task = "an.old.name"
            row.save()
        schedules.sync()
        row.refresh_from_db()
        assert (row.interval.every, row.enabled) == (90, False)
        assert row.task == "biroumum.notifications.tasks.deliver"

    def test_every_timed_task_exists(self):
        from biroumum.celery import app

        app.loader.import_default_modules()
        assert {timed.task for timed in schedules.TIMED.values()} <= set(app.tasks)

    def test_times_are_said_in_one_way(self):
        for times in ({}, {"every": 5, "crontab": "0 7 * * *"}):
            with pytest.raises(ValueError, match="either"):
                schedules.register("x", "X", task="x", **times)


@pytest.mark.django_db
def test_what_a_task_writes_stands_in_the_log_under_its_name(monkeypatch):
    from biroumum.notifications import tasks
    from biroumum.web import context

    seen = []
    monkeypatch.setattr(tasks, "deliver_due", lambda: seen.append(context.get().task))
    tasks.deliver()
    tasks.deliver.apply()
    assert seen == ["biroumum.notifications.tasks.deliver"] * 2
