"""Answers to begin from, with the case's own facts filled in."""

import re

from django.db.models import Q, QuerySet
from django.utils import timezone

from biroumum.web.templatetags.web import tanggal
from complaints.models import AnswerTemplate, Complaint


def templates_for(case: Complaint) -> QuerySet[AnswerTemplate]:
    """Those of the case's category and those of all; its own first."""
    rows = AnswerTemplate.objects.filter(Q(category=case.category_id) | Q(category=None), is_active=True)
    return rows.order_by("category", "name")


def filled(template: AnswerTemplate, case: Complaint) -> str:
    """The text for this case; braces around any other word stay as they are."""
    facts = {
        "nomor": case.number,
        "perihal": case.title,
        "unit": case.unit.name if case.unit else "",
        "tanggal": tanggal(timezone.localdate()),
    }
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), template.text)
