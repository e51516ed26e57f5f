from typing import Any

from django import template
from django.urls import reverse

from biroumum.accounts.actors import Actor
from biroumum.workflow.engine import workflow_of

register = template.Library()


@register.inclusion_tag("workflow/transitions.html")
def transitions(case: Any, actor: Actor) -> dict[str, Any]:
    """`{% transitions case actor %}`: what this actor may do now, the main step first, each leading to its page."""
    workflow = workflow_of(case)
    steps = sorted(workflow.available(case, actor), key=lambda step: step.tone != "main")
    return {"steps": [(step, reverse(workflow.step_view, args=[case.pk, step.name])) for step in steps]}
