"""The rules that propose offices, and what they would have done with the latest cases."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from biroumum.accounts.decorators import StaffRequest, permission_required
from complaints.models import Complaint, RoutingRule
from complaints.models.aids import SEARCHES
from complaints.services import routing


@require_safe
@permission_required("complaints.verify_complaint")
def rules(request: StaffRequest) -> HttpResponse:
    """A dry run over the latest cases the officer may see: nothing is changed by it."""
    usable = routing.usable_rules()
    seen = Complaint.objects.visible_to(request.user)
    tried = routing.dry_run(usable, routing.recent(seen))
    proposed = [(case, rule) for case, rule in tried if rule]
    context = {
        "rules": RoutingRule.objects.select_related("unit", "position", "category", "region"),
        "usable": {rule.pk for rule in usable},
        "wordless": set(RoutingRule.objects.exclude(SEARCHES).values_list("pk", flat=True)),
        "tried": tried,
        "proposed": len(proposed),
        "agreed": sum(case.unit_id == rule.unit_id for case, rule in proposed),
    }
    return render(request, "complaints/rules.html", context)
