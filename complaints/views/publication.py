"""The page on which an officer prepares, previews, publishes and takes down what the public reads of a case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.forms.publication import PublicationForm, UnpublishForm
from complaints.models import Complaint, Publication
from complaints.services import redaction
from complaints.views.cases import find

PERMISSION = "complaints.publish_complaint"


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(PERMISSION)
def publication(request: StaffRequest, pk: int) -> HttpResponse:
    """GET: the words prepared. POST with `preview`: as the public will see them; else they go out."""
    case, actor = find(request, pk), Actor.staff(request.user)
    try:
        services.check_publishable(case, actor)
    except Refused as refused:
        return page(request, case, None, status=409, refused=refused.message)
    form = PublicationForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "GET" or not form.is_valid():
        return page(request, case, form, status=422 if form.is_bound else 200)
    if "preview" in request.POST:
        pieces = [(field, redaction.split(text)) for field, text in form.texts if text]
        return page(request, case, form, pieces=pieces)
    try:
        services.publish(case, actor=actor, **form.words())
    except Refused as refused:  # the case has moved on meanwhile
        form.add_error(None, str(refused.message))
        return page(request, case, form, status=409)
    messages.success(request, gettext("Pengaduan ini sekarang dapat dibaca umum."))
    return redirect(case)


@require_http_methods(["POST"])
@permission_required(PERMISSION)
def unpublish(request: StaffRequest, pk: int) -> HttpResponse:
    case, form = find(request, pk), UnpublishForm(request.POST)
    if not form.is_valid():
        return page(request, case, PublicationForm(case=case), status=422, unpublish_form=form)
    services.unpublish(case, actor=Actor.staff(request.user), reason=form.cleaned_data["reason"])
    messages.success(request, gettext("Pengaduan ini tidak lagi dapat dibaca umum."))
    return redirect(case)


def page(
    request: StaffRequest, case: Complaint, form: PublicationForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    up = Publication.objects.filter(complaint=case, withdrawn_at=None).first()
    context = {"case": case, "form": form, "up": up, "unpublish_form": UnpublishForm()} | more
    return render(request, "complaints/publication.html", context, status=status)
