"""Answers to a category's own questions, as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date

from biroumum.web.templatetags.web import tanggal
from complaints.models import Category, Question


def answered(category: Category, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Question and answer, in the order asked; an answer whose question is gone stands under its code."""
    if not details:
        return []
    questions = {question.code: question for question in Question.objects.filter(category=category)}
    asked = [
        (question.label, _plain(details[code], question))
        for code, question in questions.items()
        if code in details
    ]
    return asked + [(code, _plain(value)) for code, value in details.items() if code not in questions]


def _plain(value: Any, question: Question | None = None) -> str:
    if question and question.datatype == Question.Datatype.DATETIME and (day := parse_date(str(value))):
        return tanggal(day)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
