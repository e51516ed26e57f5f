"""The page on which a case's data are held back from erasure, and let go again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Forbidden, Refused
from complaints import services
from complaints.forms.staff import HoldForm
from complaints.views.cases import find


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.view_complaint")
def hold(request: StaffRequest, pk: int) -> HttpResponse:
    """Holds what is not held and lets go what is; the form says which of the two the page showed."""
    case = find(request, pk)
    if not request.user.has_perm(case.keeping):
        raise Forbidden(f"hold needs {case.keeping}")
    kept = services.held(case)
    form = HoldForm(request.POST or None, initial={"lift": kept is not None})
    if request.method == "POST" and form.is_valid():
        act = services.lift_hold if form.cleaned_data["lift"] else services.hold
        try:
            act(case, actor=Actor.staff(request.user), reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, gettext("Tercatat."))
            return redirect(case)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/hold.html", {"case": case, "form": form, "kept": kept}, status=status)
