"""A new receipt code for a visitor who lost theirs and has shown who they are."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.forms.staff import NewCodeForm
from complaints.views.cases import find


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_sealed_complaint")
def new_code(request: StaffRequest, pk: int) -> HttpResponse:
    """The officer sees the code this once, prints the page and hands it over."""
    case, form = find(request, pk), NewCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = services.replace_code(
                case, actor=Actor.staff(request.user), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            lookup = request.build_absolute_uri(reverse("pengaduan:track"))
            context = {"case": case, "code": code, "lookup": lookup}
            return render(request, "complaints/new_code_done.html", context, status=201)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/new_code.html", {"case": case, "form": form}, status=status)
