"""Staff pages of a complaint: the list, a case and its steps."""

import tempfile
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.accounts.models import Unit
from biroumum.audit.services import record
from biroumum.reports.renderers import csv_lines, write_xlsx
from biroumum.reports.services import XLSX_TYPE
from biroumum.web.names import KeptRows
from biroumum.web.paging import count_of, keyset
from biroumum.workflow.engine import Refused
from biroumum.workflow.views import action
from complaints import services
from complaints.filters import ComplaintFilter, filter_for
from complaints.forms.staff import IdentityForm, MessageForm
from complaints.models import Category, Complaint
from complaints.reports import COLUMNS, rows_of
from complaints.services.templates import filled, templates_for
from complaints.views.listing import columns
from complaints.views.page import case_page
from complaints.workflow import COMPLAINT

CATEGORIES, OFFICES = KeptRows(Category.objects.all()), KeptRows(Unit.objects.all())
COUNT_CAP = 200  # what a list says beyond is "200+"; counting a thousand takes longer than the page
AT_A_TIME = 1000  # rows of a file read
WRITTEN = ("answer", "ask_reporter", "ask_completion")  # steps whose text may begin from a template


def find(request: StaffRequest, pk: int) -> Complaint:
    """404 to who may not know of it. What is posted reads the case anew, locked; only a page shows its parts.

    Whoever comes to a confidential case leaves a trace: what is posted with a fault is answered by its page too.
    """
    seen = Complaint.objects.visible_to(request.user)
    if request.method == "POST":
        case = get_object_or_404(seen, pk=pk)
    else:
        case = get_object_or_404(seen.select_related("position"), pk=pk)
        case.category = CATEGORIES.of(case.category_id)
        case.unit = OFFICES.of(case.unit_id) if case.unit_id else None
    services.note_look(case, actor=Actor.staff(request.user))
    return case


def filtered(request: StaffRequest) -> ComplaintFilter:
    rows = Complaint.objects.visible_to(request.user)
    return filter_for(request.user)(request.GET, queryset=rows, request=request)


@require_safe
@permission_required("complaints.view_complaint")
def complaint_list(request: StaffRequest) -> HttpResponse:
    chosen, now = filtered(request), timezone.now()
    rows, near = chosen.qs, None
    page = keyset(rows.list_rows(), request, order=("-id",))
    if not page.rows and (near := chosen.near()) is not None:
        rows, page = near, keyset(near.list_rows(), request, order=("-id",))
    choosing = "memilih" in request.GET and request.user.has_perm("complaints.assign_complaint")
    count = count_of(page, rows, COUNT_CAP)
    context = {
        "filter": chosen,
        "page": page,
        "columns": columns(now, choosing=choosing),
        "choosing": choosing,
        "near": near is not None,
        "count": count,
        "more": count == COUNT_CAP,
    }
    return render(request, "complaints/list.html", context)


@require_safe
@permission_required("complaints.view_complaint")
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The filtered list as a file; that someone took it away is an entry."""
    chosen = filtered(request)
    near = chosen.near()
    cases = chosen.qs if near is None else near  # as the list shows it
    rows = rows_of(cases.report_rows().order_by("-id").iterator(AT_A_TIME), timezone.now())
    with transaction.atomic():
        data = {"format": kind, "filter": request.GET.urlencode()}
        actor = Actor.staff(request.user)
        record("complaints.export", f"accounts.user/{request.user.pk}", actor=actor, data=data, op="access")
    if kind == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            csv_lines(COLUMNS, rows), content_type="text/csv; charset=utf-8"
        )
    else:
        book = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it is sent
        write_xlsx(book, gettext("Pengaduan"), COLUMNS, rows)
        book.seek(0)
        response = FileResponse(book, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="pengaduan.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_safe
@permission_required("complaints.view_complaint")
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    case = find(request, pk)
    return render(request, "complaints/detail.html", case_page(request, case))


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_complaint")
def step(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    case = find(request, pk)
    aids = _templates(request, case) if name in WRITTEN else {}
    return action(request, workflow=COMPLAINT, case=case, name=name, template="complaints/step.html", **aids)


def _templates(request: StaffRequest, case: Complaint) -> dict[str, Any]:
    """Answers to begin from; the one that was chosen stands in the form, to be read and completed."""
    offered = list(templates_for(case))
    chosen = next((each for each in offered if str(each.pk) == request.GET.get("templat")), None)
    initial = {"text": filled(chosen, case)} if chosen else {}
    return {"extra": {"templates": offered, "chosen": chosen}, "initial": initial}


@require_http_methods(["POST"])
@permission_required("complaints.handle_complaint")
def message(request: StaffRequest, pk: int) -> HttpResponse:
    case, form = find(request, pk), MessageForm(request.POST)
    if not form.is_valid():
        return render(
            request, "complaints/detail.html", case_page(request, case, message_form=form), status=422
        )
    try:
        services.send_message(case, actor=Actor.staff(request.user), text=form.cleaned_data["text"])
    except Refused as refused:
        form.add_error(None, str(refused.message))
        context = case_page(request, case, message_form=form)
        return render(request, "complaints/detail.html", context, status=422)
    messages.success(request, gettext("Pesan terkirim."))
    return redirect(case)


@never_cache
@require_http_methods(["POST"])
@permission_required("complaints.view_sealed_complaint")
def identity(request: StaffRequest, pk: int) -> HttpResponse:
    case, form = find(request, pk), IdentityForm(request.POST)
    if not form.is_valid():
        return render(
            request, "complaints/detail.html", case_page(request, case, identity_form=form), status=422
        )
    try:
        reporter = services.open_identity(
            case, actor=Actor.staff(request.user), reason=form.cleaned_data["reason"]
        )
    except Refused as refused:
        form.add_error(None, str(refused.message))
        context = case_page(request, case, identity_form=form)
        return render(request, "complaints/detail.html", context, status=422)
    return render(request, "complaints/identity.html", {"case": case, "reporter": reporter})
