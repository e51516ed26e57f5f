"""Everything that goes through HTTP, one after the other: medians beside the bare view, and what exports take."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

from django.db import connections

from bench import data
from bench.cases import long_cases
from bench.choice import Choice, Line
from bench.database import WITHOUT_LOG, Bench
from bench.drafts import Draft, drafted, verification
from bench.server import Browser, Server, server

TURNS, WARM = 60, 5
LIST = "/kerja/pengaduan/"
BARE_LIST, BARE_INSERT = "bare list, 50 rows of 1,000,000", "bare insert"
SUBMISSION, CAPTURE_OFF = "submission, log and outbox included", "submission, capture off"
STEP, TYPING = "a step (verification)", "similar cases while typing"
VERIFIER, HEAD, ANYONE = "sekar", "rini", ""
HISTORY = "history of a case with 1,000 entries, first page"
GETS: dict[str, tuple[str, str, float]] = {  # who looks, address, at most so many times the bare list
    "staff list of 100,000": (VERIFIER, LIST, 3),
    "staff list, a page deep in it": (VERIFIER, f"{LIST}?sesudah=WzQwMDAwXQ", 3),
    "staff list, filtered": (VERIFIER, f"{LIST}?progress=open&kind=complaint&category=3", 3),
    "staff list, full-text search": (VERIFIER, f"{LIST}?q=pendingin+rapat", 3),
    "staff list of the head of one office": (HEAD, LIST, 3),
    "case page, 30 events": (VERIFIER, f"{LIST}{{few}}/", 4),
    "case page, 1,000 events": (VERIFIER, f"{LIST}{{many}}/", 4),
    HISTORY: (ANYONE, "/bare/history/{many}/", 3),
    "dashboard of the head of one office": (HEAD, "/kerja/dasbor/", 5),
    "public list": (ANYONE, "/pengaduan/daftar/", 3),
    "public statistics": (ANYONE, "/pengaduan/statistik/", 5),
    "Open311 requests.json, 50 rows": (ANYONE, "/open311/v2/requests.json?page_size=50", 3),
}
POSTS = {SUBMISSION: (BARE_INSERT, 8), STEP: (BARE_INSERT, 8), TYPING: (BARE_LIST, 3)}
ALIKE = "the same submission, capture on against off"
ALIKE_LATE = "the same at the 95th percentile"
EXPORTS = {  # name and address; the second is what the filter leaves of 100,000
    "a CSV of 100,000 rows": f"{LIST}ekspor.csv",
    "an XLSX of 60,000 rows": f"{LIST}ekspor.xlsx?progress=open",
}
MEMORY = "memory of the web process (at most 200)"
NAMES = (BARE_LIST, BARE_INSERT, CAPTURE_OFF, ALIKE, ALIKE_LATE, MEMORY, *GETS, *POSTS, *EXPORTS)

Asks = dict[
    str, Callable[[int], Callable[[], object]]
]  # what is asked in a turn, made ready before the clock starts


def pages(bench: Bench, choice: Choice) -> list[Line]:
    if not any(name in choice for name in NAMES):
        return []
    people = data.people()
    browsers = {who: data.signed_in(people[who]) for who in (VERIFIER, HEAD)} | {ANYONE: ""}
    cases = long_cases() if any(name in choice for name in GETS if "{" in GETS[name][1]) else {}
    drafts = [drafted() for _turn in range(WARM + TURNS)]
    connections.close_all()
    bench.clone_without_log()
    with server() as portal, server(DATABASE_URL=bench.url(WITHOUT_LOG), BENCH_CAPTURE="off") as unlogged:
        looks = {who: Browser(portal.port, session) for who, session in browsers.items()}
        asks = _gets(looks, cases) | _posts(looks, portal, unlogged, drafts)
        took = _take_turns(asks, _needed(choice))
        return [*_lines(took, choice), *_alike(took, choice), *_memory(portal, looks[VERIFIER], choice)]


def _gets(looks: dict[str, Browser], cases: dict[str, int]) -> Asks:
    def ask(who: str, address: str) -> Callable[[int], Callable[[], object]]:
        return lambda turn: partial(looks[who].get, address.format_map(cases))

    asks: Asks = {
        BARE_LIST: lambda turn: partial(looks[ANYONE].get, f"/bare/?after={900_000 - turn * 10_000}")
    }
    return asks | {name: ask(who, address) for name, (who, address, _limit) in GETS.items()}


def _posts(looks: dict[str, Browser], portal: Server, unlogged: Server, drafts: list[Draft]) -> Asks:
    def sender(server: Server) -> Callable[[int], Callable[[], object]]:
        browser = Browser(server.port)

        def send(turn: int) -> Callable[[], object]:
            browser.session, browser.address = drafts[turn].session, f"10.0.{turn}.1"
            return partial(browser.post, "/pengaduan/baru/periksa/", drafts[turn].form, 201)

        return send

    told = {"title": "Pendingin ruang rapat rusak lagi", "description": "Sejak Senin tidak dingin."}
    return {
        TYPING: lambda turn: partial(looks[ANYONE].post, "/pengaduan/baru/mirip/", told, 200),
        BARE_INSERT: lambda turn: partial(looks[ANYONE].post, "/bare/insert/", {"title": "Lampu mati"}, 302),
        SUBMISSION: sender(portal),
        CAPTURE_OFF: sender(unlogged),
        STEP: lambda turn: partial(looks[VERIFIER].post, *verification(drafts[turn]), 302),
    }


def _needed(choice: Choice) -> set[str]:
    """The rows chosen, what they are measured against, and what must come before them."""
    names = {name for name in (*GETS, *POSTS, BARE_LIST, BARE_INSERT, CAPTURE_OFF) if name in choice}
    names |= {SUBMISSION, CAPTURE_OFF} if ALIKE in choice or ALIKE_LATE in choice else set()
    names |= {POSTS[name][0] for name in names & POSTS.keys()} | (
        {BARE_LIST} if names & GETS.keys() else set()
    )
    return names | ({SUBMISSION} if STEP in names else set())


def _take_turns(asks: Asks, names: set[str]) -> dict[str, list[float]]:
    """Milliseconds of each, once a turn, so that a busy machine hits all alike."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    for turn in range(WARM + TURNS):
        for name, ask in asks.items():
            if name in names:
                asked = ask(turn)
                start = time.perf_counter()
                asked()
                took[name].append((time.perf_counter() - start) * 1000)
    return {name: times[WARM:] for name, times in took.items()}


