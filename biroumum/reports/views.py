"""Reports on the page and as files: the same rows, the same permission at every door."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, staff_required
from biroumum.audit.services import record
from biroumum.reports import renderers
from biroumum.reports.cells import Row, parts_of
from biroumum.reports.forms import filter_form, params_from
from biroumum.reports.models import Schedule
from biroumum.reports.queries import mailing_of
from biroumum.reports.registry import REPORTS, Params, Report
from biroumum.reports.services import PDF_TYPE, SHOWN_ROWS, XLSX_TYPE, shown, subscribe


@require_safe
@staff_required
def index(request: StaffRequest) -> HttpResponse:
    allowed = [report for report in REPORTS.values() if request.user.has_perm(report.permission)]
    return render(
        request,
        "reports/index.html",
        {"reports": sorted(allowed, key=lambda report: str(report.title)), "kinds": FILES},
    )


@require_safe
@staff_required
def page(request: StaffRequest, code: str) -> HttpResponse:
    report = _report(request, code)
    form = filter_form(report, request.GET)
    context: dict[str, Any] = {"report": report, "form": form, "kinds": FILES}
    context["mailing"] = mailing_of(report, request.user)
    if form.is_valid():
        params = params_from(form, request.user)
        context["period"] = renderers.period_words(params)
        context["parts"] = [shown(part, SHOWN_ROWS) for part in parts_of(report, params, report.rows(params))]
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


@require_POST
@staff_required
def subscription(request: StaffRequest, code: str) -> HttpResponse:
    """Get the report by mail, or no longer."""
    report = _report(request, code)
    schedule = get_object_or_404(Schedule, code=report.code)
    wanted = request.POST.get("wanted") == "1"
    subscribe(schedule, actor=Actor.staff(request.user), wanted=wanted)
    told = _("Laporan ini akan Anda terima lewat surel.") if wanted else _("Anda berhenti berlangganan.")
    messages.success(request, told)
    return redirect("reports:page", code)


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
    parts = parts_of(report, params, rows)
    renderers.write_book(out, str(report.title), parts, renderers.period_words(params))
    out.seek(0)
    return FileResponse(out, content_type=XLSX_TYPE)


def _pdf(report: Report, params: Params, rows: Iterable[Row]) -> HttpResponseBase:
    parts = parts_of(report, params, rows)
    content = renderers.to_pdf(str(report.title), parts, params, get_language() or "id")
    return HttpResponse(content, content_type=PDF_TYPE)


FILES = {"xlsx": _xlsx, "csv": _csv, "pdf": _pdf}
