"""How complaints are dealt with, for everyone: the honest share, how long answers take, by month, office and sector."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from biroumum.reports.cells import table
from biroumum.reports.charts import BlockView, block_view
from biroumum.reports.dashboard import Block, Chart
from biroumum.reports.renderers import csv_lines, period_words
from biroumum.reports.views import FILES
from biroumum.web.ratelimit import allowed, client_address
from complaints.models import MonthlyFigures
from complaints.reports import public, statistics as tables
from complaints.reports.figures import month_after

FILES_AT_MOST, SECONDS = 30, 600  # of months, to one address
KEPT = 36  # months on the page; older ones keep their address
BLOCKS = {
    "months": Block(
        tables.MONTHS, charts=(Chart("name", ("received", "ended")), Chart("name", ("share",), top=100))
    ),
    "offices": Block(tables.OFFICES, bar="share"),
    "categories": Block(tables.CATEGORIES, bar="share"),
    "ratings": Block(tables.RATINGS, bar="content_share"),
    "late": Block(tables.LATE),
}
PROGRAMS = {"angka": tables.ALL, "lewat-waktu": tables.LATE}


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    params = public.year(timezone.localdate())
    found = public.figures_of(params)
    context = {
        "kinds": FILES,
        "period": period_words(params),
        "counted_at": dt.datetime.fromisoformat(found["at"]),
        "whole": next(tables.whole(found)),
        "kept": MonthlyFigures.objects.defer("figures")[:KEPT],
        "blocks": [view_of(part, found) for part in BLOCKS],
    }
    return render(request, "complaints/public/statistics.html", context)


def view_of(part: str, found: public.Figures) -> BlockView:
    """Table and drawings; the row that names no month, office or sector is in the table alone."""
    rows = list(tables.TABLES[part](found))
    drawn = block_view(BLOCKS[part], [row for row in rows if not row["hidden"]])
    return replace(drawn, table=list(table(drawn.report.columns, rows)))


@require_safe
def month(request: HttpRequest, month: str, kind: str) -> HttpResponseBase:
    """The kept figures of a month as PDF, XLSX or CSV; they never change, but drawing them takes a while."""
    if not allowed(f"statistics/{client_address(request)}", FILES_AT_MOST, SECONDS):
        return render(request, "429.html", status=429)
    kept = get_object_or_404(MonthlyFigures.objects.defer("figures"), month=_day(month))
    params = public.days(kept.month, month_after(kept.month))
    report = tables.ALL if kind == "csv" else tables.MONTHLY
    response = FILES[kind](report, params, report.rows(params))
    response["Content-Disposition"] = f'attachment; filename="statistik-pengaduan-{month}.{kind}"'
    return response


def _day(month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404 from error


@require_safe
def numbers(request: HttpRequest, part: str) -> StreamingHttpResponse:
    """The same figures for programs, or the cases that run late now."""
    params, report = public.year(timezone.localdate()), PROGRAMS[part]
    lines = csv_lines(report.columns, report.rows(params))
    name = f"statistik-pengaduan-{part}-{timezone.localdate():%Y%m%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)
