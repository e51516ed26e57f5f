"""The page on which a member of staff takes one step of a case."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm, CharField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.audit.queries import history
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused, Stale, Transition, Workflow
from biroumum.workflow.forms import explain, form_of


def action(
    request: HttpRequest,
    *,
    workflow: Workflow,
    case: Any,
    name: str,
    template: str = "workflow/action.html",
    extra: dict[str, Any] | None = None,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the step's form, or take the step and go back to the case.

    The app's view has found the case by its manager's `visible_to` (else 404). 403: may see, may not do.
    409: the case has moved on meanwhile. 422: the form or a guard says no. What was typed is kept.
    """
    actor, posted = Actor.staff(request.user), request.POST if request.method == "POST" else None  # type: ignore[arg-type]
    step = _step(workflow, name, case, actor)
    form = form_of(step)(posted, request.FILES or None, case=case, actor=actor, initial=initial)
    expected = request.POST.get("expected_state") or case.state
    context = _about(case, step) | {"form": form, "expected_state": expected} | (extra or {})
    if request.method == "POST" and form.is_valid():
        try:
            done = workflow.perform(case, name, actor=actor, expected_state=expected, **form.cleaned_data)
            return _done(request, case, done, step)
        except Refused as refused:
            explain(form, refused)
        except Stale as stale:
            return _conflict(request, stale.case, step, form)
    elif case.state not in step.sources:
        return _conflict(request, case, step, form)
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _step(workflow: Workflow, name: str, case: Model, actor: Actor) -> Transition:
    try:
        step = workflow[name]
    except KeyError as error:
        raise Http404(name) from error
    if not step.allows(case, actor):
        raise Forbidden(f"{name} needs {step.permission}")
    return step


def _about(case: Model, step: Transition) -> dict[str, Any]:
    return {"case": case, "step": step, "service": apps.get_app_config(case._meta.app_label).verbose_name}


def _done(request: HttpRequest, before: Any, case: Any, step: Transition) -> HttpResponse:
    """A step can take a case out of one's sight, as giving it back does; then the work list is the way on.

    It did not if all is as before that `visible_to` looks at, which a model may name as `sight`.
    """
    messages.success(request, _("%(step)s: tercatat.") % {"step": step.label})
    sight = getattr(case, "sight", ())
    same = bool(sight) and all(getattr(before, name) == getattr(case, name) for name in sight)
    seen = same or type(case)._default_manager.visible_to(request.user).filter(pk=case.pk).exists()
    return redirect(case if seen else settings.LOGIN_REDIRECT_URL)


def _conflict(request: HttpRequest, case: Model, step: Transition, form: BaseForm) -> HttpResponse:
    """Tell what happened meanwhile, and give back what was typed so that nothing has to be written twice."""
    typed = [(field.label, field.data) for field in form if field.data and isinstance(field.field, CharField)]
    happened = history(subject_key(case), limit=1)
    context = _about(case, step) | {"typed": typed, "happened": happened[0] if happened else None}
    return render(request, "workflow/conflict.html", context, status=409)
