"""Several workers at one outbox, two who write one mail, two who send a failed one again."""

import contextlib
import threading

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.notifications import delivery, services
from biroumum.notifications.models import Delivery, Message
from biroumum.notifications.services import retry, send_mail
from tests.kernel.test_notifications_delivery import CONTEXT, write
from tests.races import at_once, meeting


class TestSeveralWorkers:
    def test_each_mail_goes_out_once(self, real_db, smtp):
        write(*(str(number) for number in range(30)))
        at_once(*[delivery.deliver_due] * 6)
        assert len(smtp.messages) == 30
        assert len({mail["Message-ID"] for mail in smtp.messages}) == 30
        assert Delivery.objects.count() == 30

    def test_without_the_row_lock_they_would_double(self, real_db, smtp, monkeypatch, no_row_locks):
        """The twin: with the lock taken away they run into the ledger's constraint, or a mail goes twice."""

        faults = []
        together = threading.Barrier(6)
        first = QuerySet.first

        def slow_first(self):
            row = first(self)
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(0.3)
            return row

        def work():
            try:
                delivery.deliver_due()
            except DatabaseError as fault:
                faults.append(fault)

        write(*(str(number) for number in range(6)))
        monkeypatch.setattr(QuerySet, "first", slow_first)
        at_once(*[work] * 6)
        assert faults or len(smtp.messages) > 6

    def two_of_one_key(self):
        meet = meeting(10)

        def work():
            with transaction.atomic():
                meet()
                send_mail("a@example.org", "confidential", CONTEXT, key="same")

        at_once(work, work)
        return Message.objects.count()

    def test_two_transactions_with_one_key_make_one_mail(self, real_db):
        assert self.two_of_one_key() == 1

    def test_without_the_unique_key_they_would_make_two(self, real_db, owner_db):
        owner_db.execute("ALTER TABLE notifications_message DROP CONSTRAINT notifications_message_key_key")
        assert self.two_of_one_key() == 2


@pytest.fixture
def retry_twice(real_db, cast, monkeypatch):
    """Two administrators send one failed mail again; how many of them did, and how often the log says so."""
    write()
    with transaction.atomic():
        Message.objects.update(state=Message.State.FAILED)
    meet, record = meeting(1), services.record

    def slow(*args, **data):
        meet()
        record(*args, **data)

    monkeypatch.setattr(services, "record", slow)

    def again():
        return retry(Message.objects.all(), actor=Actor.staff(cast.admin))

    return lambda: (
        sum(at_once(again, again)),
        Entry.objects.filter(verb="notifications.message.retry").count(),
    )


def test_a_failed_mail_is_sent_again_once(retry_twice):
    assert retry_twice() == (1, 1)


def test_without_the_row_lock_it_would_be_twice(retry_twice, no_row_locks):
    assert retry_twice() == (2, 2)
