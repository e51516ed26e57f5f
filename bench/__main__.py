"""`make bench`: the portal's pages beside a bare Django view, through HTTP, in one run.

The yardstick is a bare view (bench/bare.py): the ORM, one small template, Django's own middleware as `startproject`
gives it, no user asked for, no layout, no form. The list shows 50 rows by key, anywhere in a table of 1,000,000; the
insert is the POST of a form that saves one row and redirects. Both run in the very process that serves the portal
(gunicorn, one worker, four threads, connections kept), asked by a client that keeps its connection.

Ours are whole pages: signed-in staff with rights looked up, layout, menu, filter form, all middleware. A submission
is the POST of the last page by a visitor without account who leaves an address, with the test before sending done and
checked: case, number, clock, log and outbox.
A step is the POST of the verifier's form. All take turns within one loop, so a busy machine hits all alike; figures
are medians.

Words after the command choose rows by their names: `python -m bench "case page" typing`.

"Capture off" is a second server on a clone of the database without the log's triggers and without contexts.
"""

from __future__ import annotations

import sys

from bench.choice import Choice, Line
from bench.database import Bench, installation

LIST = "/kerja/pengaduan/"
COUNTED = {"": "the list", "?progress=open&kind=complaint": "the filtered list"}


def main(words: list[str]) -> int:
    choice = Choice(words)
    with installation() as bench:
        from bench import log
        from bench.clients import clients
        from bench.imports import imports
        from bench.pages import pages
        from bench.verify import verify

        lines = [
            *log.rivals(bench, choice),
            *log.tree(bench, choice),
            *verify(bench, choice),
            *imports(bench, choice),
            *bulk_capture(bench, choice),
            *log.statements(choice),
            *statements(bench, choice),
            *pages(bench, choice),
            *clients(choice),
        ]
    print(f"\n{'':70}{'median':>12}{'ratio':>9}{'at most':>9}")
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f} x"
        limit = "" if line.limit is None else f"{line.limit:g} x"
        missed = "  missed" if line.ratio and line.limit and line.ratio > line.limit else ""
        print(f"{line.name:70}{line.value:>12}{ratio:>9}{limit:>9}{missed}")
    return 0


def bulk_capture(bench: Bench, choice: Choice) -> list[Line]:
    from bench import bulk, data

    data.people()
    limits = {"INSERT": 8, "UPDATE": 4}
    names = {what: f"10,000 rows by one {what}, captured" for what in limits}
    if not any(name in choice for name in names.values()):
        return []
    took = bulk.capture(bench)
    return [
        Line(names[what], f"{on:.0f} ms", on / off, limit)
        for (what, limit), (on, off) in zip(limits.items(), took, strict=True)
    ]


def statements(bench: Bench, choice: Choice) -> list[Line]:
    """Fill the tables; SQL statements of the staff list on few rows and on many."""
    from bench import data

    client, asked = data.client(), {what: [] for what in COUNTED.values()}
    with bench.owner() as db:
        db.execute(data.BARE)
        for first, last in ((1, 1_000), (1_001, 100_000)):
            data.complaints(db, first, last)
            data.publish(db)
            for query, what in COUNTED.items():
                asked[what].append(data.statements(client, LIST + query))
    lines = [
        Line(f"statements of {what}, 1,000 and 100,000 cases", ", ".join(map(str, counts)))
        for what, counts in asked.items()
    ]
    return [line for line in lines if line.name in choice]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
