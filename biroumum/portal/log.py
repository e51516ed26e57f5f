"""The log browser of the auditor: the page and its file. Both leave an entry, each time."""

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.accounts.models import User
from biroumum.audit import browser
from biroumum.audit.filters import EntryFilter
from biroumum.audit.models import Entry
from biroumum.reports.registry import Column
from biroumum.reports.renderers import csv_lines
from biroumum.web.kept import kept
from biroumum.web.paging import count_capped, count_of, keyset
from biroumum.workflow.worklist import Figure

READ = "audit.view_entry"
COUNT_CAP = 200
CHUNK = 1000
LATELY = dt.timedelta(days=7)
COLUMNS = (
    Column("id", _("Entri"), "number"),
    Column("at", _("Waktu"), "datetime"),
    Column("step", _("Langkah")),
    Column("table", _("Tabel")),
    Column("subject", _("Perkara")),
    Column("who", _("Oleh")),
    Column("office", _("Unit pelaku")),
    Column("way", _("Lewat")),
    Column("outside", _("Di luar portal")),
    Column("changes", _("Yang berubah")),
)


@never_cache
@require_safe
@permission_required(READ)
def entries(request: StaffRequest) -> HttpResponse:
    chosen = EntryFilter(request.GET, queryset=Entry.objects.all())
    page = keyset(chosen.qs.only("id"), request)
    browser.note_look("look", request.GET.urlencode(), actor=Actor.staff(request.user))
    count = count_of(page, chosen.qs.only("id"), COUNT_CAP)
    context = {
        "filter": chosen,
        "page": page,
        "lines": browser.lines(browser.whole(page.rows)),
        "columns": browser.columns(),
        "count": count,
        "more": count == COUNT_CAP,
    }
    return render(request, "portal/log.html", context)


@require_safe
@permission_required(READ)
def export(request: StaffRequest) -> HttpResponseBase:
    """All that fits the filter, newest first."""
    chosen = EntryFilter(request.GET, queryset=Entry.objects.order_by("-id"))
    browser.note_look("export", request.GET.urlencode(), actor=Actor.staff(request.user))
    lines = csv_lines(COLUMNS, _rows(chosen.qs.iterator(CHUNK)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="log.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _rows(found: Iterator[Entry]) -> Iterator[dict[str, Any]]:
    while some := list(islice(found, CHUNK)):
        for line in browser.lines(some):
            entry, step = line
            yield {
                "id": entry.id,
                "at": entry.at,
                "step": step.label,
                "table": entry.ent,
                "subject": entry.subject or f"{entry.ent}/{entry.pk_text}",
                "who": step.who,
                "office": step.office,
                "way": browser.way(line),
                "outside": "db" if step.outside else "",
                "changes": browser.in_one_line(step),
            }


def figures(user: User, now: dt.datetime) -> list[Figure]:
    """What an auditor looks at first: how much of each there was lately, and where it stands."""
    if not user.has_perm(READ):
        return []
    after = timezone.localdate(now - LATELY).isoformat()
    asked = {
        _("perubahan di luar portal, 7 hari"): {"origin": "db"},
        _("halaman ditolak, 7 hari"): {"verb": "denied"},
        _("gagal masuk, 7 hari"): {"verb": "login_failed"},
    }
    given = [urlencode(query | {"after": after}) for query in asked.values()]
    counts = kept(f"portal.log:{after}", lambda: [_count(query) for query in given])
    return [
        {"value": count, "url": f"{reverse('log')}?{query}", "label": str(label)}
        for label, query, count in zip(asked, given, counts, strict=True)
    ]


def _count(query: str) -> int:
    return count_capped(EntryFilter(QueryDict(query), queryset=Entry.objects.only("id")).qs)
