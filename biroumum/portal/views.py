"""Pages that belong to no single service: home, work list, and what the portal says of itself."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, staff_required
from biroumum.audit import receipts
from biroumum.portal.figures import public_figures
from biroumum.portal.forms import StandInForm
from biroumum.portal.stand_ins import end_stand_in, name_stand_in, positions_to_cover, stand_ins_of
from biroumum.reports.charts import view_of
from biroumum.reports.dashboard import SPANS, panels_of, span
from biroumum.reports.periods import DAY
from biroumum.reports.registry import Params
from biroumum.reports.renderers import period_words
from biroumum.web.templatetags.web import zone
from biroumum.workflow.engine import Refused
from biroumum.workflow.worklist import figures_of, tables_of, work_of
from complaints.services.archiving import rules_on
from complaints.services.retention import kept_for
from complaints.states import Retained


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"figures": public_figures()})


@require_safe
@staff_required
def work(request: StaffRequest) -> HttpResponse:
    now, user = timezone.now(), request.user
    context = {
        "items": work_of(user),
        "now": now,
        "greeting": greeting(timezone.localtime(now).hour),
        "figures": figures_of(user, now),
        "tables": tables_of(user, now),
    }
    return render(request, "portal/work.html", context)


def greeting(hour: int) -> str:
    """As it is said at this hour of the province."""
    if 4 <= hour < 11:
        return _("Selamat pagi")
    if 11 <= hour < 15:
        return _("Selamat siang")
    if 15 <= hour < 18:
        return _("Selamat sore")
    return _("Selamat malam")


@require_safe
@staff_required
def dashboard(request: StaffRequest) -> HttpResponse:
    """The numbers of every service this person answers for; whoever answers for none has no dashboard."""
    panels, chosen = panels_of(request.user), request.GET.get("masa", "bulan")
    if not panels:
        raise PermissionDenied
    since, until = span(chosen, timezone.localdate())
    params = Params(request.user, since, until)
    context = {
        "panels": [view_of(panel, params) for panel in panels],
        "spans": SPANS,
        "chosen": chosen if chosen in SPANS else "bulan",
        "period": period_words(params),
        "days": {"since": since.isoformat(), "until": (until - DAY).isoformat()},
        "units": [
            assignment.position.unit for assignment in request.user.live if assignment.position.is_head
        ],
        "now": timezone.now(),
    }
    return render(request, "portal/dashboard.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def stand_ins(request: StaffRequest) -> HttpResponse:
    """Whoever stands in for me and for those I head, and the form to name one."""
    form = StandInForm(request.POST or None, owner=request.user)
    if request.method == "POST" and form.is_valid():
        data, actor = form.cleaned_data, Actor.staff(request.user)
        try:
            name_stand_in(
                data["position"], data["user"], starts=data["starts"], ends=data["last"] + DAY, actor=actor
            )
        except Refused as refused:
            form.add_error("user", str(refused.message))
        else:
            messages.success(request, _("Pengganti tercatat."))
            return redirect("stand_ins")
    mine = set(positions_to_cover(request.user).values_list("pk", flat=True))
    context = {"form": form, "rows": stand_ins_of(request.user), "mine": mine, "today": timezone.localdate()}
    return render(request, "portal/stand_ins.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@staff_required
def end_stand_in_now(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(stand_ins_of(request.user), pk=pk)
    end_stand_in(row, actor=Actor.staff(request.user))
    messages.success(request, _("Penggantian diakhiri."))
    return redirect("stand_ins")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "words_days": settings.MAIL_KEEP_DAYS,
        "address_days": settings.MAIL_KEEP_ADDRESS_DAYS,
        "kept": [(what.label, kept_for(what, today)) for what in Retained],
        "archived": rules_on(today).values(),
    }
    return render(request, "portal/privacy.html", context)


@require_safe
def receipt_check(request: HttpRequest) -> HttpResponse:
    """Where a receipt is checked, in the visitor's own browser; what it says is the same for everyone."""
    address = reverse("verifiers")
    context = {
        "root": address.removesuffix("kunci"),
        "log": settings.AUDIT_LOG_NAME,
        "zone": settings.TIME_ZONE,
        "zone_name": zone(timezone.localtime()),
        "keys_url": settings.PUBLIC_URL + address,
        "steps": receipts.STEPS,
    }
    return render(request, "portal/receipt_check.html", context)
