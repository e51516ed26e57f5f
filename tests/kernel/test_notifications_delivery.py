"""Mail against real neighbours: an SMTP server that refuses or is away, Valkey gone, a worker killed."""

import datetime as dt
import socket
import time

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.local.postgres import free_port
from biroumum.notifications import delivery, services
from biroumum.notifications.models import Delivery, Message, MessageAttachment, Notification
from biroumum.notifications.services import Attached, mark_read, retry, send_mail
from biroumum.notifications.tasks import forget

CONTEXT = {"number": "ADU-2026-000147", "url": "/pengaduan/lacak/"}


def write(*keys, **options):
    with transaction.atomic():
        for key in keys or ("one",):
            send_mail("warga@example.org", "confidential", CONTEXT, key=key, **options)


def due_now():
    with transaction.atomic():
        Message.objects.filter(state="pending").update(next_attempt_at=timezone.now())


def lease_over():
    """As if the lease had been given in the past: the worker that held it is dead."""
    with transaction.atomic():
        Message.objects.filter(state="sending").update(lease_until=timezone.now())


def wait_for(truth, seconds=40.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if truth():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.django_db
class TestServer:
    def test_what_it_accepts_is_sent_once_with_text_html_and_files(self, smtp):
        write(attachments=[])
        with transaction.atomic():
            pdf = Attached("laporan.pdf", "application/pdf", b"%PDF-1.7 x")
            send_mail("kepala@example.org", "confidential", CONTEXT, key="two", attachments=[pdf])
        assert delivery.deliver_due() == 2
        assert delivery.deliver_due() == 0
        first, second = smtp.messages
        row = Message.objects.get(key="one")
        assert (first["To"], first["Subject"]) == ("warga@example.org", row.subject_line)
        assert first["Message-ID"] == row.message_id
        assert first["Auto-Submitted"] == "auto-generated"
        assert first.get_body(("plain",)).get_content().splitlines() == row.text.splitlines()
        assert "<h1" in first.get_body(("html",)).get_content()
        (attached,) = second.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == ("laporan.pdf", b"%PDF-1.7 x")
        assert row.state == "sent"
        line = row.deliveries.get()
        assert (line.outcome, line.reply) == ("accepted", "250 OK")
        assert line.started_at <= line.finished_at

    def test_a_refusal_is_retried_then_given_up_with_every_answer_in_the_ledger(self, smtp, settings):
        settings.MAIL_ATTEMPTS = 3
        smtp.refuse = "451 4.7.1 Greylisted"
        write()
        for attempt in (1, 2):
            delivery.deliver_due()
            row = Message.objects.get()
            assert (row.state, row.attempts) == ("pending", attempt)
            assert row.next_attempt_at > timezone.now()
            assert delivery.deliver_due() == 0  # not before its time
            due_now()
        delivery.deliver_due()
        assert Message.objects.get().state == "failed"
        assert [line.reply for line in Delivery.objects.all()] == ["451 4.7.1 Greylisted"] * 3
        due_now()
        delivery.deliver_due()
        assert Delivery.objects.count() == 3

    @pytest.mark.parametrize("at", ["refuse", "refuse_recipient"])
    def test_never_is_never_the_server_is_not_asked_again_and_an_administrator_hears_at_once(
        self, smtp, cast, client_for, at
    ):
        setattr(smtp, at, "550 5.1.1 No such user")
        write("one", "two")
        delivery.deliver_due()
        assert set(Message.objects.values_list("state", "attempts")) == {("failed", 1)}
        line = Delivery.objects.first()
        assert (line.outcome, line.reply) == ("rejected", "550 5.1.1 No such user")
        due_now()
        delivery.deliver_due()
        assert Delivery.objects.count() == 2
        told = Notification.objects.get()  # one line for both
        assert (told.user, told.url) == (cast.admin, reverse("notifications:outbox"))
        client = client_for(cast.admin)
        assert "gagal terkirim" in client.get(reverse("notifications:inbox")).content.decode()
        assert "550 5.1.1 No such user" in client.get(told.url).content.decode()
        mark_read(cast.admin.notifications.all())
        write("three")
        delivery.deliver_due()
        assert Notification.objects.filter(read_at=None).count() == 1

    def test_a_refusal_for_now_tells_nobody_before_it_is_given_up(self, smtp, settings, cast):
        settings.MAIL_ATTEMPTS = 2
        smtp.refuse_recipient = "452 4.2.2 Mailbox full"
        write()
        delivery.deliver_due()
        assert Delivery.objects.get().outcome == "refused"
        assert not Notification.objects.exists()
        due_now()
        delivery.deliver_due()
        assert Notification.objects.get().user == cast.admin

    def test_an_administrator_sends_it_back_with_all_its_attempts(self, smtp, settings, cast):
        settings.MAIL_ATTEMPTS = 1
        smtp.refuse = "550 no"
        write()
        delivery.deliver_due()
        smtp.refuse = ""
        assert retry(Message.objects.all(), actor=Actor.staff(cast.admin)) == 1
        delivery.deliver_due()
        assert Message.objects.get().state == "sent"
        assert len(smtp.messages) == 1
        assert retry(Message.objects.all(), actor=Actor.staff(cast.admin)) == 0  # a sent mail stays sent

    def test_one_refused_mail_does_not_hold_up_the_others(self, smtp):
        write("bad", "good")
        with transaction.atomic():
            Message.objects.filter(key="bad").update(subject_line="broken\nheader")
        assert delivery.deliver_due() == 1
        assert Message.objects.get(key="good").state == "sent"
        assert "BadHeaderError" in Delivery.objects.get(message__key="bad").reply
        assert Message.objects.get(key="bad").state == "failed"  # what cannot be built today cannot tomorrow

    def test_a_server_that_is_away_costs_one_attempt_of_one_mail(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        write("a", "b", "c")
        assert delivery.deliver_due() == 0
        assert sorted(Message.objects.values_list("state", "attempts")) == [("pending", 0)] * 2 + [
            ("pending", 1)
        ]
        assert "refused" in Delivery.objects.get(outcome="unreachable").reply

    def test_the_server_comes_back_and_everything_goes_out(self, smtp, settings):
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
        write("a", "b", "c")
        delivery.deliver_due()
        settings.EMAIL_PORT = port
        due_now()
        assert delivery.deliver_due() == 3
        assert len(smtp.messages) == 3


@pytest.mark.django_db
class TestForgetting:
    def test_words_and_files_of_old_sent_mail_go_and_the_ledger_stays(self, smtp, settings, monkeypatch):
        monkeypatch.setattr(services, "BATCH", 2)  # three need a second go
        settings.MAIL_KEEP_DAYS = 30
        pdf = Attached("laporan.pdf", "application/pdf", b"%PDF-1.7 x")
        write("a", "b", "c", "young", attachments=[pdf])
        delivery.deliver_due()
        write("waiting")
        with transaction.atomic():
            old = timezone.now() - dt.timedelta(days=31)
            Message.objects.filter(key__in="abc").update(sent_at=old)
            Message.objects.update(created_at=old)
        forget()
        assert set(Message.objects.filter(text="", html="").values_list("key", flat=True)) == set("abc")
        assert MessageAttachment.objects.get().message.key == "young"
        kept = Message.objects.get(key="a")
        assert (kept.state, kept.to, kept.deliveries.get().outcome) == (
            "sent",
            "warga@example.org",
            "accepted",
        )

    def test_addresses_of_old_sent_mail_go_later_and_with_them_what_repeats_them(
        self, smtp, settings, monkeypatch
    ):
        monkeypatch.setattr(services, "BATCH", 2)
        settings.MAIL_KEEP_DAYS, settings.MAIL_KEEP_ADDRESS_DAYS = 30, 365
        write("a", "b", "c", "young")
        delivery.deliver_due()
        write("waiting")
        with transaction.atomic():
            Message.objects.filter(key__in="abc").update(sent_at=timezone.now() - dt.timedelta(days=366))
            Message.objects.filter(key="young").update(sent_at=timezone.now() - dt.timedelta(days=364))
        forget()
        assert set(Message.objects.filter(to="").values_list("key", flat=True)) == set("abc")
        assert not Delivery.objects.filter(message__key__in="abc").exclude(reply="").exists()
        assert Delivery.objects.get(message__key="young").reply
        kept = Message.objects.get(key="a")
        assert (kept.state, kept.deliveries.get().outcome) == ("sent", "accepted")
        assert kept.sent_at

    def test_the_log_never_held_an_address(self, smtp):
        write("a")
        delivery.deliver_due()
        bodies = "".join(
            Entry.objects.filter(ent__startswith="notifications.").values_list("body", flat=True)
        )
        assert "warga@example.org" not in bodies


@pytest.mark.django_db
class TestLease:
    def test_a_worker_gone_after_its_claim_is_replaced_when_the_lease_is_over(self, smtp):
        write()
        delivery.claim()  # and the worker dies
        assert delivery.deliver_due() == 0
        lease_over()
        assert delivery.deliver_due() == 1
        assert len(smtp.messages) == 1
        assert [line.outcome for line in Delivery.objects.all()] == ["accepted", "unknown"]

    def test_gone_between_the_servers_yes_and_our_commit_it_is_known_by_its_message_id(self, smtp):
        write()
        lost = delivery.claim()
        connection = delivery.mail_connection()
        delivery.hand_over(lost.message, connection)  # accepted, and the worker dies
        lease_over()
        delivery.deliver_due()
        assert len({mail["Message-ID"] for mail in smtp.messages}) == 1
        assert Delivery.objects.filter(outcome="unknown").count() == 1

    def test_who_comes_after_the_lease_marks_nothing(self, smtp):
        write()
        late = delivery.claim()
        lease_over()
        current = delivery.claim()
        delivery.finish(late, Delivery.Outcome.REFUSED, "too late")
        assert Message.objects.get().state == "sending"
        delivery.finish(current, Delivery.Outcome.ACCEPTED, "250 OK")
        assert Message.objects.get().state == "sent"

    def test_the_lease_is_longer_than_a_run_can_wait_for_the_server(self, settings):
        assert settings.MAIL_LEASE_SECONDS >= 12 * settings.EMAIL_TIMEOUT
        assert delivery.DRAIN_SECONDS + settings.MAIL_LEASE_SECONDS < settings.CELERY_TASK_TIME_LIMIT


class TestBroker:
    def test_writing_a_mail_goes_on_without_one(self, real_db, valkey):
        valkey.stop()
        started = time.monotonic()
        write("a", "b")
        assert time.monotonic() - started < 1
        assert Message.objects.filter(state="pending").count() == 2

    def test_nor_does_one_that_never_answers_hold_the_page(self, real_db, settings, valkey):
        from biroumum.celery import app

        with socket.create_server(("127.0.0.1", 0)) as deaf:
            app.conf.broker_url = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
            started = time.monotonic()
            write()
            assert time.monotonic() - started < 1
        assert Message.objects.filter(state="pending").count() == 1
