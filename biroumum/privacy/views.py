"""Pages of the privacy officer: requests to erase, what would go and stay, the decision, the certificate."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required, staff_required
from biroumum.accounts.models import User
from biroumum.privacy import certificate as papers, services
from biroumum.privacy.forms import RequestForm
from biroumum.privacy.models import ErasureRequest, State
from biroumum.privacy.queries import DECIDE, RECORD
from biroumum.privacy.registry import Preview, app_of
from biroumum.privacy.workflow import ERASURE
from biroumum.web.paging import keyset
from biroumum.web.subjects import subject_object
from biroumum.workflow.engine import Refused, Transition
from biroumum.workflow.views import action
from biroumum.worktime.queries import moment


def find(request: StaffRequest, pk: int) -> ErasureRequest:
    """403 to who neither records nor decides requests, 404 to whom the case is not open to."""
    if not (request.user.has_perm(RECORD) or request.user.has_perm(DECIDE)):
        raise PermissionDenied
    rows = ErasureRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("basis", "recorded_by", "decided_by"), pk=pk)


@never_cache
@require_safe
@staff_required
def request_list(request: StaffRequest) -> HttpResponse:
    if not (request.user.has_perm(RECORD) or request.user.has_perm(DECIDE)):
        raise PermissionDenied
    page = keyset(ErasureRequest.objects.visible_to(request.user).select_related("basis"), request)
    return render(request, "privacy/list.html", {"page": page, "may_record": request.user.has_perm(RECORD)})


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(RECORD)
def record(request: StaffRequest) -> HttpResponse:
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, day = dict(form.cleaned_data), form.cleaned_data["received_on"]
        data.pop("received_on")
        since = moment(day) if day and day < timezone.localdate() else None
        try:
            made = services.record_request(actor=Actor.staff(request.user), received_at=since, **data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            messages.success(request, gettext("Permohonan tercatat. Petugas lain memutusnya."))
            return redirect(made)
    status = 422 if request.method == "POST" else 200
    return render(request, "privacy/record.html", {"form": form}, status=status)


@never_cache
@require_safe
@staff_required
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    asked = find(request, pk)
    app, now = app_of(asked.subject), timezone.now()
    case = subject_object(asked.subject) if asked.state == State.REQUESTED else None
    preview = app.preview(case, asked.whats, now, asked.sought) if case else None
    context = {
        "asked": asked,
        "steps": list(_steps(asked, request.user, preview)),
        "whats": [app.label_of(what) for what in asked.whats],
        "preview": preview,
        "clock": services.clock_of(asked),
        "own": asked.recorded_by_id == request.user.pk,
        "now": now,
    }
    return render(request, "privacy/detail.html", context)


def _steps(asked: ErasureRequest, user: User, preview: Preview | None) -> Iterator[tuple[Transition, str]]:
    """Of the steps one has the right to, those that fit who recorded the request, or who did not.

    None is offered that would be refused: what may not go yet is not approved.
    """
    own = asked.recorded_by_id == user.pk
    kept = {"approve"} if preview and preview.against else set()
    for each in ERASURE.available(asked, Actor.staff(user)):
        if (each.name == "withdraw") is own and each.name not in kept:
            yield each, reverse(ERASURE.step_view, args=[asked.pk, each.name])


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def step(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    return action(request, workflow=ERASURE, case=find(request, pk), name=name)


@never_cache
@require_POST
@staff_required
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    asked = find(request, pk)
    if asked.state != State.DONE:
        raise Http404(asked.number)
    _document, content = papers.issue(asked, actor=Actor.staff(request.user))
    disposition = f'attachment; filename="berita-acara-{asked.number}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
