"""Eight citizens who send at the same moment, again and again: how long they wait, and that nothing is lost."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from bench.choice import Choice, Line
from bench.drafts import Draft, drafted, kept
from bench.server import Browser, server

NAME = "8 clients at once"
CLIENTS, EACH = 8, 25


def clients(choice: Choice) -> list[Line]:
    if NAME not in choice:
        return []
    drafts = [drafted() for _sending in range(CLIENTS * EACH)]
    connections.close_all()
    with server() as portal, ThreadPoolExecutor(CLIENTS) as threads:
        took = list(threads.map(lambda at: _send(portal.port, at, drafts[at::CLIENTS]), range(CLIENTS)))
    waits = sorted(wait for each in took for wait in each)
    middle, most = statistics.median(waits), waits[len(waits) * 95 // 100]
    return [
        Line(f"8 clients: {len(drafts)} sent, {kept(drafts)} kept, p50/p95", f"{middle:.0f}/{most:.0f} ms")
    ]


def _send(port: int, client: int, drafts: list[Draft]) -> list[float]:
    browser, took = Browser(port), []
    for at, draft in enumerate(drafts):
        browser.session, browser.address = draft.session, f"10.{100 + client}.{at}.1"
        start = time.perf_counter()
        browser.post("/pengaduan/baru/periksa/", draft.form, 201)
        took.append((time.perf_counter() - start) * 1000)
    return took
