"""A new receipt code for a visitor who has shown who they are, and the officer whom a case is about."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Forbidden, Refused
from complaints import services
from complaints.forms.staff import AccusedForm, NewCodeForm
from complaints.views.cases import find


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_sealed_complaint")
def new_code(request: StaffRequest, pk: int) -> HttpResponse:
    """The officer sees the code this once, prints the page and hands it over."""
    case, form = find(request, pk), NewCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = {name: form.cleaned_data[name] for name in ("reason", "submit_token")}
            code = services.replace_code(case, actor=Actor.staff(request.user), **sent)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            lookup = request.build_absolute_uri(reverse("pengaduan:track"))
            context = {"case": case, "code": code, "lookup": lookup}
            return render(request, "complaints/new_code_done.html", context, status=201)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/new_code.html", {"case": case, "form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_complaint")
def accused(request: StaffRequest, pk: int) -> HttpResponse:
    """The verifier says which officer the complaint is about, at any time; of a whistle-blower's the Inspektorat."""
    case = find(request, pk)
    if not request.user.has_perm(case.naming):
        raise Forbidden(f"accused needs {case.naming}")
    form = AccusedForm(request.POST or None, initial={"officer": case.accused_officer_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.name_accused(case, actor=Actor.staff(request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            messages.success(request, gettext("Tercatat."))
            return redirect(case)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/accused.html", {"case": case, "form": form}, status=status)