def _lines(times: dict[str, list[float]], choice: Choice) -> list[Line]:
    took = {name: statistics.median(each) for name, each in times.items()}
    limits = {name: (BARE_LIST, limit) for name, (_who, _address, limit) in GETS.items()} | POSTS
    lines = []
    for name, milliseconds in took.items():
        base, limit = limits.get(name, (name, None))
        ratio = milliseconds / took[base] if limit else None
        lines.append(Line(name, f"{milliseconds:.2f} ms", ratio, limit))
    return lines


def _alike(times: dict[str, list[float]], choice: Choice) -> list[Line]:
    """What the log adds to a submission, in the middle and among the slowest."""
    points = {ALIKE: (50, 1.1), ALIKE_LATE: (95, 1.15)}
    return [
        Line(name, "", _percentile(times[SUBMISSION], at) / _percentile(times[CAPTURE_OFF], at), limit)
        for name, (at, limit) in points.items()
        if name in choice
    ]


def _percentile(times: list[float], at: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[at - 1]


def _memory(portal: Server, browser: Browser, choice: Choice) -> list[Line]:
    """Resident before, and how much more at the peak of each export."""
    lines = [Line(MEMORY, f"{portal.memory():.0f} MB")] if MEMORY in choice else []
    for name, address in EXPORTS.items():
        if name in choice:
            before = portal.memory(anew=True)
            browser.get(address)
            lines.append(
                Line(f"and more, for {name} (at most 50)", f"{portal.memory(peak=True) - before:.0f} MB")
            )
    return lines
