"""Several chosen cases sent to one office: a page to check, then a page of outcomes."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from complaints.forms.handling import OrderForm
from complaints.models import Complaint
from complaints.workflow.together import assign_all, step_for

MOST = 50  # a page of the list


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required("complaints.assign_complaint")
def assign_together(request: StaffRequest) -> HttpResponse:
    """GET shows what would be sent, POST sends it. A second POST finds each case where the first has sent it."""
    posted = request.POST if request.method == "POST" else None
    chosen = numbers(posted if posted is not None else request.GET)
    seen = Complaint.objects.visible_to(request.user).with_list_parts()
    cases = list(seen.filter(pk__in=chosen[:MOST]).order_by("pk"))
    form = OrderForm(posted)
    if posted is not None and form.is_valid() and cases:
        outcomes = assign_all(cases, actor=Actor.staff(request.user), **form.cleaned_data)
        gone = len(chosen) - len(cases)
        return render(request, "complaints/together_done.html", {"outcomes": outcomes, "gone": gone})
    context = {
        "form": form,
        "cases": [(case, _("Siap") if step_for(case) else _("Tidak dapat didisposisi")) for case in cases],
        "more": len(chosen) > MOST,
    }
    return render(request, "complaints/together.html", context, status=422 if posted is not None else 200)


def numbers(given: QueryDict) -> list[int]:
    return sorted({int(value) for value in given.getlist("pilih") if value.isdecimal() and len(value) < 12})
