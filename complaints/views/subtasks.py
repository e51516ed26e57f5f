"""Pages of subtasks: asking a unit, and what the asked unit sees, which is the request and not the case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Refused
from biroumum.workflow.views import action
from complaints import services
from complaints.forms import AskUnitForm
from complaints.models import Complaint, Subtask
from complaints.views.cases import find
from complaints.workflow import SUBTASK


def find_subtask(request: StaffRequest, pk: int) -> Subtask:
    rows = Subtask.objects.visible_to(request.user).select_related("complaint", "unit", "asked_by")
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.handle_complaint")
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    case, form = find(request, pk), AskUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_unit(case, actor=Actor.staff(request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            messages.success(request, gettext("Subtugas diminta."))
            return redirect(case)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/ask_unit.html", {"case": case, "form": form}, status=status)


@never_cache
@require_safe
@permission_required("complaints.view_complaint")
def subtask(request: StaffRequest, pk: int) -> HttpResponse:
    part = find_subtask(request, pk)
    seen = Complaint.objects.visible_to(request.user).filter(pk=part.complaint_id).exists()
    context = {"part": part, "actor": Actor.staff(request.user), "case_seen": seen}
    return render(request, "complaints/subtask.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_complaint")
def step(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    return action(request, workflow=SUBTASK, case=find_subtask(request, pk), name=name)
