"""Several chosen cases sent to one office: a page to check, then each in its own transaction, with its own outcome."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.accounts.models import Position, Unit
from biroumum.workflow.engine import Forbidden, Refused, Stale
from complaints.forms.handling import OrderForm
from complaints.models import Complaint
from complaints.states import State
from complaints.workflow import COMPLAINT

MOST = 50  # a page of the list


class Outcome(NamedTuple):
    case: Complaint
    done: bool
    said: str | Promise


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


def step_for(case: Complaint) -> str:
    """Send it to an office, or to someone in the office that has it; empty where neither fits."""
    return next((name for name in ("assign", "delegate") if case.state in COMPLAINT[name].sources), "")


def assign_all(
    cases: Iterable[Complaint], *, actor: Actor, unit: Unit, position: Position | None, instruction: str
) -> list[Outcome]:
    return [
        _assign(case, actor=actor, unit=unit, position=position, instruction=instruction) for case in cases
    ]


def _assign(case: Complaint, *, actor: Actor, unit: Unit, position: Position | None, **data: Any) -> Outcome:
    if case.state == State.ASSIGNED and (case.unit, case.position) == (unit, position):
        return Outcome(case, True, _("Sudah ada di sana."))
    name = step_for(case)
    if name == "delegate" and case.unit != unit:
        return Outcome(case, False, _("Sudah dipegang %(unit)s.") % {"unit": case.unit})
    data |= {"position": position} | ({"unit": unit} if name == "assign" else {})
    try:
        if not name:
            raise Stale(case, "assign")
        COMPLAINT.perform(case, name, actor=actor, expected_state=case.state, **data)
    except Refused as refused:
        return Outcome(case, False, refused.message)
    except Forbidden:
        return Outcome(case, False, _("Anda tidak berwenang."))
    except Stale as stale:
        said = _("Keadaannya %(state)s, jadi tidak dapat didisposisi.")
        return Outcome(case, False, said % {"state": stale.case.state_label})
    return Outcome(case, True, _("Terkirim."))
