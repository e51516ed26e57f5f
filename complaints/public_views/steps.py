"""A step of the holder of a code: its page, and the taking of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from biroumum.documents.services import attach_all
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import HOLDER, Refused, Stale
from biroumum.workflow.forms import explain, form_of
from complaints.models import Complaint
from complaints.public_views.access import holder, typed, with_case
from complaints.public_views.case_files import take_files
from complaints.public_views.tracking import tell_refused
from complaints.workflow import COMPLAINT

WITH_FILES = ("reply", "complete", "object", "object_outcome")


@require_http_methods(["GET", "HEAD", "POST"])
@with_case
def step(request: HttpRequest, handle: str, *, case: Complaint, name: str) -> HttpResponse:
    """One step of the holder. 422: form or guard says no; 409: the case has moved on. The text is kept."""
    step = COMPLAINT.transitions.get(name)
    if step is None or step.permission is not HOLDER:
        raise Http404(name)
    form = form_of(step)(request.POST if request.method == "POST" else None, case=case, actor=holder(case))
    context = {"handle": handle, "case": case, "step": step, "form": form, "with_files": name in WITH_FILES}
    context["question"] = (
        case.messages.filter(from_holder=False).last() if name in ("reply", "complete") else None
    )
    context["answer"] = case.answers.last() if name in ("accept", "object") else None
    if request.method == "POST" and form.is_valid():
        taken, refused = take_files(request, case, welcome=name in WITH_FILES)
        try:
            with transaction.atomic():
                expected = request.POST.get("expected_state")
                COMPLAINT.perform(
                    case, name, actor=holder(case), expected_state=expected, **form.cleaned_data
                )
                attach_all(subject_key(case), taken, actor=holder(case))
        except Refused as no:
            explain(form, no)
        except Stale as stale:
            return _conflict(request, context | {"case": stale.case})
        else:
            tell_refused(request, refused)
            messages.success(request, _("%(step)s: sudah kami terima.") % {"step": step.label})
            return redirect("pengaduan:case", handle)
    elif case.state not in step.sources:
        return _conflict(request, context)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/public/step.html", context, status=status)


def _conflict(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "complaints/public/conflict.html", context | {"typed": typed(request)}, status=409)
