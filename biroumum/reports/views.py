"""Reports on the page and as files: the same rows, the same permission at every door."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, staff_required
from biroumum.audit.services import record
from biroumum.reports import renderers
from biroumum.reports.cells import Row, table
from biroumum.reports.forms import filter_form, params_from
from biroumum.reports.registry import REPORTS, Params, Report
from biroumum.reports.services import PDF_TYPE, SHOWN_ROWS, XLSX_TYPE


@require_safe
@staff_required
def index(request: StaffRequest) -> HttpResponse:
    allowed = [report for report in REPORTS.values() if request.user.has_perm(report.permission)]
    return render(
        request, "reports/index.html", {"reports": sorted(allowed, key=lambda report: str(report.title))}
    )


@require_safe
@staff_required
def page(request: StaffRequest, code: str) -> HttpResponse:
    report = _report(request, code)
    form = filter_form(report, request.GET)
    context: dict[str, Any] = {"report": report, "form": form, "kinds": FILES}
    if form.is_valid():
        params = params_from(form, request.user)
        rows = iter(report.rows(params))
        context |= {
            "period": renderers.period_words(params),
            "rows": list(table(report.columns, islice(rows, SHOWN_ROWS))),
            "more": renderers.more_words(SHOWN_ROWS) if next(rows, None) is not None else "",
        }
    return render(request, "reports/page.html", context)


@require_safe
@staff_required
def download(request: StaffRequest, code: str, kind: str) -> HttpResponseBase:
    """One of the files of a report; that somebody took it away is in the log before the first byte leaves."""
    report = _report(request, code)
    form = filter_form(report, request.GET)
    if not form.is_valid():
        raise Http404
    params = params_from(form, request.user)
    _record(report, params, kind)
    response = FILES[kind](report, params, report.rows(params))
    name = f"{report.code}-{params.since:%Y%m%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _report(request: StaffRequest, code: str) -> Report:
    report = REPORTS.get(code)
    if report is None:
        raise Http404
    if not request.user.has_perm(report.permission):
        raise PermissionDenied
    return report


@transaction.atomic
def _record(report: Report, params: Params, kind: str) -> None:
    data = {"format": kind, "since": params.since, "until": params.until}
    data |= {name: str(value) for name, value in params.values.items() if value not in (None, "")}
    record("reports.export", f"report/{report.code}", actor=Actor.staff(params.user), data=data, op="access")


def _csv(report: Report, params: Params, rows: Iterable[Row]) -> HttpResponseBase:
    return StreamingHttpResponse(
        renderers.csv_lines(report.columns, rows), content_type="text/csv; charset=utf-8"
    )


def _xlsx(report: Report, params: Params, rows: Iterable[Row]) -> HttpResponseBase:
    out = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it is sent
    renderers.write_xlsx(out, str(report.title), report.columns, rows)
    out.seek(0)
    return FileResponse(out, content_type=XLSX_TYPE)


def _pdf(report: Report, params: Params, rows: Iterable[Row]) -> HttpResponseBase:
    content = renderers.to_pdf(report, report.columns, rows, params, get_language() or "id")
    return HttpResponse(content, content_type=PDF_TYPE)


FILES = {"xlsx": _xlsx, "csv": _csv, "pdf": _pdf}
