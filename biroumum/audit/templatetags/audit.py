"""The history of a case, wherever a staff page shows one."""

from collections.abc import Container
from typing import Any

from django import template
from django.db.models import Model

from biroumum.audit.drawing import drawn
from biroumum.audit.queries import history as steps_of
from biroumum.web.subjects import subject_key

register = template.Library()
PAGE = 30


@register.inclusion_tag("audit/history.html", takes_context=True)
def history(context: template.Context, case: Model, hushed: Container[str] = ()) -> dict[str, Any]:
    """The newest steps; older ones behind a link that keeps its place by the log's own ids.

    Of the verbs in `hushed` this reader is not told the reasons.
    """
    asked = context["request"].GET.get("riwayat", "")
    before = int(asked) if asked.isdecimal() else None
    steps = steps_of(subject_key(case), limit=PAGE + 1, before=before)
    for step in steps:
        if step.verb in hushed:
            step.data.pop("reason", None)
    older = steps[PAGE - 1].first_id if len(steps) > PAGE else None
    return {
        "steps": [drawn(step) for step in steps[:PAGE]],
        "older": older,
        "proven": any(step.proven for step in steps),
        "before": before,
        "request": context["request"],
    }
