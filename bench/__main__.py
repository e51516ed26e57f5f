"""`make bench`: the portal's pages beside a bare Django view, through HTTP, in one run.

The yardstick is a bare view (bench/bare.py): the ORM, one small template, Django's own middleware as `startproject`
gives it, no user asked for, no layout, no form. The list shows 50 rows by key, anywhere in a table of 1,000,000; the
insert is the POST of a form that saves one row and redirects. Both run in the very process that serves the portal
(gunicorn, one worker, four threads, connections kept), asked by a client that keeps its connection.

Ours are whole pages: signed-in staff with rights looked up, layout, menu, filter form, all middleware. A submission
is the POST of the last page by a visitor without account who leaves an address: case, number, clock, log and outbox.
A step is the POST of the verifier's form. All take turns within one loop, so a busy machine hits all alike; figures
are medians.

"Capture off" is a second server on a clone of the database without the log's triggers and without contexts.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from bench.database import WITHOUT_LOG, Bench, installation
from bench.server import Browser, Server, server

TURNS, WARM = 60, 5
BARE_LIST, BARE_INSERT = "bare list, 50 rows of 1,000,000", "bare insert"
SUBMISSION, CAPTURE_OFF = "submission, log and outbox included", "submission, capture off"
STEP, HEADS = "a step (verification)", "staff list of the head of one office"
LIST = "/kerja/pengaduan/"
LISTS = {
    "staff list of 100,000": "",
    "staff list, a page deep in it": "?sesudah=WzQwMDAwXQ",
    "staff list, filtered": "?progress=open&kind=complaint&category=3",
    "staff list, full-text search": "?q=pendingin+rapat",
}
DASHBOARD = "dashboard of the head of one office"
PUBLIC = {  # address and limit
    "public list": ("/pengaduan/daftar/", 3),
    "public statistics": ("/pengaduan/statistik/", 5),
    "Open311 requests.json, 50 rows": ("/open311/v2/requests.json?page_size=50", 3),
}


class Line(NamedTuple):
    name: str
    value: str
    ratio: float | None = None
    limit: float | None = None


def main() -> int:
    with installation() as bench:
        lines = [*bulk_capture(bench), *statements(bench), *pages(bench)]
    print(f"\n{'':50}{'median':>12}{'ratio':>9}{'at most':>9}")
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f} x"
        limit = "" if line.limit is None else f"{line.limit:g} x"
        print(f"{line.name:50}{line.value:>12}{ratio:>9}{limit:>9}")
    return 0


def bulk_capture(bench: Bench) -> list[Line]:
    from bench import bulk, data

    data.people()
    return [
        Line(f"10,000 rows by one {what}, captured", f"{on:.0f} ms", on / off, limit)
        for (what, limit), (on, off) in zip((("INSERT", 8), ("UPDATE", 4)), bulk.capture(bench), strict=True)
    ]


def statements(bench: Bench) -> list[Line]:
    """SQL statements of the staff list, on few rows and on many."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench import data

    client, asked = Client(), []
    client.cookies["sessionid"] = data.signed_in(data.people()["sekar"])
    with bench.owner() as db:
        db.execute(data.BARE)
        for first, last in ((1, 1_000), (1_001, 100_000)):
            data.complaints(db, first, last)
            data.publish(db)
            assert client.get(LIST).status_code == 200  # noqa: S101
            with CaptureQueriesContext(connection) as queries:
                client.get(LIST)
            asked.append(len(queries))
    return [Line("statements of the list, 1,000 and 100,000 cases", f"{asked[0]}, {asked[1]}")]


def pages(bench: Bench) -> list[Line]:
    from django.db import connections

    from bench import data

    staff = data.people()
    sessions = data.signed_in(staff["sekar"]), data.signed_in(staff["rini"])
    drafts = [data.drafted() for _turn in range(WARM + TURNS)]
    connections.close_all()
    bench.clone_without_log()
    with server() as portal, server(DATABASE_URL=bench.url(WITHOUT_LOG), BENCH_CAPTURE="off") as unlogged:
        took = take_turns(portal, unlogged, *sessions, drafts)
        memory = portal.memory()
        Browser(portal.port, sessions[0]).get(f"{LIST}ekspor.csv")
        export = portal.memory() - memory
    bare_list, bare_insert, off = took[BARE_LIST], took[BARE_INSERT], took[CAPTURE_OFF]
    bases = dict.fromkeys((*LISTS, HEADS), (bare_list, 3)) | {
        SUBMISSION: (bare_insert, 8),
        STEP: (bare_insert, 8),
        DASHBOARD: (bare_list, 5),
    }
    bases |= {name: (bare_list, limit) for name, (_address, limit) in PUBLIC.items()}
    lines = []
    for name, milliseconds in took.items():
        base, limit = bases.get(name, (0, None))
        lines.append(Line(name, f"{milliseconds:.2f} ms", milliseconds / base if limit else None, limit))
    lines.append(Line("the same submission, capture on against off", "", took[SUBMISSION] / off, 1.1))
    lines.append(Line("memory of the web process afterwards (at most 200)", f"{memory:.0f} MB"))
    return [*lines, Line("and more, after a CSV of 100,000 rows (at most 50)", f"{export:.0f} MB")]


def take_turns(
    portal: Server, unlogged: Server, verifier: str, head: str, drafts: list[tuple[str, str]]
) -> dict[str, float]:
    """Median milliseconds of everything that goes through HTTP, each once a turn."""
    from bench import data

    staff, office, anyone = (Browser(portal.port, session) for session in (verifier, head, ""))
    senders = {SUBMISSION: Browser(portal.port), CAPTURE_OFF: Browser(unlogged.port)}
    took: defaultdict[str, list[float]] = defaultdict(list)

    def timed(name: str, ask: Callable[..., object], *args: object, **more: object) -> None:
        start = time.perf_counter()
        ask(*args, **more)
        took[name].append((time.perf_counter() - start) * 1000)

    for turn, (session, token) in enumerate(drafts):
        timed(BARE_LIST, anyone.get, f"/bare/?after={900_000 - turn * 10_000}")
        for name, query in LISTS.items():
            timed(name, staff.get, LIST + query)
        timed(HEADS, office.get, LIST)
        timed(DASHBOARD, office.get, "/kerja/dasbor/")
        for name, (address, _limit) in PUBLIC.items():
            timed(name, anyone.get, address)
        timed(BARE_INSERT, anyone.post, "/bare/insert/", {"title": "Lampu lorong mati"}, 302)
        for name, sender in senders.items():
            sender.session, sender.address = session, f"10.0.{turn}.1"
            timed(name, sender.post, "/pengaduan/baru/periksa/", {"token": token}, 201)
        timed(STEP, staff.post, *data.verification(token), 302)
    return {name: statistics.median(times[WARM:]) for name, times in took.items()}


if __name__ == "__main__":
    sys.exit(main())
