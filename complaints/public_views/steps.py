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
from biroumum.workflow.engine import HOLDER, Refused, Stale, Transition
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
    context = {"handle": handle, "case": case, "step": step, "form": form, **_about(case, name)}
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, case, step, form.cleaned_data)
            return redirect("pengaduan:case", handle)
        except Refused as no:
            explain(form, no)
        except Stale as stale:
            return _conflict(request, context | {"case": stale.case})
    elif case.state not in step.sources:
        return _conflict(request, context)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/public/step.html", context, status=status)


def _about(case: Complaint, name: str) -> dict[str, Any]:
    """What the citizen has before them when they take this step."""
    asked = case.messages.filter(from_holder=False).last() if name in ("reply", "complete") else None
    answer = case.answers.last() if name in ("accept", "object") else None
    return {"with_files": name in WITH_FILES, "question": asked, "answer": answer}


def _take(request: HttpRequest, case: Complaint, step: Transition, data: dict[str, Any]) -> None:
    taken, refused = take_files(request, case, welcome=step.name in WITH_FILES)
    with transaction.atomic():
        expected = request.POST.get("expected_state")
        COMPLAINT.perform(case, step.name, actor=holder(case), expected_state=expected, **data)
        attach_all(subject_key(case), taken, actor=holder(case))
    tell_refused(request, refused)
    messages.success(request, _("%(step)s: sudah kami terima.") % {"step": step.label})


def _conflict(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "complaints/public/conflict.html", context | {"typed": typed(request)}, status=409)
