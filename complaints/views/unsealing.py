"""The page on which two examiners open the identity of a whistle-blower together."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.forms.staff import UnsealForm
from complaints.models import Complaint, Unsealing
from complaints.queries import INSPECT
from complaints.services.unsealing import granted_to, waiting
from complaints.views.cases import find


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(INSPECT)
def unseal(request: StaffRequest, pk: int) -> HttpResponse:
    """GET says how it stands. POST `act`: ask, withdraw, grant, refuse; or open, whose answer is the identity itself."""
    case, actor = find(request, pk), Actor.staff(request.user)
    opening = request.POST.get("act") == "open"
    form = UnsealForm(None if opening or request.method == "GET" else request.POST)
    try:
        if opening:
            reporter = services.open_sealed(case, actor=actor)
            return render(request, "complaints/identity.html", {"case": case, "reporter": reporter})
        if form.is_valid():
            take(case, actor=actor, **form.cleaned_data)
            messages.success(request, gettext("Tercatat, dan terlihat oleh pelapor."))
            return redirect("complaints:unseal", pk)
    except Refused as refused:
        if opening:
            messages.error(request, str(refused.message))
        else:
            form.add_error(None, str(refused.message))
    asked = waiting(case)
    if asked is not None:
        own = asked.asked_by_id == actor.person.pk
        form.fields["reason"].label = (
            gettext("Alasan menarik permintaan") if own else gettext("Alasan keputusan Anda")
        )
    context = {
        "case": case,
        "form": form,
        "asked": asked,
        "granted": granted_to(case, actor),
        "before": decided(case),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/unseal.html", context, status=status)


def decided(case: Complaint) -> QuerySet[Unsealing]:
    rows = Unsealing.objects.filter(complaint=case).exclude(decided_at=None)
    return rows.select_related("asked_by", "decided_by")


def take(case: Complaint, *, actor: Actor, act: str, reason: str, asked: int | None) -> None:
    if act == "ask":
        services.ask_unsealing(case, actor=actor, reason=reason)
    elif act == "withdraw":
        services.withdraw_unsealing(case, asked=asked, actor=actor, reason=reason)
    else:
        services.decide_unsealing(case, asked=asked, actor=actor, granted=act == "grant", reason=reason)
