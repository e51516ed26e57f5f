"""Pages that belong to no single service: home, work list, and what the portal says of itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from biroumum.accounts.decorators import StaffRequest, staff_required
from biroumum.portal.figures import public_figures
from biroumum.workflow.worklist import work_of
from complaints.kernel import complaint_figures


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"figures": public_figures()})


@require_safe
@staff_required
def work(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    context = {"items": work_of(request.user), "now": now, "figures": complaint_figures(request.user, now)}
    return render(request, "portal/work.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")
