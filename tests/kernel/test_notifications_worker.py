"""A worker that is killed, and a broker that was away: every mail goes out, at worst again under the same Message-ID."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from biroumum.local.postgres import free_port
from biroumum.notifications.models import Delivery, Message
from tests.kernel.test_notifications_delivery import lease_over, wait_for, write

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def worker(port, **environment):
    """A real Celery worker in its own process group, on the test's database and Valkey."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "biroumum",
        "worker",
        "--concurrency=1",
        "--loglevel=WARNING",
    ]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    names = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "PYTHONWARNINGS": "ignore", **environment}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | names, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class TestKilledWorker:
    """It hangs on a server that takes the line and says nothing: claimed, not yet sent. Then SIGKILL."""

    @pytest.fixture
    def broker(self, valkey, settings, monkeypatch):
        monkeypatch.setenv("REDIS_URL", settings.REDIS_URL)
        return valkey

    def test_killed_between_claim_and_send_the_mail_goes_out_once(self, real_db, broker):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with worker(port) as first:
                write()
                sweep()
                assert wait_for(lambda: Message.objects.filter(state="sending").exists())
                kill(first)
        assert Message.objects.get().deliveries.get().outcome == "started"
        lease_over()
        with mail_server(port) as mails, worker(port):
            sweep()
            assert wait_for(lambda: Message.objects.filter(state="sent").exists())
            sweep()
            time.sleep(0.5)
        assert len(mails) == 1
        assert [line.outcome for line in Delivery.objects.all()] == ["accepted", "unknown"]

    def test_killed_between_the_servers_yes_and_our_commit_it_goes_out_again_under_the_same_message_id(
        self, real_db, broker
    ):
        """The one window no sender can close: readers tell the second copy by its Message-ID (RFC 5322, 3.6.4)."""
        port, first = free_port(), None
        with mail_server(port) as mails:
            mails.on_mail = lambda: kill(first)
            with worker(port) as first:
                write()
                sweep()
                assert wait_for(lambda: len(mails) == 1)
                assert first.wait(20)
            assert Message.objects.get().state == "sending"
            mails.on_mail = lambda: None
            lease_over()
            with worker(port):
                sweep()
                assert wait_for(lambda: Message.objects.filter(state="sent").exists())
        assert [mail["Message-ID"] for mail in mails] == [Message.objects.get().message_id] * 2
        assert [line.outcome for line in Delivery.objects.all()] == ["accepted", "unknown"]

    def test_what_was_written_while_the_broker_was_away_leaves_with_the_next_sweep(
        self, real_db, broker, smtp
    ):
        broker.stop()
        write("a", "b")
        broker.start()
        with worker(smtp.port):
            sweep()
            assert wait_for(lambda: Message.objects.filter(state="sent").count() == 2)
        assert len(smtp.messages) == 2


@contextlib.contextmanager
def mail_server(port):
    from tests.fixtures_services import Sink

    class Mails(list):
        """What arrived; `on_mail` is called after each one, before the sender hears that it was taken."""

        def append(self, mail):
            super().append(mail)
            self.on_mail()

        def on_mail(self):
            pass

    sink = Sink()
    sink.messages = Mails()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    yield sink.messages
    server.stop()


def sweep():
    """What the timer does every ten seconds."""
    from biroumum.celery import app
    from biroumum.notifications.tasks import deliver

    with app.connection_for_write() as connection:
        deliver.apply_async(connection=connection)
